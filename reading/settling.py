"""The nightly settling: runs of read marks become watermarks, and counters are counted again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from aggregator.models import Entry

from .annotating import noting
from .models import Mark, Undo, Watermark
from .watermarks import add_missing, recount

UNDO_FOR = timedelta(hours=1)
PAIRS = 20_000  # members' feeds settled in one night; the rest waits for the next
AT_ONCE = 500


def settle(now: datetime) -> int:
    """Settle what was read by hand; how many watermarks rose. Bounded, and each step is a small transaction.

    Members who may still take something back are left for the next night: undoing needs the marks as they were.
    """
    Undo.objects.filter(at__lt=now - UNDO_FOR).delete()
    noting.forget(now)
    add_missing()
    rose = sum(raise_one(pk) for pk in list(can_rise().values_list("pk", flat=True)[:PAIRS]))
    for ids in steps():
        recount(Watermark.objects.filter(pk__in=ids))
    return rose


def can_rise() -> QuerySet[Watermark]:
    """Watermarks whose next entry has been read by hand."""
    above = Entry.objects.filter(feed=OuterRef("feed"), pk__gt=OuterRef("upto")).order_by("pk")
    marked = Mark.objects.filter(user=OuterRef("user"), entry=OuterRef("next_entry"), read=True)
    return (
        Watermark.objects.exclude(user__in=Undo.objects.values("user"))
        .annotate(next_entry=Subquery(above.values("pk")[:1]))
        .filter(Exists(marked))
        .order_by("pk")
    )


@transaction.atomic
def raise_one(pk: int) -> bool:
    """Raise one watermark over the run of read entries just above it; it stops below the first unread one."""
    watermark = Watermark.objects.select_for_update().get(pk=pk)
    mine = Mark.objects.filter(user=watermark.user_id, feed=watermark.feed_id)
    read = set(mine.filter(read=True, entry__gt=watermark.upto).values_list("entry", flat=True))
    upto = watermark.upto
    above = Entry.objects.filter(feed=watermark.feed_id, pk__gt=upto).order_by("pk")
    for entry in above.values_list("pk", flat=True)[: len(read) + 1]:
        if entry not in read:
            break
        upto = entry
    if upto == watermark.upto:
        return False
    Watermark.objects.filter(pk=pk).update(upto=upto)
    below = mine.filter(read=True, entry__lte=upto, hidden=False)
    below.filter(kept_at__isnull=True).delete()
    below.update(read=None)
    return True


def steps() -> Iterator[list[int]]:
    """The ids of all watermarks, some at a time."""
    last = 0
    while ids := list(Watermark.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield ids
        last = ids[-1]
