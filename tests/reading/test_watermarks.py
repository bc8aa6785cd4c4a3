"""Where a member begins, and what merging feeds leaves."""

from datetime import timedelta

import pytest

from aggregator import expire, merge
from aggregator.models import Entry, Feed
from network import follow
from network.models import Roster, Source, User
from reading import marks
from reading.models import Mark, Watermark
from reading.settling import settle
from reading.timeline import View, page
from reading.watermarks import NEWEST, open_filled
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries
from tests.reading.test_marks import counters_are_right
from tests.reading.test_timeline import by_hand

pytestmark = pytest.mark.django_db


def unread(user: User) -> list[int]:
    return by_hand(View(user, Source.objects.of(user).followed(), unread=True))


def test_a_feed_one_begins_to_follow_shows_at_most_its_newest() -> None:
    user, feed = a_member(), a_feed("long")
    made = entries(feed, range(100, 0, -1))
    follow.follow(Roster.objects.mine(user), feed, NOW)
    assert unread(user) == [entry.pk for entry in reversed(made[-NEWEST:])]
    assert counters_are_right(user)


def test_a_short_feed_is_unread_from_its_beginning() -> None:
    user, feed = a_member(), a_feed("short")
    entries(feed, [3, 2, 1])
    follow.follow(Roster.objects.mine(user), feed, NOW)
    assert len(unread(user)) == 3 and counters_are_right(user)


def test_a_feed_that_was_empty_when_it_was_followed_begins_with_its_newest() -> None:
    user, feed = a_member(), a_feed("new")
    follow.follow(Roster.objects.mine(user), feed, NOW)
    entries(feed, range(80, 0, -1))
    open_filled({feed.pk: 80})
    assert len(unread(user)) == NEWEST and counters_are_right(user)


def test_entries_that_expire_leave_the_counters_right_and_spare_what_is_held() -> None:
    user, feed = a_member(), a_feed("ages")
    made = entries(feed, range(900, 890, -1))
    Entry.objects.update(arrived_at=NOW - timedelta(days=890))
    a_source(user, feed, upto=made[5].pk)
    marks.keep(user, made[0], True, NOW)
    marks.mark(user, made[1], False, NOW)
    marks.mark(user, made[9], True, NOW)
    expire.step(0, 365, NOW)
    assert set(Entry.objects.values_list("pk", flat=True)) == {made[0].pk, made[1].pk}
    assert unread(user) == [made[1].pk]
    assert Watermark.objects.get().read_count == 1 and counters_are_right(user)
    assert Feed.objects.get().entry_count == 2


def test_coming_back_shows_the_newest_and_keeps_what_was_read_and_kept() -> None:
    user, feed = a_member(), a_feed("back")
    made = entries(feed, range(10, 0, -1))
    source = follow.follow(Roster.objects.mine(user), feed, NOW)
    marks.mark(user, made[2], False, NOW)
    marks.read_all(View(user, Source.objects.of(user), True), made[5].pk, "", NOW)
    marks.keep(user, made[0], True, NOW)
    follow.retire(source, NOW)
    assert unread(user) == []
    assert Watermark.objects.filter(user=user).exists() and Mark.objects.filter(kept_at=NOW).exists()
    later = entries(feed, [n / 100 for n in range(50, 0, -1)])
    follow.bring_back(source, NOW)
    assert unread(user) == [entry.pk for entry in reversed(later[-NEWEST:])]
    assert counters_are_right(user)


def test_a_source_without_a_watermark_gets_one_at_night() -> None:
    user, feed = a_member(), a_feed("dump")
    made = entries(feed, [2, 1])
    a_source(user, feed)
    Watermark.objects.all().delete()
    settle(NOW)
    shown = page(View(user, Source.objects.of(user), unread=True)).shown
    assert [each.entry.pk for each in shown] == [made[1].pk, made[0].pk]


def test_counters_that_drifted_are_right_in_the_morning() -> None:
    user, feed = a_member(), a_feed("drift")
    made = entries(feed, [3, 2, 1])
    a_source(user, feed, upto=made[0].pk)
    Watermark.objects.update(read_count=3)
    settle(NOW + timedelta(hours=1))
    assert Watermark.objects.get().read_count == 1


def twin_feeds() -> tuple[Feed, Feed, list[Entry], list[Entry]]:
    """Two feeds of which the first three entries are the same."""
    old, into = a_feed("old"), a_feed("into")
    ours, theirs = entries(old, [6, 5, 4, 3, 2]), entries(into, [6, 5, 4, 1])
    for mine, twin in zip(ours[:3], theirs[:3], strict=True):
        Entry.objects.filter(pk=mine.pk).update(uid=twin.uid)
    return old, into, ours, theirs


def test_merging_feeds_loses_nobodys_state() -> None:
    old, into, ours, theirs = twin_feeds()
    both, first, second, left = (a_member(name) for name in ("both", "first", "second", "left"))
    a_source(both, old, upto=ours[0].pk)
    a_source(both, into, upto=0)
    a_source(first, old, upto=ours[1].pk)
    a_source(second, into, upto=theirs[1].pk)
    marks.mark(both, theirs[1], True, NOW)  # read in one of two is read
    marks.mark(first, ours[0], False, NOW)
    marks.keep(first, ours[2], True, NOW)
    marks.mark(first, ours[3], True, NOW)
    Mark.objects.create(user=left, entry=ours[1], feed=old, kept_at=NOW, at=NOW)
    Mark.objects.create(user=left, entry=theirs[3], feed=into, read=True, kept_at=NOW, at=NOW)

    Source.objects.filter(feed=old).update(feed=into)  # as the network does
    merge.merge(old, into, NOW)

    assert set(unread(both)) == {theirs[2].pk, ours[3].pk, ours[4].pk, theirs[3].pk}
    assert set(unread(first)) == {theirs[0].pk, theirs[2].pk, ours[4].pk}, "what is only in the other is read"
    assert set(unread(second)) == {theirs[2].pk, theirs[3].pk}
    assert Mark.objects.get(user=first, kept_at__isnull=False).entry_id == theirs[2].pk
    assert set(Mark.objects.filter(user=left).values_list("entry", "read")) == {
        (theirs[1].pk, None),
        (theirs[3].pk, True),
    }
    assert not Watermark.objects.filter(feed=old.pk).exists() and not Watermark.objects.filter(user=left).exists()
    assert all(counters_are_right(user) for user in (both, first, second))
