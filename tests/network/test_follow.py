"""Feeds come onto a roster, change their state, and leave it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aggregator.models import Feed
from network import follow
from network.follow import Wish, follow_many
from network.models import Circle, Person, Source

from .members import NOW, a_feed, a_member, a_source

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def seen() -> Iterator[list[tuple[list[int], list[int]]]]:
    """Who was told to see what."""
    told: list[tuple[list[int], list[int]]] = []

    def listen(users: object, feeds: object, _now: object) -> None:
        told.append((list(users), list(feeds)))  # type: ignore[call-overload]

    follow.when_visible.append(listen)
    yield told
    follow.when_visible.remove(listen)


def subscribers(feed: Feed) -> int:
    return Feed.objects.get(pk=feed.pk).subscribers


def test_following_makes_a_person_named_as_the_feed_and_makes_the_feed_due() -> None:
    feed = a_feed(title="The Slow  Shelf\n", next_poll_at=None)
    source = follow.follow(a_member().roster, feed, NOW)
    feed.refresh_from_db()
    assert source.person.name == "The Slow Shelf"
    assert (feed.subscribers, feed.next_poll_at) == (1, NOW)


def test_a_feed_without_a_title_names_its_person_after_its_host() -> None:
    assert a_source(a_member(), a_feed(url="https://slow.example/feed")).person.name == "slow.example"


def test_a_feed_on_the_roster_is_joined_not_doubled() -> None:
    nora, feed = a_member(), a_feed(title="Slow")
    first = a_source(nora, feed, circles=["Desk"])
    second = a_source(nora, feed, name="Somebody else", circles=["Libraries"])
    assert (first.pk, Person.objects.count(), Source.objects.count()) == (second.pk, 1, 1)
    assert set(second.person.circles.values_list("name", flat=True)) == {"Desk", "Libraries"}


def test_a_feed_named_twice_at_once_is_followed_once() -> None:
    nora, feed = a_member(), a_feed()
    first, second = follow_many(nora.roster, [Wish(feed), Wish(feed)], NOW)
    assert (first.joined, second.joined) == (False, True)
    assert first.source is second.source
    assert Source.objects.count() == 1


def test_wishes_with_one_key_become_one_person() -> None:
    blog, podcast = a_feed(), a_feed()
    nora = a_member()
    follow_many(nora.roster, [Wish(blog, "Ingrid", who="1"), Wish(podcast, "Ingrid", who="1")], NOW)
    assert Person.objects.get().sources.count() == 2


def test_subscribers_are_rosters_not_sources() -> None:
    nora, otto, feed = a_member(), a_member("otto"), a_feed(title="A planet")
    a_source(nora, feed)
    wim = Person.objects.create(roster=nora.roster, name="Wim", created_at=NOW)
    Source.objects.create(roster=nora.roster, person=wim, feed=feed, created_at=NOW, changed_at=NOW)
    a_source(otto, feed)
    assert subscribers(feed) == 2


@pytest.mark.parametrize("state", ["paused", "retired"])
def test_a_feed_nobody_sees_has_no_subscribers_and_is_asked_again_when_it_comes_back(state: str) -> None:
    feed = a_feed()
    source = a_source(a_member(), feed)
    polled = {"last_polled_at": NOW, "next_poll_at": NOW + timedelta(days=9), "why_then": "rhythm"}
    Feed.objects.filter(pk=feed.pk).update(**polled)
    follow.turn([source], state, NOW)
    assert subscribers(feed) == 0
    follow.bring_back(source, LATER)
    feed.refresh_from_db()
    assert (source.state, source.changed_at) == ("following", LATER)
    assert (feed.subscribers, feed.next_poll_at) == (1, LATER)


def test_following_what_was_retired_brings_it_back_and_tells() -> None:
    nora, feed = a_member(), a_feed()
    source = a_source(nora, feed)
    follow.retire(source, NOW, "too loud")
    again = a_source(nora, feed)
    again.refresh_from_db()
    assert (again.pk, again.state, again.reason, subscribers(feed)) == (source.pk, "following", "", 1)


def test_who_reads_is_told_what_has_become_visible(seen: list[tuple[list[int], list[int]]]) -> None:
    nora, feed = a_member(), a_feed()
    source = a_source(nora, feed)
    a_source(nora, feed)  # joined: nothing new to see
    follow.pause(source, None, NOW)
    follow.bring_back(source, NOW)
    assert seen == [([nora.pk], [feed.pk]), ([nora.pk], [feed.pk])]


def test_a_paused_wish_is_neither_counted_nor_seen(seen: list[tuple[list[int], list[int]]]) -> None:
    feed = a_feed()
    follow_many(a_member().roster, [Wish(feed, state="paused")], NOW)
    assert (subscribers(feed), seen) == (0, [])


def test_a_pause_ends_by_itself() -> None:
    source = a_source(a_member())
    follow.pause(source, LATER, NOW)
    assert follow.end_pauses(LATER - timedelta(minutes=1)) == 0
    assert follow.end_pauses(LATER) == 1
    source.refresh_from_db()
    assert (source.state, source.until) == ("following", None)


def test_what_is_forgotten_leaves_no_empty_person() -> None:
    nora = a_member()
    source = a_source(nora)
    other = a_source(nora, person=a_source(nora).person)
    follow.forget([source, other], NOW)
    assert list(Person.objects.values_list("sources__feed", flat=True)) == [Source.objects.get().feed_id]
    assert subscribers(source.feed) == 0


def test_a_source_given_to_another_leaves_nobody_empty() -> None:
    nora = a_member()
    one, two = a_source(nora, name="One"), a_source(nora, name="Two")
    follow.give(one, two.person, NOW)
    assert [p.name for p in Person.objects.all()] == ["Two"]
    assert two.person.sources.count() == 2


def test_a_count_that_went_wrong_is_put_right() -> None:
    right, wrong = a_feed(), a_feed()
    nora = a_member()
    a_source(nora, right)
    a_source(nora, wrong)
    Feed.objects.filter(pk=wrong.pk).update(subscribers=7)
    assert follow.recount(NOW) == 1
    assert (subscribers(right), subscribers(wrong)) == (1, 1)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (" A\n name\t", "A name"),
        ("می‌خواهم", "می‌خواهم"),  # the joiner within a Persian word stays
        ("👩‍🔬", "👩‍🔬"),
        ("a\u202eb\u0000c\ud800", "a b c"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_one_line_of_what_people_write(written: str, name: str) -> None:
    assert follow.a_name(written) == name


def test_circles_keep_the_order_in_which_they_were_made() -> None:
    roster = a_member().roster
    follow.make_circles(roster, ["Zebra", "Ant"])
    follow.make_circles(roster, ["Ant", "Bee"])
    assert [c.name for c in Circle.objects.all()] == ["Zebra", "Ant", "Bee"]
