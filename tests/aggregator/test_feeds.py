"""Feeds by their address, and a person asking for one now."""

from datetime import timedelta

import pytest

from aggregator import feeds
from aggregator.models import Feed, FeedAddress
from aggregator.schedule import Why

from .made import NOW, a_feed, ago

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_an_address_is_one_feed_however_it_is_spelled() -> None:
    feed = feeds.remember("https://Bücher.Example:443/feed#top", NOW, "Bücher")
    assert (feed.url, feed.host, feed.title) == (
        "https://xn--bcher-kva.example/feed", "xn--bcher-kva.example", "Bücher",
    )  # fmt: skip
    assert (feed.created_at, feed.next_poll_at, feed.why_then, feed.subscribers) == (NOW, NOW, Why.NEW, 0)
    assert feeds.remember("https://xn--bcher-kva.example/feed", NOW + HOUR, "Other") == feed
    assert feeds.known("https://BÜCHER.example/feed") == feed
    assert Feed.objects.count() == 1


def test_an_odd_port_is_part_of_the_host() -> None:
    assert feeds.remember("http://ann.example:8080/feed", NOW).host == "ann.example:8080"


def test_an_old_address_leads_to_the_feed() -> None:
    feed = a_feed()
    FeedAddress.objects.create(url="https://old.example/feed", feed=feed, since=ago(days=9))
    assert feeds.known("https://old.example/feed") == feed
    assert feeds.remember("https://old.example/feed", NOW) == feed
    assert Feed.objects.count() == 1


def test_http_leads_to_the_https_twin_and_not_the_other_way_round() -> None:
    feed = a_feed(url="https://ann.example/feed")
    assert feeds.known("http://ann.example/feed") == feed
    plain = a_feed(url="http://bob.example/feed")
    assert feeds.known("https://bob.example/feed") is None
    assert feeds.known("http://bob.example/feed") == plain


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://ann.example/feed", "https://", "https://a.example/" + "a" * 2000]
)
def test_what_is_no_address_is_no_feed(url: str) -> None:
    assert feeds.known(url) is None
    with pytest.raises(ValueError):
        feeds.remember(url, NOW)


def test_feeds_that_answer_well_are_known_among_others() -> None:
    a_feed(url="https://good.example/feed")
    a_feed(url="https://new.example/feed", last_ok_at=None)
    gone = a_feed(url="https://gone.example/feed", state="gone")
    FeedAddress.objects.create(url="https://old.example/feed", feed=gone, since=NOW)
    asked = [
        "https://good.example/feed", "http://good.example/feed", "https://new.example/feed",
        "https://gone.example/feed", "https://old.example/feed", "https://never.example/feed",
    ]  # fmt: skip
    assert feeds.known_among(asked) == {
        "https://good.example/feed", "http://good.example/feed", "https://old.example/feed",
    }  # fmt: skip


# ---- somebody asks for a feed now


def asked(**columns: object):
    """(when due_now says, the feed afterwards)."""
    feed = a_feed(**columns)
    when = feeds.due_now([feed.pk], NOW)
    feed.refresh_from_db()
    return when[feed.pk], feed


def test_a_feed_somebody_asks_for_is_due_now() -> None:
    when, feed = asked(last_polled_at=ago(hours=2))
    assert when == feed.next_poll_at == NOW
    assert feed.why_then == Why.ASKED


def test_a_feed_polled_lately_is_due_an_hour_after_that() -> None:
    when, feed = asked(last_polled_at=ago(minutes=50))
    assert when == feed.next_poll_at == NOW + timedelta(minutes=10)


def test_a_feed_whose_answer_still_holds_is_due_when_that_ends() -> None:
    when, feed = asked(last_polled_at=ago(hours=2), not_before=NOW + timedelta(hours=3))
    assert when == feed.next_poll_at == NOW + timedelta(hours=3)


def test_a_feed_is_never_put_off_by_asking_for_it() -> None:
    soon = NOW + timedelta(minutes=5)
    when, feed = asked(last_polled_at=ago(minutes=10), next_poll_at=soon)
    assert when == feed.next_poll_at == soon
    assert feed.why_then == Why.RHYTHM
    assert asked(next_poll_at=ago(minutes=5))[0] == ago(minutes=5)


@pytest.mark.parametrize("why", feeds.NOT_MOVED)
def test_what_the_publisher_asked_for_holds(why: Why) -> None:
    then = NOW + 5 * HOUR
    when, feed = asked(next_poll_at=then, why_then=why, last_polled_at=ago(hours=20))
    assert (when, feed.next_poll_at, feed.why_then) == (then, then, why)


@pytest.mark.parametrize("why", [Why.RHYTHM, Why.SLEEPING, Why.HUB, Why.BROKEN, Why.NEW])
def test_our_own_reasons_to_wait_do_not(why: Why) -> None:
    assert asked(why_then=why, last_polled_at=ago(hours=2))[0] == NOW


def test_a_ttl_holds_even_where_the_rhythm_is_slower() -> None:
    assert asked(last_polled_at=ago(hours=2), ttl=5 * 3600)[0] == NOW + 3 * HOUR
    assert asked(last_polled_at=ago(days=8), ttl=10**9, next_poll_at=NOW + 99 * HOUR)[0] == NOW


def test_hours_and_days_to_be_left_alone_hold() -> None:
    skip = 1 << NOW.hour | 1 << NOW.hour + 1
    assert asked(last_polled_at=ago(hours=2), skip_hours=skip)[0] == NOW.replace(minute=0) + 2 * HOUR
    assert asked(last_polled_at=ago(hours=2), skip_hours=2**24 - 1)[0] == NOW


def test_a_feed_that_is_being_polled_is_left_to_it() -> None:
    then = NOW + timedelta(minutes=2)
    when, feed = asked(lease="token", next_poll_at=then, last_polled_at=ago(hours=3))
    assert (when, feed.next_poll_at, feed.lease) == (then, then, "token")


@pytest.mark.parametrize("state", ["suspended", "stopped", "gone"])
def test_a_feed_that_is_not_polled_is_not_by_asking(state: str) -> None:
    when, feed = asked(state=state, last_polled_at=ago(hours=3))
    assert when is None
    assert feed.why_then == Why.RHYTHM


def test_a_feed_never_polled_is_due_now() -> None:
    assert asked(last_polled_at=None, next_poll_at=None)[0] == NOW


def test_many_feeds_cost_four_queries(django_assert_num_queries) -> None:
    many = [a_feed(last_polled_at=ago(hours=2)).pk for _ in range(50)]
    with django_assert_num_queries(4):  # a savepoint, the rows, one update, the savepoint's end
        assert set(feeds.due_now(many, NOW).values()) == {NOW}
