"""What a publisher may expect: validators, hints, hosts and headers, row by row of docs/polling.md."""

import zlib
from datetime import datetime, timedelta
from gzip import compress
from itertools import pairwise
from time import monotonic
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

from aggregator import claim, feeds, poll
from aggregator.models import Entry, Feed, HubLease, Poll
from tests.aggregator.days import BUSY, MONTHLY, WEEKLY, Days, gaps
from tests.web import Reply, Web


def last(days: Days, name: str) -> str | None:
    return days.asked[-1].header(name)


# ---- 1–6: validators


@pytest.mark.parametrize(
    "etag, modified",
    [
        ('"1"', "Tue, 24 Nov 2026 08:00:00 GMT"),
        ('W/"weak"', "yesterday, more or less"),
        ("no quotes", "0"),
        ('"odd  spaces"', "Tue,  24-Nov-26   08:00 +0100"),
        ('"caf\xc3\xa9"', "-1"),  # UTF-8; other bytes no header of ours can carry, then nothing is sent
    ],
)
def test_1_validators_go_back_byte_for_byte(days: Days, web: Web, etag: str, modified: str) -> None:
    web.page("/feed", days.rss(1), headers={"ETag": etag, "Last-Modified": modified}, conditional=True)
    days.feed()
    days.poll()
    assert (last(days, "if-none-match"), last(days, "if-modified-since")) == (None, None)
    days.live(days=2)
    assert (last(days, "if-none-match"), last(days, "if-modified-since")) == (etag, modified)
    assert set(Poll.objects.values_list("status", flat=True)) == {200, 304}


def test_1_both_validators_are_of_the_same_accepted_answer(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(1), headers={"ETag": '"1"', "Last-Modified": "then"})
    days.feed()
    days.poll()
    web.page("/feed", "no", 500, headers={"ETag": '"bad"', "Last-Modified": "now"})
    days.live(hours=6)
    web.page("/feed", days.rss(1, 2), headers={"ETag": '"2"', "Last-Modified": "later"})
    days.live(hours=6)
    assert [(r.header("if-none-match"), r.header("if-modified-since")) for r in days.asked[1:3]] == [
        ('"1"', "then"), ('"1"', "then"),
    ]  # fmt: skip
    days.live(hours=12)
    assert (last(days, "if-none-match"), last(days, "if-modified-since")) == ('"2"', "later")


@pytest.mark.parametrize("name, asked, other", [
    ("ETag", "if-none-match", "if-modified-since"),
    ("Last-Modified", "if-modified-since", "if-none-match"),
])  # fmt: skip
def test_2_one_validator_goes_back_and_the_other_is_not_invented(
    days: Days, web: Web, name: str, asked: str, other: str
) -> None:
    web.page("/feed", days.rss(1), headers={name: "the one"})
    days.feed()
    days.live(days=2)
    assert (last(days, asked), last(days, other)) == ("the one", None)


def test_3_a_304_keeps_everything_and_writes_no_entry(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(1, 2), headers={"ETag": '"1"', "Last-Modified": "then"}, conditional=True)
    days.feed()
    days.poll()
    kept = ("title", "etag", "last_modified", "entry_count", "last_entry", "newest_at", "window", "body_digest")
    before, entries = Feed.objects.values(*kept).get(), list(Entry.objects.values())
    assert days.live(days=3)
    assert Poll.objects.latest("at").status == 304
    assert Feed.objects.values(*kept).get() == before
    assert list(Entry.objects.values()) == entries


def test_3_a_304_that_states_a_validator_replaces_that_one_only(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(1), headers={"ETag": '"1"', "Last-Modified": "then"})
    days.feed()
    days.poll()
    web.page("/feed", "", 304, headers={"ETag": '"1b"'})
    days.live(days=1)
    assert (last(days, "if-none-match"), last(days, "if-modified-since")) == ('"1b"', "then")


def test_4_a_new_etag_without_last_modified_forgets_the_old_date(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(1), headers={"ETag": '"1"', "Last-Modified": "then"})
    days.feed()
    days.poll()
    web.page("/feed", days.rss(1, 2), headers={"ETag": '"2"'})
    days.live(days=1)
    assert (last(days, "if-none-match"), last(days, "if-modified-since")) == ('"2"', None)


def test_5_a_new_etag_on_the_same_body_writes_no_entry_and_the_latest_goes_back(days: Days, web: Web) -> None:
    body, count = days.rss(1, 2), iter(range(99))
    web.answer("/feed", lambda request: Reply(body, headers={"ETag": f'"{next(count)}"'}))
    days.feed()
    days.live(days=1)
    sent = [request.header("if-none-match") for request in days.asked]
    assert sent == [None, *(f'"{n}"' for n in range(len(sent) - 1))]
    assert list(Poll.objects.order_by("at").values_list("outcome", flat=True)) == ["new"] + ["same"] * (
        len(sent) - 1
    )
    assert Entry.objects.count() == 2


