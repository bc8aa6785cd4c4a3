"""What would happen to a feed, and why."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from aggregator.explain import explain
from aggregator.models import FeedAddress, Host, HubLease, Lookup, Poll
from tests.aggregator.made import NOW, a_feed, ago

pytestmark = pytest.mark.django_db
URL = "https://blog.example/feed"


def test_a_known_feed_is_explained_from_health_to_host() -> None:
    a_feed(url=URL, etag='"1"', title="The blog")
    told = explain(URL, NOW)
    assert (told.known, told.title, told.why_then, told.subscribers) == (True, "The blog", "rhythm", 1)
    assert told.sentences == [
        "Well. About weekly.",
        "Asked again later today: it publishes about weekly.",
        "1 roster follows it.",
        "It publishes about weekly, so while all is well it is asked every 14 hours.",
        "It is asked only for what changed (ETag).",
        "robots.txt is not asked for: a feed is published for programs to fetch.",
    ]


def test_what_the_publisher_asks_for_is_said() -> None:
    a_feed(url=URL, ttl=7200, skip_hours=0b101, skip_days=0b1000001)
    told = explain(URL, NOW)
    assert "Its publisher wants 2 hours between two visits." in told.sentences
    assert "Its publisher wants to be left alone in these hours (GMT): 0, 2." in told.sentences
    assert "Its publisher wants to be left alone on these days: Monday, Sunday." in told.sentences
    assert "Its server gives nothing by which one could ask only for what changed." in told.sentences
    assert told.hints == {"ttl": 7200, "skip_hours": [0, 2], "skip_days": [0, 6]}


def test_trouble_is_said_with_its_error_and_what_to_do() -> None:
    a_feed(url=URL, failing_since=ago(days=9), failures=9, last_outcome="missing", last_error="HTTP 404")
    told = explain(URL, NOW)
    assert told.sentences[0] == "In trouble for 9 days: its address answers “not found”."
    assert "It last failed with: HTTP 404" in told.sentences
    assert any("may have moved" in line for line in told.sentences)


def test_a_host_that_told_us_to_wait_is_named() -> None:
    a_feed(url=URL)
    Host.objects.create(name="blog.example", blocked_until=NOW + timedelta(hours=3), strikes=2)
    told = explain(URL, NOW)
    assert told.host == {"name": "blog.example", "blocked_until": "2026-11-24T11:30:00+00:00", "strikes": 2}
    assert "blog.example told us to wait: nothing there is asked before 2026-11-24 11:30." in told.sentences
    assert explain(URL, NOW + timedelta(hours=4)).host["blocked_until"] is None


def test_a_hub_and_a_move_are_said() -> None:
    feed = a_feed(url=URL, hub_url="https://hub.example/", moved_to="https://new.example/", moved_count=2)
    assert "It names a hub, which does not tell us anything now." in explain(URL, NOW).sentences
    HubLease.objects.create(
        feed=feed, hub="h", topic="t", path="p", secret="s", state="live", until=NOW.replace(day=26)
    )
    told = explain(URL, NOW)
    assert "Its hub tells us of what is new; the lease ends on Thursday." in told.sentences
    assert (
        "It says that it moved to https://new.example/, 2 times so far; believed after three times on two days."
    ) in told.sentences


def test_an_old_address_leads_to_the_feed() -> None:
    feed = a_feed(url=URL)
    FeedAddress.objects.create(url="https://old.example/", feed=feed, since=ago(days=9))
    told = explain("old.example", NOW)
    assert f"It is known as {URL}." in told.sentences
    assert told.old_addresses == ["https://old.example/"]


def test_an_unknown_address_says_what_would_happen() -> None:
    Lookup.objects.create(address="https://new.example/", asked_at=NOW, due_at=NOW)
    told = explain("https://new.example/", NOW)
    assert not told.known
    assert told.sentences[:2] == [
        "No feed is known at this address.",
        "Somebody asked what is there: waiting its turn.",
    ]


def test_no_address_is_told_so() -> None:
    assert not explain("no address at all", NOW).known
    assert explain("no address at all", NOW).sentences


def test_only_the_last_polls_are_shown() -> None:
    feed = a_feed(url=URL)
    for day in range(9):
        Poll.objects.create(feed=feed, at=ago(days=day), outcome="new", status=200, entries_new=day)
    assert [poll["new"] for poll in explain(URL, NOW).polls] == [0, 1, 2, 3, 4]


def test_explaining_asks_nobody_and_little(django_assert_max_num_queries: Any) -> None:
    a_feed(url=URL)
    with django_assert_max_num_queries(6):
        explain(URL, NOW)


def test_the_command_says_it_in_lines_or_as_one_object() -> None:
    feed = a_feed(url=URL)
    Poll.objects.create(feed=feed, at=NOW, outcome="broken", status=500, milliseconds=12, error="HTTP 500")
    out = StringIO()
    call_command("explain", URL, stdout=out)
    assert out.getvalue().startswith("A blog\nhttps://blog.example/feed\n\n")
    assert "  2026-11-24 08:30  500  broken  +0 ~0  12 ms  HTTP 500\n" in out.getvalue()
    out = StringIO()
    call_command("explain", URL, "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["known"], told["url"], told["polls"][0]["status"]) == (True, URL, 500)
