"""These are two: a member takes a story apart, for one entry or all that comes from a feed, or joins it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from aggregator.models import Entry, Feed
from network.models import User

from .levelling import NEWEST, Copies, copies_with_state, level_all
from .models import Apart, Mark, Watermark
from .watermarks import recount


@transaction.atomic
def part(user: User, feed: Feed, entry: Entry | None, now: datetime) -> None:
    """An entry stands for itself, or everything from a feed does: what was read only through a copy is unread."""
    Apart.objects.get_or_create(user=user, feed=feed, entry=entry, defaults={"at": now})
    copies = copies_with_state(touched(feed, entry), [user.pk])
    unread = [
        mark
        for story in copies.by_story.values()
        for group in groups_of(copies, user.pk, story)
        if not any(read_itself(copies, user.pk, *each) for each in group)
        for each, _ in group
        if (mark := copies.marks.get((user.pk, each))) and mark.read and mark.in_story and not mark.hidden
    ]
    for mark in unread:
        below = mark.entry_id <= copies.upto.get((user.pk, mark.feed_id), 0)
        mark.read, mark.in_story, mark.at = False if below else None, False, now
    Mark.objects.bulk_update(unread, ["read", "in_story", "at"], batch_size=100)
    Mark.objects.filter(pk__in=[mark.pk for mark in unread], read=None, kept_at=None).delete()
    recount(Watermark.objects.filter(user=user, feed__in={mark.feed_id for mark in unread}))


@transaction.atomic
def rejoin(user: User, feed: Feed, entry: Entry | None, now: datetime) -> None:
    """They are one again."""
    if Apart.objects.filter(user=user, feed=feed, entry=entry).delete()[0]:
        level_all(touched(feed, entry), [user.pk], now)


def touched(feed: Feed, entry: Entry | None) -> QuerySet[Entry]:
    """The entry, or the newest of the feed that are of a story."""
    if entry is not None:
        return Entry.objects.filter(pk=entry.pk)
    storied = Entry.objects.filter(feed=feed, story__isnull=False).order_by("-pk")
    return Entry.objects.filter(pk__in=list(storied.values_list("pk", flat=True)[:NEWEST]))


def groups_of(copies: Copies, user: int, story: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """What of a story is one for a member: what stands apart by itself, and the rest."""
    apart = [each for each in story if {(user, each[1], None), (user, each[1], each[0])} & copies.apart]
    return [*([each] for each in apart), [each for each in story if each not in apart]]


def read_itself(copies: Copies, user: int, entry: int, feed: int) -> bool:
    """Whether a member has read this very copy."""
    mark = copies.marks.get((user, entry))
    if mark and mark.read is not None:
        return mark.read and not mark.in_story and not mark.hidden
    return entry <= copies.upto.get((user, feed), 0)