def test_5_a_document_that_only_says_the_time_is_the_same(days: Days, web: Web) -> None:
    days.feed()
    for minute in range(3):
        more = f"<lastBuildDate>{days.date(minutes=minute)}</lastBuildDate>"
        web.page("/feed", days.rss(5, more=more).replace("Words", "Words"), headers={"ETag": f'"{minute}"'})
        days.poll()
        Feed.objects.update(next_poll_at=days.now)
    outcomes = list(Poll.objects.order_by("id").values_list("outcome", "entries_changed"))
    assert outcomes == [("new", 0), ("same", 0), ("same", 0)]


REFUSED = {
    "unparsable": Reply("<html><p>We are being rebuilt.</p></html>", type="text/html"),
    "too large": Reply("<rss>" + " " * 5000 + "</rss>"),
    "cut short": Reply("<rss><channel>", headers={"Content-Length": "9000", "ETag": '"bad"'}),
    "garbled": Reply("this is no gzip", headers={"Content-Encoding": "gzip", "ETag": '"bad"'}),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_6_a_refused_body_leaves_no_validator(days: Days, web: Web, settings: Any, kind: str) -> None:
    settings.MAX_FEED_BYTES = 4000
    web.page("/feed", days.rss(1), headers={"ETag": '"1"', "Last-Modified": "then"})
    feed = days.feed()
    days.poll()
    bad = REFUSED[kind]
    web.answer("/feed", lambda _: Reply(bad.body, 200, {**dict(bad.pairs()), "ETag": '"bad"'}, bad.type))
    assert days.live(days=2)
    feed.refresh_from_db()
    assert feed.failures > 1
    assert (last(days, "if-none-match"), last(days, "if-modified-since")) == ('"1"', "then")
    assert Entry.objects.count() == 1


# ---- 7–9: how often


def test_7_a_restart_brings_no_request_and_the_next_is_conditional(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(1), headers={"ETag": '"1"'}, conditional=True)
    days.feed()
    days.poll()
    for _ in range(3):
        poll.close()
        days.on(minutes=5)
        days.poll()
    assert len(days.asked) == 1
    days.live(days=2)
    assert {request.header("if-none-match") for request in days.asked[1:]} == {'"1"'}


def test_7_a_worker_that_died_is_no_reason_to_ask_twice(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(1))
    days.feed()
    assert len(claim.claim(days.now, 5)) == 1  # and it is never heard of again
    days.on(minutes=1)
    days.poll()
    assert days.asked == []
    days.on(minutes=2)
    days.poll()
    assert len(days.asked) == 1


def test_8_fifty_members_press_refresh_and_one_request_is_made(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(*WEEKLY), headers={"ETag": '"1"'})
    feed = days.feed()
    days.poll()
    days.on(minutes=20)
    answers = []
    for _ in range(50):
        answers.append(feeds.due_now([feed.pk], days.now)[feed.pk])
        days.poll()
    assert len(days.asked) == 1
    feed.refresh_from_db()
    assert set(answers) == {feed.next_poll_at}
    days.on(minutes=41)
    for _ in range(50):
        feeds.due_now([feed.pk], days.now)
        days.poll()
    assert len(days.asked) == 2


def test_9_a_busy_feed_without_hints_is_asked_hourly_and_never_within_the_hour(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(*BUSY), headers={"ETag": '"1"'}, conditional=True)
    days.feed()
    hours = gaps(days.live(hours=12))
    assert len(hours) >= 9
    assert all(1 <= hour <= 1.26 for hour in hours)


def test_9_a_monthly_feed_is_asked_every_few_days(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(*MONTHLY), headers={"ETag": '"1"'}, conditional=True)
    days.feed()
    assert 5 <= len(days.live(days=28)) <= 15


def test_9_a_feed_without_validators_that_rarely_changes_is_asked_once_a_day(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(*WEEKLY))
    days.feed()
    hours = gaps(days.live(days=10))
    assert hours
    assert min(hours) >= 24


# ---- 23–25: compression and headers


@pytest.mark.parametrize(
    "coding, pack",
    [("gzip", compress), ("deflate", zlib.compress), ("br", brotli.compress)],
)
def test_23_compressed_answers_are_offered_and_read(days: Days, web: Web, coding: str, pack: Any) -> None:
    web.page("/feed", pack(days.rss(1, 2).encode()), headers={"Content-Encoding": coding})
    days.feed()
    days.poll()
    assert coding in (last(days, "accept-encoding") or "").split(", ")
    assert Entry.objects.count() == 2


def test_23_the_size_limit_counts_decoded_bytes(days: Days, web: Web, settings: Any) -> None:
    settings.MAX_FEED_BYTES = 100_000
    bomb = compress(b"<rss>" + b" " * 1_000_000)
    assert len(bomb) < 5000
    web.page("/feed", bomb, headers={"Content-Encoding": "gzip"})
    feed = days.feed()
    days.poll()
    feed.refresh_from_db()
    assert feed.last_outcome == "too_large"


def test_24_the_headers_say_who_asks_and_nothing_else(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(1))
    days.feed("/feed?a=b#part", subscribers=7)
    days.poll()
    [request] = days.asked
    assert (request.method, request.path) == ("GET", "/feed?a=b")
    names = [name.lower() for name, _ in request.headers]
    assert sorted(names) == ["accept", "accept-encoding", "connection", "host", "user-agent"]
    agent = request.header("user-agent") or ""
    assert agent.startswith("plnet/")
    assert agent.endswith("/about; 7 subscribers)")
    assert sum(len(name) + len(value) for name, value in request.headers) < 450


def test_25_cookies_are_never_returned(days: Days, web: Web) -> None:
    web.page("/feed", status=302, headers={"Location": "/real", "Set-Cookie": "id=1; Path=/"})
    web.page("/real", days.rss(*BUSY), headers={"Set-Cookie": "id=2; Path=/; Max-Age=99999999"})
    days.feed()
    days.live(hours=6)
    assert len(days.asked) >= 8
    assert all(request.header("cookie") is None for request in days.asked)


# ---- 26, 28–31, 33: entries, hosts, hubs, workers


def test_26_a_hundred_entries_are_no_reason_to_ask_for_their_pages(days: Days, web: Web) -> None:
    body = days.rss(*range(1, 101)).replace("<description>", f"<link>{web.url('/page')}</link><description>")
    web.page("/feed", body)
    days.feed()
    assert days.poll().entries_new == 100
    days.poll()
    assert [request.path for request in days.asked if request.path != "/feed"] == []


def test_28_feeds_of_one_host_are_asked_one_by_one_with_a_pause(days: Days, web: Web, settings: Any) -> None:
    settings.HOST_DELAY = 0.05
    for n in range(8):
        web.page(f"/{n}", days.rss(*BUSY))
        days.feed(f"/{n}")
    days.clock = RunningClock(days)  # type: ignore[method-assign]
    while Feed.objects.filter(last_polled_at=None).exists():
        days.poll()
    times = sorted(request.time for request in days.asked)
    assert len(times) == 8
    assert web.busiest == {"127.0.0.1": 1}
    assert min(b - a for a, b in pairwise(times)) >= 0.049
    due = [at for at in Feed.objects.values_list("next_poll_at", flat=True) if at]
    assert (max(due) - min(due)).total_seconds() > 300  # and they spread from then on


class RunningClock:
    """The days' clock, but running: the pause between visits is by the clock too."""

    def __init__(self, days: Days) -> None:
        self.start, self.days = monotonic(), days

    def __call__(self) -> datetime:
        return self.days.now + timedelta(seconds=monotonic() - self.start)


def test_29_a_feed_with_a_living_hub_is_asked_once_a_day_and_without_burst_afterwards(days: Days, web: Web) -> None:
    hub = web.url("/hub")
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{hub}"/>'
    web.answer("/feed", lambda _: Reply(days.hourly(link)))
    feed = days.feed(hub_url=hub)
    until = days.now + timedelta(days=4)
    HubLease.objects.create(feed=feed, hub=hub, topic="t", path="p", secret="s", state="live", until=until)
    asked = days.live(days=7)
    assert all(24 <= hours < 25.1 for hours in gaps([at for at in asked if at < until]))
    assert all(1 <= hours < 1.3 for hours in gaps([at for at in asked if at > until]))
    assert len(asked) > 40


def test_30_a_byte_a_second_is_read_for_so_long_in_all(days: Days, web: Web, settings: Any) -> None:
    settings.FETCH_SECONDS = 0.5
    web.page("/feed", days.rss(1), drip=20)
    feed = days.feed()
    tally = days.poll()
    feed.refresh_from_db()
    assert (feed.last_outcome, feed.entry_count) == ("broken", 0)
    assert tally.seconds < 3


def test_31_a_feed_another_worker_is_visiting_is_not_asked(days: Days, web: Web) -> None:
    """The race itself is in test_claim.py: workers that race claim each feed once."""
    web.page("/feed", days.rss(1))
    days.feed()

    claimed = claim.claim(days.now, 5)
    assert days.poll().feeds == 0
    claim.release(claimed, days.now)
    assert days.poll().feeds == 1
    assert len(days.asked) == 1


def test_33_when_the_last_follower_leaves_nothing_is_asked_any_more(days: Days, web: Web) -> None:
    web.page("/feed", days.rss(*BUSY))
    feed = days.feed()
    days.poll()
    Feed.objects.filter(pk=feed.pk).update(subscribers=0)
    days.on(days=30)
    days.poll()
    assert len(days.asked) == 1
