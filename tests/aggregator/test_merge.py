"""Two feeds become one; a feed follows its address."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aggregator import merge as module
from aggregator.merge import adopt, merge, same_entries
from aggregator.models import Entry, EntryBody, Expired, Feed, FeedAddress, Lookup, Poll
from aggregator.parsing.hashes import uid_hash
from tests.aggregator.made import NOW, a_feed, ago, an_entry, findable

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[tuple[int, int, dict[int, int], list[int]]]]:
    """What a listener was told, and which entries the old feed had at that moment."""
    told: list[tuple[int, int, dict[int, int], list[int]]] = []

    def listen(old: int, new: int, twins: dict[int, int]) -> None:
        told.append((old, new, twins, list(Entry.objects.filter(feed=old).values_list("pk", flat=True))))

    module.when_merged.append(listen)
    yield told
    module.when_merged.remove(listen)


def test_entries_only_the_old_feed_has_move_over_with_their_ids_and_bodies() -> None:
    old, into = a_feed(), a_feed()
    moving, there = an_entry(old, "a"), an_entry(into, "b")
    merge(old, into, NOW)
    assert set(Entry.objects.filter(feed=into).values_list("pk", flat=True)) == {moving.pk, there.pk}
    assert EntryBody.objects.filter(entry__feed=into).count() == 2
    assert findable() == {moving.pk, there.pk}
    assert not Feed.objects.filter(pk=old.pk).exists()


def test_the_same_uid_is_the_same_entry_and_the_new_feeds_row_stays() -> None:
    old, into = a_feed(), a_feed()
    twin, stays = an_entry(old, "a", title="Old"), an_entry(into, "a", title="New")
    merge(old, into, NOW)
    assert Entry.objects.get().pk == stays.pk
    assert Entry.objects.get().title == "New"
    assert findable() == {stays.pk}
    assert not EntryBody.objects.filter(pk=twin.pk).exists()


def test_the_same_link_however_it_is_spelled_is_the_same_entry() -> None:
    old, into = a_feed(), a_feed()
    an_entry(old, "a", link="http://www.blog.example/post/?utm_source=rss")
    stays = an_entry(into, "b", link="https://blog.example/post")
    merge(old, into, NOW)
    assert Entry.objects.get().pk == stays.pk


def test_a_link_that_several_entries_share_tells_nothing() -> None:
    home = 77
    assert same_entries([(1, "a", home), (2, "b", home)], [(3, "c", home)]) == {}
    assert same_entries([(1, "a", home)], [(3, "c", home), (4, "d", home)]) == {}
    assert same_entries([(1, "a", home)], [(3, "c", home)]) == {1: 3}


def test_one_entry_is_nobodys_twin_twice() -> None:
    assert same_entries([(1, "a", 5), (2, "b", 7)], [(3, "a", 7)]) == {1: 3}


def test_entries_without_links_are_not_one() -> None:
    assert same_entries([(1, "a", None)], [(3, "c", None)]) == {}


def test_listeners_are_told_before_anything_has_changed(
    heard: list[tuple[int, int, dict[int, int], list[int]]],
) -> None:
    old, into = a_feed(), a_feed()
    twin, moving, there = an_entry(old, "a"), an_entry(old, "b"), an_entry(into, "a")
    old_id = old.pk
    merge(old, into, NOW)
    assert heard == [(old_id, into.pk, {twin.pk: there.pk}, [twin.pk, moving.pk])]


def test_a_listener_that_fails_leaves_everything_as_it_was() -> None:
    old, into = a_feed(), a_feed()
    an_entry(old, "a")

    def fail(*_: object) -> None:
        raise RuntimeError

    module.when_merged.append(fail)
    try:
        with pytest.raises(RuntimeError):
            merge(old, into, NOW)
    finally:
        module.when_merged.remove(fail)
    assert Entry.objects.filter(feed=old).count() == 1


def test_whoever_asks_for_an_old_address_is_led_to_the_new_feed() -> None:
    old, into = a_feed(url="https://old.example/"), a_feed(url="https://new.example/")
    FeedAddress.objects.create(url="https://older.example/", feed=old, since=ago(days=9))
    FeedAddress.objects.create(url="https://new.example/", feed=old, since=ago(days=9))
    Lookup.objects.create(address="old.example", asked_at=NOW, feed=old)
    merge(old, into, NOW)
    assert {a.url: a.feed_id for a in FeedAddress.objects.all()} == {
        "https://old.example/": into.pk,
        "https://older.example/": into.pk,
    }
    assert Lookup.objects.get().feed_id == into.pk


def test_counters_are_counted_again() -> None:
    old, into = a_feed(entry_count=2), a_feed(entry_count=2)
    an_entry(into, "a", sorted_at=ago(days=30))
    an_entry(into, "b", sorted_at=ago(days=20))
    an_entry(old, "b", sorted_at=ago(days=20))
    last = an_entry(old, "c", sorted_at=ago(days=10))
    merge(old, into, NOW)
    into.refresh_from_db()
    assert (into.entry_count, into.last_entry, into.newest_at) == (3, last.pk, ago(days=10))
    assert into.usual_per_day == pytest.approx(1 / 10)


def test_what_expired_stays_expired() -> None:
    old, into = a_feed(), a_feed()
    for feed, uid in ((old, "a"), (old, "b"), (into, "b")):
        Expired.objects.create(feed=feed, uid_hash=uid_hash(uid))
    merge(old, into, NOW)
    assert set(Expired.objects.values_list("feed", "uid_hash")) == {
        (into.pk, uid_hash("a")),
        (into.pk, uid_hash("b")),
    }


def test_nobody_is_asked_sooner_for_a_merge_and_a_running_visit_is_dropped() -> None:
    old = a_feed(last_polled_at=NOW)
    into = a_feed(next_poll_at=ago(minutes=1), lease="somebody", last_polled_at=ago(days=1))
    Poll.objects.create(feed=old, at=NOW, outcome="new")
    merge(old, into, NOW)
    into.refresh_from_db()
    assert into.next_poll_at == NOW + timedelta(hours=1)
    assert into.lease == ""
    assert not Poll.objects.exists()


def test_a_feed_that_was_given_up_lives_again_when_a_living_one_leads_to_it() -> None:
    old, into = a_feed(), a_feed(state="stopped", next_poll_at=None, failing_since=ago(days=99), failures=80)
    merge(old, into, NOW)
    into.refresh_from_db()
    assert (into.state, into.failures, into.failing_since) == ("active", 0, None)
    assert into.next_poll_at is not None


def test_a_feed_follows_its_address() -> None:
    feed = a_feed(
        url="https://old.example/feed", moved_to="https://new.example:8080/feed", moved_count=3, etag='"1"'
    )
    an_entry(feed)
    assert adopt(feed, "https://new.example:8080/feed", NOW).pk == feed.pk
    feed.refresh_from_db()
    assert (feed.url, feed.host) == ("https://new.example:8080/feed", "new.example:8080")
    assert (feed.moved_at, feed.moved_to, feed.moved_count, feed.etag) == (NOW, "", 0, '"1"')
    assert FeedAddress.objects.get().url == "https://old.example/feed"
    assert feed.entries.count() == 1


def test_a_feed_whose_new_address_is_known_becomes_that_feed() -> None:
    feed, other = a_feed(), a_feed(url="https://new.example/feed")
    an_entry(feed, "a")
    assert adopt(feed, "https://new.example/feed", NOW) == other
    assert Entry.objects.get().feed_id == other.pk


def test_a_feed_whose_new_address_is_another_feeds_old_one_becomes_that_feed() -> None:
    feed, other = a_feed(), a_feed()
    FeedAddress.objects.create(url="https://between.example/", feed=other, since=ago(days=9))
    assert adopt(feed, "https://between.example/", NOW) == other
    assert Feed.objects.count() == 1


def test_a_feed_may_move_back() -> None:
    feed = a_feed(url="https://one.example/")
    adopt(feed, "https://two.example/", NOW)
    adopt(feed, "https://one.example/", NOW + timedelta(days=9))
    assert Feed.objects.get().url == "https://one.example/"
    assert FeedAddress.objects.get().url == "https://two.example/"


def test_a_feed_that_is_where_it_is_stays() -> None:
    feed = a_feed()
    assert adopt(feed, feed.url, NOW) is feed
    assert not FeedAddress.objects.exists()
