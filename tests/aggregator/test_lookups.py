"""Lookups from the question to the feed: claimed, looked for, written down."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from aggregator import lookups
from aggregator.models import Entry, Feed, FeedAddress, Host, Lookup
from tests.web import Web

from .looking import work
from .made import NOW, a_feed, ago
from .test_discover import RSS, alternate, html, page

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def open_and_quick(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


@pytest.fixture
def told(monkeypatch) -> list[Lookup]:
    """What listeners were told."""
    heard: list[Lookup] = []
    monkeypatch.setattr(lookups, "when_found", [heard.append])
    return heard


def ask(address: str, **columns: object) -> Lookup:
    return Lookup.objects.create(**{"address": address, "asked_at": NOW, "due_at": NOW, **columns})


def look(claims: list[lookups.Claim]) -> list[lookups.Finding]:
    async def together(client, children):
        return await asyncio.gather(*(lookups.look(client, children, claim, NOW) for claim in claims))

    return work(together)


def run(now=NOW, limit: int = 8) -> int:
    """Do what is due, as a drain does it; how many lookups were claimed."""
    claims = lookups.claim(now, limit)
    for finding in look(claims) if claims else ():
        lookups.settle(finding, now)
    return len(claims)


# ---- what is found


def test_a_feed_is_found_read_and_told_by_one_request(web: Web, told) -> None:
    web.page("/feed", RSS, headers={"ETag": '"1"'})
    lookup = ask(web.url("/feed"))
    assert lookups.due(NOW)
    assert run() == 1
    lookup.refresh_from_db()
    feed = Feed.objects.get()
    assert (lookup.state, lookup.feed, lookup.title, lookup.error) == ("found", feed, "Ann's notes", "")
    assert (lookup.due_at, lookup.lease) == (None, "")
    assert [each["url"] for each in lookup.candidates] == [web.url("/feed")]
    assert (feed.url, feed.title, feed.etag, feed.last_polled_at) == (web.url("/feed"), "Ann's notes", '"1"', NOW)
    assert feed.next_poll_at >= NOW + 60 * MINUTE
    assert Entry.objects.filter(feed=feed).count() == 1
    assert told == [lookup]
    assert len(web.requests) == 1
    assert not lookups.due(NOW)


def test_what_a_page_names_is_found_and_the_sensible_one_read(web: Web, told) -> None:
    links = alternate("/comments/feed", "Comments") + alternate("/feed", "RSS") + alternate("/pod", "Podcast")
    html(web, "/", page(links))
    web.page("/feed", RSS)
    lookup = ask(web.url("/"))
    run()
    lookup.refresh_from_db()
    assert [each["kind"] for each in lookup.candidates] == ["blog", "podcast", "comments"]
    assert lookup.feed is not None
    assert (lookup.feed.url, lookup.feed.last_polled_at, lookup.feed.entry_count) == (web.url("/feed"), NOW, 1)
    assert Feed.objects.count() == 1  # the others only when they are chosen
    assert told == [lookup]
    assert len(web.requests) == 2


def test_a_feed_elsewhere_is_due_for_its_first_poll(web: Web) -> None:
    there = web.url("/feed", host="127.0.0.2")
    html(web, "/", page(alternate(there)))
    lookup = ask(web.url("/"))
    run()
    lookup.refresh_from_db()
    assert lookup.feed is not None
    assert (lookup.feed.url, lookup.feed.next_poll_at, lookup.feed.last_polled_at) == (there, NOW, None)


def test_a_feed_of_the_page_that_is_known_is_not_asked_for(web: Web) -> None:
    feed = a_feed(url=web.url("/feed"))
    html(web, "/", page(alternate("/feed")))
    lookup = ask(web.url("/"))
    run()
    lookup.refresh_from_db()
    assert lookup.feed == feed
    assert [request.path for request in web.requests] == ["/"]


def test_places_of_the_owner_are_kept(web: Web) -> None:
    html(web, "/", page(alternate("/feed"), '<a rel="me" href="https://social.example/@ann">there</a>'))
    lookup = ask(web.url("/"))
    run()
    lookup.refresh_from_db()
    assert lookup.places == ["https://social.example/@ann"]


def test_comments_alone_are_not_preselected(web: Web) -> None:
    html(web, "/", page(alternate("/comments/feed", "Comments")))
    lookup = ask(web.url("/"))
    run()
    lookup.refresh_from_db()
    assert (lookup.state, lookup.feed, len(lookup.candidates)) == ("found", None, 1)
    assert Feed.objects.count() == 0


@pytest.mark.parametrize(("status", "state"), [(200, "nothing"), (404, "failed"), (500, "failed")])
def test_nothing_found_says_what_would_help_and_tells_nobody(web: Web, told, status, state) -> None:
    html(web, "/", page(), status=status)
    lookup = ask(web.url("/"))
    run()
    lookup.refresh_from_db()
    assert (lookup.state, lookup.feed, lookup.candidates, lookup.due_at) == (state, None, [], None)
    assert "127.0.0.1" in lookup.error
    assert told == []


def test_what_is_no_address_is_answered_without_a_request(web: Web) -> None:
    lookup = ask("hello there")
    run()
    lookup.refresh_from_db()
    assert lookup.state == "nothing"
    assert "spaces" in lookup.error


# ---- what need not be asked


def test_a_known_feed_is_led_to_without_a_request(web: Web, told) -> None:
    feed = a_feed(url=web.url("/feed"), title="Known")
    lookup = ask(web.url("/feed"))
    run()
    lookup.refresh_from_db()
    assert (lookup.state, lookup.feed, lookup.title) == ("found", feed, "Known")
    assert web.requests == []
    assert told == [lookup]
    feed.refresh_from_db()
    assert feed.last_polled_at == ago(hours=1)


def test_an_old_address_leads_to_the_feed_without_a_request(web: Web) -> None:
    feed = a_feed()
    FeedAddress.objects.create(url=web.url("/old"), feed=feed, since=NOW)
    lookup = ask(web.url("/old"))
    run()
    lookup.refresh_from_db()
    assert lookup.feed == feed
    assert web.requests == []


def test_the_feed_of_a_known_account_is_not_asked_for(web: Web) -> None:
    feed = a_feed(url=web.url("/@ann.rss"))
    lookup = ask(web.url("/@ann"))
    run()
    lookup.refresh_from_db()
    assert lookup.feed == feed
    assert web.requests == []


def test_fifty_members_who_give_one_address_cost_one_request(web: Web, told) -> None:
    web.page("/feed", RSS)
    for _ in range(50):
        ask(web.url("/feed"))
    assert [run(NOW, limit=50), run(NOW, limit=50)] == [1, 49]
    assert len(web.requests) == 1
    assert Lookup.objects.filter(state="found", feed=Feed.objects.get()).count() == 50
    assert len(told) == 50


def test_what_a_page_named_an_hour_ago_is_not_asked_again(web: Web) -> None:
    html(web, "/", page(alternate("/feed", "Ann")))
    web.page("/feed", RSS)
    ask(web.url("/"))
    run()
    later = NOW + 50 * MINUTE
    second = ask(web.url("/"), asked_at=later, due_at=later)
    run(later)
    second.refresh_from_db()
    assert (second.state, second.title, len(second.candidates)) == ("found", "Ann's site", 1)
    assert len(web.requests) == 2
    third = ask(web.url("/"), asked_at=NOW + 200 * MINUTE, due_at=NOW + 200 * MINUTE)
    run(NOW + 200 * MINUTE)
    third.refresh_from_db()
    assert third.state == "found"
    assert [request.path for request in web.requests] == ["/", "/feed", "/"]


def test_a_feed_that_was_given_up_comes_back_when_somebody_finds_it_alive(web: Web) -> None:
    web.page("/feed", RSS)
    feed = a_feed(url=web.url("/feed"), state="stopped", last_polled_at=ago(days=30), next_poll_at=None)
    ask(web.url("/feed"))
    run()
    feed.refresh_from_db()
    assert (feed.state, feed.last_polled_at) == ("active", NOW)


def test_a_suspended_feed_stays_suspended(web: Web) -> None:
    web.page("/feed", RSS)
    feed = a_feed(url=web.url("/feed"), state="suspended", last_polled_at=ago(days=30), next_poll_at=None)
    ask(web.url("/feed"))
    run()
    feed.refresh_from_db()
    assert (feed.state, feed.last_polled_at) == ("suspended", ago(days=30))


# ---- manners towards hosts


def test_a_host_that_asks_to_wait_is_left_alone_by_everybody(web: Web) -> None:
    html(web, "/", "slow down", status=429, headers={"Retry-After": "7200"})
    ask(web.url("/"))
    run()
    host = Host.objects.get()
    assert (host.name, host.blocked_until) == (web.url("").removeprefix("http://"), NOW + 120 * MINUTE)
    second = ask(web.url("/other"))
    run(NOW + 119 * MINUTE)
    second.refresh_from_db()
    assert second.state == "failed"
    assert "asked this server to wait" in second.error
    assert len(web.requests) == 1


@pytest.mark.parametrize(("retry_after", "minutes"), [(None, 240), ("junk", 240), (str(10**9), 7 * 1440)])
def test_a_busy_host_gets_four_hours_and_at_most_a_week(web: Web, retry_after, minutes) -> None:
    html(web, "/", "slow down", status=429, headers={"Retry-After": retry_after} if retry_after else {})
    ask(web.url("/"))
    run()
    assert Host.objects.get().blocked_until == NOW + minutes * MINUTE


def test_a_longer_pause_is_not_shortened(web: Web) -> None:
    host = web.url("").removeprefix("http://")
    Host.objects.create(name=host, blocked_until=NOW + 9000 * MINUTE)
    web.page("/", status=302, headers={"Location": web.url("/x", host="127.0.0.2")}, host="127.0.0.3")
    html(web, "/x", "slow down", status=429, host="127.0.0.2")
    Host.objects.create(
        name=web.url("", host="127.0.0.2").removeprefix("http://"), blocked_until=NOW + 9000 * MINUTE
    )
    ask(web.url("/", host="127.0.0.3"))
    run()
    assert {each.blocked_until for each in Host.objects.all()} == {NOW + 9000 * MINUTE}


def test_of_one_host_one_lookup_runs_at_a_time(web: Web) -> None:
    for name in ("a", "b", "c"):
        web.page(f"/{name}", RSS)
        ask(web.url(f"/{name}"))
    other = web.url("/d", host="127.0.0.2")
    web.page("/d", RSS, host="127.0.0.2")
    ask(other)
    first = lookups.claim(NOW, 8)
    assert [claim.address for claim in first] == [web.url("/a"), other]
    later = Lookup.objects.filter(state="waiting").order_by("pk").values_list("due_at", flat=True)
    assert list(later) == [NOW + timedelta(seconds=2), NOW + timedelta(seconds=4)]  # in line
    assert lookups.claim(NOW, 8) == []
    assert not lookups.due(NOW)
    assert lookups.due(NOW + timedelta(seconds=3))
    assert lookups.claim(NOW + timedelta(seconds=3), 8) == []  # the first is still at it


# ---- leases


def test_a_claim_is_leased_for_two_minutes(web: Web) -> None:
    lookup = ask(web.url("/feed"))
    [claim] = lookups.claim(NOW, 8)
    lookup.refresh_from_db()
    assert (lookup.state, lookup.lease, lookup.due_at, lookup.attempts) == (
        "looking", claim.lease, NOW + 2 * MINUTE, 1,
    )  # fmt: skip
    assert lookups.claim(NOW + MINUTE, 8) == []
    [again] = lookups.claim(NOW + 2 * MINUTE, 8)
    assert again.lease != claim.lease


def test_a_worker_that_lost_its_lease_writes_nothing(web: Web, told) -> None:
    web.page("/feed", RSS)
    lookup = ask(web.url("/feed"))
    [claim] = lookups.claim(NOW, 8)
    lookups.claim(NOW + 3 * MINUTE, 8)
    lookups.settle(look([claim])[0], NOW)
    lookup.refresh_from_db()
    assert (lookup.state, lookup.feed) == ("looking", None)
    assert Feed.objects.count() == 0
    assert told == []


def test_after_three_workers_that_never_came_back_it_is_given_up(web: Web) -> None:
    lookup = ask(web.url("/feed"))
    for attempt in range(3):
        assert len(lookups.claim(NOW + attempt * 2 * MINUTE, 8)) == 1
    run(NOW + 6 * MINUTE)
    lookup.refresh_from_db()
    assert (lookup.state, lookup.due_at) == ("failed", None)
    assert "three times" in lookup.error
    assert web.requests == []


def test_a_lookup_that_went_away_meanwhile_is_no_trouble(web: Web) -> None:
    ask("hello there")
    [claim] = lookups.claim(NOW, 8)
    Lookup.objects.all().delete()
    finding = lookups.Finding(claim, lookups.Discovery("hello there", error="no"))
    assert lookups.settle(finding, NOW) is None


def test_a_search_that_takes_too_long_is_ended(web: Web, monkeypatch) -> None:
    monkeypatch.setattr(lookups, "LONGEST", 0.3)
    web.page("/feed", hang=True)
    lookup = ask(web.url("/feed"))
    run()
    lookup.refresh_from_db()
    assert lookup.state == "failed"
    assert "so slow" in lookup.error


# ---- choosing another


def test_another_of_the_feeds_can_be_chosen_later(web: Web) -> None:
    html(web, "/", page(alternate("/feed", "RSS") + alternate("/pod", "Podcast")))
    web.page("/feed", RSS)
    lookup = ask(web.url("/"))
    run()
    lookup.refresh_from_db()
    feed = lookups.choose(lookup, web.url("/pod"), NOW)
    lookup.refresh_from_db()
    assert lookup.feed == feed
    assert (feed.url, feed.title, feed.next_poll_at) == (web.url("/pod"), "Podcast", NOW)


def test_what_was_not_found_cannot_be_chosen(web: Web) -> None:
    lookup = ask(web.url("/"), state="found", candidates=[{"url": "https://ann.example/feed", "title": ""}])
    with pytest.raises(ValueError, match="not among"):
        lookups.choose(lookup, "https://evil.example/feed", NOW)
    assert Feed.objects.count() == 0
