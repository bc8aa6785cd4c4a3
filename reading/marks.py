"""Marks: read, unread, kept; one entry or many at once, and every act upon many can be taken back.

What is done to an entry is done to the copies of its story that the member may read (docs/stories.md).
Whoever changes what is read holds the watermark's row of that feed, so two tabs count one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import BooleanField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Greatest, Least

from aggregator.models import Entry, Feed
from network.models import Source

from . import authors, happened
from .copies import copies_of
from .models import Mark, NotForMe, RuleAct, Undo, Watermark
from .timeline import LONG_AGO, Cursor, View, window, with_state
from .watermarks import recount

if TYPE_CHECKING:
    from network.models import User

AT_ONCE = 2000  # entries whose copies are looked for in one query
MANY = 20_000  # entries named in one statement


@transaction.atomic
def mark(user: User, entry: Entry, read: bool, now: datetime) -> bool:
    """Mark one entry read or unread, and with it its copies; whether that changed anything."""
    copies = copies_of(user, [entry.pk]) if entry.story else ()
    in_order = sorted([entry, *copies], key=lambda each: each.feed_id)  # as all hold the watermarks
    changed = [mark_one(user, each, read, now, in_story=each.pk != entry.pk) for each in in_order]
    return any(changed)


def mark_one(user: User, entry: Entry, read: bool, now: datetime, *, in_story: bool) -> bool:
    Watermark.objects.get_or_create(user=user, feed_id=entry.feed_id)
    watermark = Watermark.objects.select_for_update().get(user=user, feed_id=entry.feed_id)
    there = Mark.objects.filter(user=user, entry=entry).first()
    was = there.read if there and there.read is not None else entry.pk <= watermark.upto
    if was == read:
        if there and there.in_story and not in_story:
            Mark.objects.filter(pk=there.pk).update(in_story=False)  # they have read this copy as well
        return False
    values: dict[str, Any] = {"read": read, "feed_id": entry.feed_id, "at": now, "in_story": in_story and read}
    if not read:
        values |= {"hidden": False, "hidden_by": None}  # who wants to read it wants to see it
        if there and there.hidden:
            hides = RuleAct.objects.filter(rule__user=user, entry=entry, act="hide", undone_at=None)
            hides.update(undone_at=now)
    Mark.objects.update_or_create(user=user, entry=entry, defaults=values)
    Watermark.objects.filter(pk=watermark.pk).update(read_count=F("read_count") + (1 if read else -1))
    return True


@transaction.atomic
def keep(user: User, entry: Entry, kept: bool, now: datetime) -> None:
    """Keep an entry for as long as its reader likes, or let it go. What is read or unread stays so."""
    all_of_it = [entry, *(copies_of(user, [entry.pk]) if entry.story else ())]
    if kept:
        for each in all_of_it:
            keep_one(user, each, now)
        happened.tell(user, "kept", [entry.pk], "page", now)
        return
    mine = Mark.objects.filter(user=user, entry__in=all_of_it)
    mine.filter(read__isnull=True).delete()
    mine.update(kept_at=None)


def keep_one(user: User, entry: Entry, now: datetime) -> None:
    values = {"kept_at": now, "feed_id": entry.feed_id, "at": now}
    there, made = Mark.objects.get_or_create(user=user, entry=entry, defaults=values)
    if not made and there.kept_at is None:
        Mark.objects.filter(pk=there.pk).update(kept_at=now)


@transaction.atomic
def read_above(view: View, here: Cursor, top: int, words: str, now: datetime) -> Undo | None:
    """Mark read what is unread in a view from its top down to a place; nothing that came after `top` was seen."""
    unread = replace(view, unread=True)
    hold(unread)
    above = Q(sorted_at__gt=here.at) | Q(sorted_at=here.at, id__gte=here.id)
    narrow = bool(authors.feeds_in_part(view.sources))
    entries = seen(window(unread, None, max(here.at, LONG_AGO), narrow=narrow).filter(above), top)
    return read_part(view.user, entries.order_by(), words, now)


@transaction.atomic
def read_below(view: View, here: Cursor, top: int, words: str, now: datetime) -> Undo | None:
    """The same for what is older than a place, down to the oldest."""
    unread = replace(view, unread=True)
    hold(unread)
    narrow = bool(authors.feeds_in_part(view.sources))
    entries = seen(window(unread, here, LONG_AGO, narrow=narrow), top)
    return read_part(view.user, entries.order_by(), words, now)


def seen(entries: QuerySet[Entry], top: int) -> QuerySet[Entry]:
    """Without what came later. A sum, since for the bare id SQLite takes its index, and looks at all there is."""
    return entries.alias(number=F("id") + 0).filter(number__lte=top)


def read_part(user: User, entries: QuerySet[Entry], words: str, now: datetime) -> Undo | None:
    """Mark them, and write down what was; None where nothing was unread."""
    before, inserted = mark_all(user, entries, now)
    if not (before or inserted):
        return None
    happened.tell(user, "bulk", ids_of(before, inserted), "list", now)
    return Undo.objects.create(user=user, at=now, words=words, marks=before, inserted=inserted)


@transaction.atomic
def read_these(user: User, ids: Iterable[int], now: datetime, joined: Undo | None = None) -> Undo | None:
    """Mark entries read that a member came past. With `joined`, the undo of what they came past just before, this
    becomes part of it, so that it is taken back as one."""
    feeds = Entry.objects.filter(pk__in=list(ids)).values("feed")
    theirs = View(user, Source.objects.read_by(user).filter(feed__in=feeds), unread=True)
    hold(theirs)
    entries = Entry.objects.filter(pk__in=list(ids), feed__in=theirs.sources.values("feed"))
    before, inserted = mark_all(user, with_state(entries, user, only_unread=True), now)
    if not (before or inserted):
        return joined
    happened.tell(user, "bulk", ids_of(before, inserted), "list", now)
    undo = joined or Undo(user=user)
    undo.at, undo.marks, undo.inserted = now, undo.marks + before, undo.inserted + inserted
    undo.save()
    return undo


@transaction.atomic
def pass_over(user: User, entry: Entry, words: str, now: datetime) -> Undo:
    """An entry is not for a member: it is read, and that they said so is remembered."""
    hold(View(user, Source.objects.read_by(user).filter(feed=entry.feed_id), unread=True))
    one = with_state(Entry.objects.filter(pk=entry.pk), user, only_unread=True)
    before, inserted = mark_all(user, one, now)
    all_of_it = [entry, *(copies_of(user, [entry.pk]) if entry.story else ())]
    said = [NotForMe(user=user, entry=each, at=now) for each in all_of_it]
    NotForMe.objects.bulk_create(said, ignore_conflicts=True)
    return Undo.objects.create(user=user, at=now, words=words, marks=before, inserted=inserted)


def mark_all(user: User, entries: QuerySet[Entry], now: datetime) -> tuple[list[list[Any]], list[int]]:
    """Mark entries read, one by one, and with them their copies: the marks as they were, and the entries that had
    none."""
    found = list(entries.values_list("pk", "story", "feed"))
    known, inserted = mark_those(user, {pk: feed for pk, _, feed in found}, now)
    more_known, more_inserted = mark_copies(user, [pk for pk, story, _ in found if story], now)
    return known + more_known, inserted + more_inserted


def mark_copies(user: User, storied: list[int], now: datetime) -> tuple[list[list[Any]], list[int]]:
    """Mark those copies of these entries read that are not yet."""
    known, inserted = list[list[Any]](), list[int]()
    for start in range(0, len(storied), AT_ONCE):
        copies = with_state(copies_of(user, storied[start : start + AT_ONCE]), user, only_unread=True)
        some = mark_those(user, dict(copies.values_list("pk", "feed")), now, in_story=True)
        known, inserted = known + some[0], inserted + some[1]
    return known, inserted


def mark_those(
    user: User, feed_of: dict[int, int], now: datetime, *, in_story: bool = False
) -> tuple[list[list[Any]], list[int]]:
    """These entries, all of which are unread, by their ids: finding them took longer than marking them does."""
    before, ids = list[Mark](), list(feed_of)
    for start in range(0, len(ids), MANY):
        some = ids[start : start + MANY]
        before += Mark.objects.filter(user=user, entry__in=some)
        insert_marks(user, Entry.objects.filter(pk__in=some), now, in_story=in_story)
    if ids:
        recount(Watermark.objects.filter(user=user, feed__in=set(feed_of.values())))
    known = {each.entry_id for each in before}
    return [as_row(each) for each in before], [pk for pk in ids if pk not in known]


def insert_marks(user: User, entries: QuerySet[Entry], now: datetime, *, in_story: bool) -> None:
    """Read marks for all of `entries`, written by one INSERT … SELECT; marks that are there already are turned."""
    rows = entries.annotate(
        by=Value(user.pk),
        yes=Value(True, BooleanField()),
        at=Value(now, DateTimeField()),
        copied=Value(in_story, BooleanField()),
    ).values_list("by", "pk", "feed_id", "yes", "at", "copied")
    select, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO reading_mark (user_id, entry_id, feed_id, "read", at, in_story) {select} '
            "ON CONFLICT (user_id, entry_id) DO UPDATE "
            'SET "read" = excluded."read", at = excluded.at, in_story = excluded.in_story',
            parameters,
        )


@transaction.atomic
def read_all(view: View, top: int, words: str, now: datetime) -> Undo | None:
    """Everything in a view is read: one row a feed. What came after `top` was not seen and stays unread.

    Of feeds of which only some authors are in view, or some kind of entries, the others stay as they are, so there
    each is marked.
    """
    held = hold(replace(view, unread=True))
    in_part = set(held) if view.kind else authors.feeds_in_part(view.sources)
    some = replace(view, sources=view.sources.filter(feed__in=in_part), unread=True)
    one_by_one = window(some, None, LONG_AGO, narrow=True).filter(id__lte=top).order_by()
    known, inserted = mark_all(view.user, one_by_one, now) if in_part else ([], [])
    feeds = [feed for feed in held if feed not in in_part]
    mine = Watermark.objects.filter(user=view.user, feed__in=feeds)
    taken_back = Mark.objects.filter(user=view.user, feed__in=feeds, read=False, entry__lte=top)
    before, turned = list(mine.order_by("feed")), list(taken_back)
    in_stories = Entry.objects.filter(feed__in=feeds, story__isnull=False, pk__lte=top)
    storied = list(with_state(in_stories, view.user, only_unread=True).values_list("pk", flat=True))
    if not (before or known or inserted):
        return None
    happened.tell(view.user, "bulk", ids_of(known, inserted), "list", now)
    last = Feed.objects.filter(pk=OuterRef("feed"))
    late = list(Feed.objects.filter(pk__in=feeds, last_entry__gt=top).values_list("pk", flat=True))
    taken_back.filter(kept_at__isnull=True).delete()
    taken_back.update(read=None)
    mine.exclude(feed__in=late).update(
        upto=Subquery(last.values("last_entry")), read_count=Subquery(last.values("entry_count"))
    )
    seen = Least(Value(top), Subquery(last.values("last_entry")))
    mine.filter(feed__in=late).update(upto=Greatest(F("upto"), seen))  # another tab may have read further
    recount(mine.filter(feed__in=late))
    more_known, more_inserted = mark_copies(view.user, storied, now)
    return Undo.objects.create(
        user=view.user,
        at=now,
        words=words,
        watermarks=[[each.feed_id, each.upto, each.read_count] for each in before],
        marks=known + more_known + [as_row(each) for each in turned],
        inserted=inserted + more_inserted,
    )


def hold(view: View) -> list[int]:
    """Hold the watermarks of the feeds of which something is unread, until the transaction ends; their ids.

    Those of feeds that carried the same stories are held with them, in one order.
    """
    mine = view.sources.values("feed")
    storied = Entry.objects.filter(story__isnull=False, feed__in=mine).values("story")
    copied = Entry.objects.filter(story__in=storied).values("feed")
    unread = Watermark.objects.filter(user=view.user, read_count__lt=F("feed__entry_count"))
    held = unread.filter(Q(feed__in=mine) | Q(feed__in=copied)).select_for_update(of=("self",)).order_by("feed")
    rows = held.annotate(in_view=Q(feed__in=mine)).values_list("feed", "in_view")
    return [feed for feed, in_view in rows if in_view]


def ids_of(before: list[list[Any]], inserted: list[int]) -> list[int]:
    """The entries an act marked."""
    return [row[0] for row in before] + inserted


def as_row(each: Mark) -> list[Any]:
    """A mark as the journal keeps it."""
    return [each.entry_id, each.feed_id, each.read, each.kept_at.isoformat() if each.kept_at else None]
