"""What is read of a story is read in all its copies: where a copy comes later, or comes into view later.

A member who has read something does not get it again because a second feed brings it. What was marked so says so
(`Mark.in_story`), and is unread again once the member wants the two apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from aggregator.models import Entry
from network.models import Source

from .models import Apart, Mark, Watermark
from .watermarks import recount

NEWEST = 500  # storied entries of feeds that come into view


@dataclass
class Copies:
    """The copies of some stories, and what their readers made of them."""

    by_story: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))  # (entry, feed)
    upto: dict[tuple[int, int], int] = field(default_factory=dict)  # by user and feed
    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)  # by user and entry
    readable: set[tuple[int, int]] = field(default_factory=set)  # user and feed
    apart: set[tuple[int, int, int | None]] = field(default_factory=set)  # user, feed, entry


def level(entry_ids: Collection[int], now: datetime) -> None:
    """Registered in aggregator.stories.when_joined: these entries have become copies."""
    level_all(Entry.objects.filter(pk__in=entry_ids), None, now)


def level_for(user_ids: Collection[int], feed_ids: Collection[int], now: datetime) -> None:
    """Registered in network.follow.when_visible: what came into view may be read already, through another feed."""
    storied = Entry.objects.filter(feed__in=feed_ids, story__isnull=False).order_by("-pk")
    ids = list(storied.values_list("pk", flat=True)[:NEWEST])
    if ids:
        level_all(Entry.objects.filter(pk__in=ids), user_ids, now)


@transaction.atomic
def level_all(entries: QuerySet[Entry], user_ids: Collection[int] | None, now: datetime) -> None:
    copies = copies_with_state(entries, user_ids)
    marked = [
        Mark(user_id=user, entry_id=entry, feed_id=feed, read=True, in_story=True, at=now)
        for user in sorted({user for user, _ in copies.upto})
        for story in copies.by_story.values()
        for entry, feed in left_behind(copies, user, story)
    ]
    Mark.objects.bulk_create(
        marked,
        update_conflicts=True,
        unique_fields=["user", "entry"],
        update_fields=["read", "in_story", "at"],
        batch_size=100,
    )
    for user, feeds in by_user(marked).items():
        recount(Watermark.objects.filter(user=user, feed__in=feeds))


def copies_with_state(entries: QuerySet[Entry], user_ids: Collection[int] | None) -> Copies:
    """Everything there is to know, with the watermarks held. Six queries."""
    found = Copies()
    storied = Entry.objects.filter(story__in=entries.filter(story__isnull=False).values("story"))
    for entry, feed, story in storied.values_list("pk", "feed", "story"):
        assert story
        found.by_story[story].append((entry, feed))
    ids = [entry for story in found.by_story.values() for entry, _ in story]
    feeds = {feed for story in found.by_story.values() for _, feed in story}
    theirs = Q() if user_ids is None else Q(user__in=user_ids)
    held = Watermark.objects.filter(theirs, feed__in=feeds).select_for_update().order_by("feed", "user")
    found.upto = {(user, feed): upto for user, feed, upto in held.values_list("user", "feed", "upto")}
    found.marks = {(mark.user_id, mark.entry_id): mark for mark in Mark.objects.filter(theirs, entry__in=ids)}
    for reader in ("roster__owner", "roster__group__memberships__user"):
        found.readable |= set(Source.objects.filter(feed__in=feeds).values_list(reader, "feed"))
    found.apart = set(Apart.objects.filter(theirs, feed__in=feeds).values_list("user", "feed", "entry"))
    return found


def left_behind(copies: Copies, user: int, story: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The copies a member has not read of a story they have read elsewhere. What a rule hid was not read."""
    read, unread = list[tuple[int, int]](), list[tuple[int, int]]()
    for entry, feed in story:
        upto, mark = copies.upto.get((user, feed)), copies.marks.get((user, entry))
        apart = {(user, feed, None), (user, feed, entry)} & copies.apart
        if upto is None or apart or (user, feed) not in copies.readable or (mark and mark.hidden):
            continue
        is_read = mark.read if mark and mark.read is not None else entry <= upto
        (read if is_read else unread).append((entry, feed))
    return unread if read else []


def by_user(marks: list[Mark]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for mark in marks:
        found[mark.user_id].add(mark.feed_id)
    return found
