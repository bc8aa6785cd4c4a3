"""Which feeds a group's roster shows, to whom, and what the feeds hear of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.models import Feed
from network import follow, showing
from network.models import Group, Membership, Roster, User

from .members import NOW, a_feed, a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[tuple[list[int], list[int]]]]:
    heard: list[tuple[list[int], list[int]]] = []

    def listen(users: object, feeds: object, _now: object) -> None:
        heard.append((list(users), list(feeds)))  # type: ignore[call-overload]

    follow.when_visible.append(listen)
    yield heard
    follow.when_visible.remove(listen)


def a_group(name: str = "kelp", *members: User, starter: bool = False) -> Roster:
    group = Group.objects.create(name=name, slug=name, opml_key=name, made_at=NOW, starter=starter)
    for member in members:
        join(group, member)
    return Roster.objects.create(group=group)


def join(group: Group | None, member: User) -> None:
    assert group
    Membership.objects.create(group=group, user=member, at=NOW)


def subscribers(feed: Feed) -> int:
    return Feed.objects.get(pk=feed.pk).subscribers


def test_what_a_group_follows_is_seen_by_all_its_members(told: list[tuple[list[int], list[int]]]) -> None:
    nora, otto, feed = a_member(), a_member("otto"), a_feed()
    follow.follow(a_group("kelp", nora, otto), feed, NOW)
    assert told == [([nora.pk, otto.pk], [feed.pk])]
    assert subscribers(feed) == 1


def test_a_group_is_one_subscriber_only_while_somebody_is_in_it(told: list[tuple[list[int], list[int]]]) -> None:
    nora, feed = a_member(), a_feed(next_poll_at=None)
    roster = a_group()
    follow.follow(roster, feed, NOW)
    assert (subscribers(feed), told) == (0, [])
    assert Feed.objects.get().next_poll_at is None
    join(roster.group, nora)
    follow.show_to(nora, roster, NOW)
    assert (subscribers(feed), told) == (1, [([nora.pk], [feed.pk])])
    assert Feed.objects.get().next_poll_at == NOW
    Membership.objects.all().delete()
    follow.count_subscribers([feed.pk])
    assert subscribers(feed) == 0


def test_whoever_joins_is_shown_only_what_the_group_follows(told: list[tuple[list[int], list[int]]]) -> None:
    nora, otto, shown, paused = a_member(), a_member("otto"), a_feed(), a_feed()
    roster = a_group("kelp", nora)
    follow.follow(roster, shown, NOW)
    follow.pause(follow.follow(roster, paused, NOW), None, NOW)
    told.clear()
    join(roster.group, otto)
    follow.show_to(otto, roster, NOW)
    assert told == [([otto.pk], [shown.pk])]


def test_nobody_asks_for_a_feed_because_it_stands_on_the_starter_roster() -> None:
    feed = a_feed()
    follow.follow(a_group("starter", a_member(), starter=True), feed, NOW)
    assert (subscribers(feed), showing.recount(NOW)) == (0, 0)


def test_a_feed_in_two_groups_and_on_a_roster_is_still_asked_for_once() -> None:
    nora, feed = a_member(), a_feed()
    for roster in (nora.roster, a_group("kelp", nora), a_group("tide", nora)):
        follow.follow(roster, feed, NOW)
    assert (subscribers(feed), Feed.objects.count()) == (3, 1)
