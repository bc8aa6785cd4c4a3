"""Taking an act upon many entries back: what was read, unread or passed over is as it was before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from aggregator.models import Entry

from .models import Mark, NotForMe, Undo, Watermark
from .watermarks import recount

if TYPE_CHECKING:
    from network.models import User


@transaction.atomic
def take_back(undo: Undo) -> None:
    """As it was before the act. What was done to other entries in between stays done, and the counters are right;
    entries and feeds that are gone by now are passed over."""
    feeds = {feed for feed, _, _ in undo.watermarks} | {feed for _, feed, _, _ in undo.marks}
    inserted = Mark.objects.filter(
        user=undo.user, entry__in=undo.inserted, read=True, at__lte=undo.at, hidden=False
    )
    feeds |= set(inserted.values_list("feed", flat=True).distinct())
    mine = Watermark.objects.filter(user=undo.user, feed__in=feeds)
    there = set(mine.select_for_update().order_by("feed").values_list("feed", flat=True))
    Watermark.objects.bulk_create(
        [Watermark(user=undo.user, feed_id=feed, upto=upto) for feed, upto, _ in undo.watermarks if feed in there],
        update_conflicts=True, unique_fields=["user", "feed"], update_fields=["upto"], batch_size=500,
    )  # fmt: skip
    inserted.filter(kept_at__isnull=True).delete()
    inserted.update(read=None, in_story=False)
    restore(undo)
    NotForMe.objects.filter(user=undo.user, at=undo.at).delete()
    recount(mine)
    undo.delete()


def restore(undo: Undo) -> None:
    """Marks as they were, for entries that are still there, and not hidden by a rule meanwhile."""
    ids = [row[0] for row in undo.marks]
    there = set(Entry.objects.filter(pk__in=ids).values_list("pk", flat=True))
    there -= set(Mark.objects.filter(user=undo.user, entry__in=ids, hidden=True).values_list("entry", flat=True))
    marks = [as_mark(undo.user_id, row, undo.at) for row in undo.marks if row[0] in there]
    Mark.objects.bulk_create(
        marks,
        update_conflicts=True,
        unique_fields=["user", "entry"],
        update_fields=["read", "in_story"],
        batch_size=500,
    )


def last_act(user: User) -> Undo | None:
    """The one act a member can take back: their last."""
    return Undo.objects.filter(user=user).order_by("-pk").first()


def as_mark(user_id: int, row: Iterable[Any], at: datetime) -> Mark:
    entry, feed, read, kept_at = row
    kept = parse_datetime(kept_at) if kept_at else None
    return Mark(user_id=user_id, entry_id=entry, feed_id=feed, read=read, kept_at=kept, at=at)
