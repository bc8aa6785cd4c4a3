"""The drain, whole: a real server, real parser children, the real database."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aggregator import claim, poll
from aggregator.models import Entry, Feed, Heartbeat, Lookup

from .feeds import a_feed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def open_and_quick(settings):
    """Loopback may be asked, and one host's feeds follow each other at once."""
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0
    yield
    poll.close()


def rss(*titles: str) -> str:
    items = "".join(
        f"<item><guid>{t}</guid><title>{t}</title><description>About {t}</description></item>" for t in titles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ann</title>{items}</channel></rss>'


def follow(web, count: int = 1) -> list[Feed]:
    """Feeds on hosts of their own, due now."""
    urls = [web.url("/feed", host=f"127.0.0.{n + 2}") for n in range(count)]
    return [a_feed(url, next_poll_at=datetime.now(UTC)) for url in urls]


def test_what_is_due_is_polled_and_nothing_twice(web):
    web.page("/feed", rss("One", "Two"), headers={"ETag": '"1"'}, conditional=True)
    follow(web, 30)
    tally = poll.run(20)
    assert (tally.feeds, tally.fetched, tally.failed, tally.entries_new) == (30, 30, 0, 60)
    assert Entry.objects.count() == 60
    assert len(web.asked("/feed")) == 30
    assert poll.run(20).feeds == 0
    assert len(web.asked("/feed")) == 30


def test_an_unchanged_feed_costs_one_conditional_request(web):
    web.page("/feed", rss("One"), headers={"ETag": '"1"'}, conditional=True)
    follow(web)
    poll.run(20)
    Feed.objects.update(next_poll_at=datetime.now(UTC))
    tally = poll.run(20)
    assert (tally.not_modified, tally.entries_new) == (1, 0)
    assert web.asked("/feed")[-1].header("if-none-match") == '"1"'


def test_one_hanging_host_does_not_hold_up_the_others(web, settings):
    settings.FETCH_SECONDS = 3.0
    web.page("/feed", rss("One"))
    feeds = follow(web, 12)
    web.page("/feed", hang=True, host="127.0.0.2")
    stored_before_the_end: list[int] = []
    tally = poll.run(20, watch=lambda t: stored_before_the_end.append(t.entries_new))
    assert (tally.fetched, tally.failed) == (11, 1)
    assert 11 in stored_before_the_end[:-1]
    feeds[0].refresh_from_db()
    assert feeds[0].failures == 1 and feeds[0].last_error


def test_feeds_of_one_host_are_asked_one_after_the_other(web):
    for n in range(6):
        web.page(f"/{n}", rss(f"Of {n}"), delay=0.02)
        a_feed(web.url(f"/{n}"), next_poll_at=datetime.now(UTC))
    assert poll.run(20).feeds == 6
    assert web.busiest["127.0.0.1"] == 1


def test_a_dead_workers_lease_is_taken_up_when_it_ends(web):
    web.page("/feed", rss("One"))
    follow(web)
    assert len(claim.claim(datetime.now(UTC), 5)) == 1
    assert poll.run(5).feeds == 0
    later = datetime.now(UTC) + timedelta(minutes=3)
    assert poll.run(5, clock=lambda: later).feeds == 1


def test_a_drain_that_is_asked_to_stop_gives_back_what_it_had_begun(web, monkeypatch):
    stop = threading.Event()
    monkeypatch.setattr(poll.stopping, "requested", stop.is_set)
    web.page("/feed", rss("One"), hold=threading.Event())
    follow(web, 3)
    threading.Timer(0.2, stop.set).start()
    assert poll.run(20).feeds == 0
    assert list(Feed.objects.values_list("lease", "attempts").distinct()) == [("", 0)]


def test_a_lookup_begun_when_asked_to_stop_is_given_back(web, monkeypatch):
    stop = threading.Event()
    monkeypatch.setattr(poll.stopping, "requested", stop.is_set)
    web.page("/", "", hold=threading.Event())
    now = datetime.now(UTC)
    lookup = Lookup.objects.create(address=web.url("/"), asked_at=now, due_at=now)
    threading.Timer(0.2, stop.set).start()
    poll.run(20)
    lookup.refresh_from_db()
    assert (lookup.state, lookup.lease, lookup.attempts) == ("waiting", "", 0)


def test_when_no_name_at_all_is_found_no_publisher_is_to_blame():
    now = datetime.now(UTC)
    for n in range(4):
        a_feed(f"http://nobody{n}.invalid/feed", next_poll_at=now)
    assert poll.run(20, idle_errands=False).feeds == 0
    for feed in Feed.objects.all():
        assert (feed.failures, feed.attempts, feed.lease) == (0, 0, "")
        assert feed.next_poll_at >= now + timedelta(minutes=15)


def test_one_name_that_is_not_found_is_that_feeds_trouble(web):
    web.page("/feed", rss("One"))
    follow(web, 3)
    a_feed("http://nobody.invalid/feed", next_poll_at=datetime.now(UTC))
    poll.run(20, idle_errands=False)
    assert Feed.objects.get(host="nobody.invalid").failures == 1


def test_each_drain_says_that_it_lives():
    poll.run(1)
    assert Heartbeat.objects.get(name="drain").at > datetime.now(UTC) - timedelta(seconds=5)


def test_two_drains_at_once_ask_each_feed_once(web):
    web.page("/feed", rss("One"))
    follow(web, 40)
    now = datetime.now(UTC)
    halves = [claim.claim(now, 20), claim.claim(now, 40)]
    assert len({feed.id for half in halves for feed in half}) == 40
    assert [len(half) for half in halves] == [20, 20]


def test_the_command_answers_in_json(web):
    web.page("/feed", rss("One"))
    follow(web, 2)
    out = StringIO()
    call_command("poll", "--all", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert set(answer) == {
        "feeds",
        "fetched",
        "not_modified",
        "failed",
        "entries_new",
        "entries_changed",
        "seconds",
    }
    assert (answer["feeds"], answer["entries_new"]) == (2, 2)


def test_the_command_refuses_addresses_nobody_follows(web):
    a_feed(web.url("/feed"), subscribers=0)
    with pytest.raises(CommandError, match="Nobody follows"):
        call_command("poll", web.url("/feed"))
    with pytest.raises(CommandError, match="Not every address"):
        call_command("poll", "http://nobody.example/feed")
