"""A clock that was wrong: what it wrote does no harm once it is right again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator import poll
from aggregator.models import Entry, Feed, Heartbeat, Host, HubLease, Icon, Lookup, Poll
from plnet.health import examine
from tests.aggregator.days import START, Days
from tests.aggregator.feeds import a_feed
from tests.web import Web

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any) -> Any:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0
    yield
    poll.close()


def rss(*titles: str) -> str:
    items = "".join(f"<item><guid>{t}</guid><title>{t}</title></item>" for t in titles)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ann</title>{items}</channel></rss>'


def times(due: datetime) -> dict[str, datetime]:
    return {"created_at": START, "next_poll_at": due}


def worker_is_well(days: Days) -> bool:
    return next(part for part in examine(days.now) if part.name == "worker").trouble == ""


@pytest.mark.parametrize("ahead", [DAY, 365 * DAY], ids=["a day", "a year"])
def test_a_clock_that_was_ahead(web: Web, ahead: timedelta) -> None:
    days = Days(web)
    web.page("/feed", rss("One", "Two"))
    feeds = [
        a_feed(web.url("/feed", host=host), next_poll_at=START, created_at=START)
        for host in ("127.0.0.2", "127.0.0.3")
    ]
    days.poll()
    days.now += ahead
    web.page("/feed", rss("One", "Two", "Three"))
    days.poll()
    days.on(minutes=10)
    days.poll()
    asked = len(days.asked)
    assert asked == 4

    days.now -= ahead
    assert not worker_is_well(days)
    days.poll()
    assert worker_is_well(days)
    assert (len(days.asked), Entry.objects.count()) == (asked, 6)
    assert not Entry.objects.filter(sorted_at__gt=days.now).exists()
    assert not Entry.objects.filter(arrived_at__gt=days.now).exists()
    assert not Poll.objects.filter(at__gt=days.now).exists()
    for feed in Feed.objects.all():
        assert feed.last_polled_at == days.now - 10 * MINUTE
        assert feed.next_poll_at is not None
        assert HOUR - 10 * MINUTE <= feed.next_poll_at - days.now <= 8 * DAY  # as its rhythm seemed to be
        assert feed.newest_at is not None and feed.newest_at <= days.now
    again = days.live(days=9)
    assert len(again) >= len(feeds)
    assert min(again) - START >= HOUR
    assert Entry.objects.count() == 6


def test_a_clock_set_back_without_having_been_ahead_for_long_changes_nothing_it_need_not(web: Web) -> None:
    """Two machines whose clocks differ a little see each other's heartbeats in the future all the time."""
    days = Days(web)
    web.page("/feed", rss("One"))
    a_feed(web.url("/feed"), next_poll_at=START, created_at=START)
    days.poll()
    before = Feed.objects.values().get()
    days.on(minutes=-50)
    days.poll()
    assert Feed.objects.values().get() == before


def test_nothing_waits_for_a_time_that_was_wrong(web: Web) -> None:
    days = Days(web)
    wrong = START + 365 * DAY
    Heartbeat.objects.create(name="drain", at=wrong)
    Heartbeat.objects.create(name="icons", at=wrong)
    Host.objects.create(name="busy.example", blocked_until=wrong + HOUR)
    Lookup.objects.create(address="x.example", asked_at=wrong, due_at=wrong + HOUR)
    Icon.objects.create(site="https://x.example", asked_at=wrong, due_at=wrong + 7 * DAY)
    leased = a_feed("https://leased.example/feed", lease="somebody's", **times(wrong + 2 * MINUTE))
    HubLease.objects.create(
        feed=a_feed("https://x.example/feed", **times(START + 5 * DAY)), hub="https://hub.example/", topic="x",
        path="p", secret="s", state="live", until=wrong + 10 * DAY, due_at=wrong + 9 * DAY,
    )  # fmt: skip
    poll.run(0, clock=days.clock)
    assert Host.objects.get().blocked_until == START + HOUR
    assert Lookup.objects.get().due_at == START
    assert Icon.objects.get().due_at == START + 7 * DAY
    assert HubLease.objects.values_list("until", "due_at").get() == (START + 10 * DAY, START + 9 * DAY)
    assert not Heartbeat.objects.filter(at__gt=START).exists()
    assert Feed.objects.get(pk=leased.pk).next_poll_at == START + timedelta(minutes=2)
    assert Feed.objects.exclude(pk=leased.pk).get().next_poll_at == START + 5 * DAY
