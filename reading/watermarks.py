"""Watermarks: where a member begins in a feed, and that the counters say what the marks say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import product

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from aggregator.models import Entry
from network.models import Source

from .models import Mark, Watermark

NEWEST = (
    30  # of a feed that comes into view, so many stored entries are unread; who wants more finds them under All
)


@transaction.atomic
def open_for(user_ids: Collection[int], feed_ids: Collection[int], now: datetime) -> None:  # noqa: ARG001
    """Feeds became visible to members: at most the newest stored entries are unread, and what was read stays so."""
    Watermark.objects.bulk_create(
        [Watermark(user_id=user, feed_id=feed) for user, feed in product(user_ids, feed_ids)],
        ignore_conflicts=True,
        batch_size=500,
    )
    raise_to_newest(Watermark.objects.filter(user__in=user_ids, feed__in=feed_ids))


@transaction.atomic
def open_filled(feed_ids: Collection[int]) -> None:
    """Feeds brought their first entries: members who were waiting for them begin with the newest."""
    raise_to_newest(Watermark.objects.filter(feed__in=feed_ids, upto=0))


def raise_to_newest(watermarks: QuerySet[Watermark]) -> None:
    """Everything but the newest entries of each feed counts as read."""
    ids = list(watermarks.select_for_update().order_by("feed", "user").values_list("pk", flat=True))
    raised = Watermark.objects.filter(pk__in=ids)
    newest = Entry.objects.filter(feed=OuterRef("feed")).order_by("-pk").values("pk")
    raised.update(upto=Greatest(F("upto"), Coalesce(Subquery(newest[NEWEST : NEWEST + 1]), Value(0))))
    recount(raised)


def recount(watermarks: QuerySet[Watermark]) -> int:
    """Write `read_count` from what stands in the tables; how many rows."""
    below = Entry.objects.filter(feed=OuterRef("feed"), pk__lte=OuterRef("upto"))
    marks = Mark.objects.filter(user=OuterRef("user"), feed=OuterRef("feed"))
    taken_back = marks.filter(read=False, entry__lte=OuterRef("upto"))
    read = marks.filter(read=True, entry__gt=OuterRef("upto"))
    return watermarks.update(read_count=_count(below, "feed") - _count(taken_back, "feed") + _count(read, "feed"))


def _count(rows: QuerySet[Entry] | QuerySet[Mark], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def add_missing() -> int:
    """Every feed a member follows has its watermark; how many had none (an older dump, a hand in the tables)."""
    shown = Source.objects.followed().filter(roster__owner__isnull=False)
    there = Watermark.objects.filter(user=OuterRef("roster__owner"), feed=OuterRef("feed"))
    missing = shown.annotate(n=Subquery(there.values("pk")[:1])).filter(n__isnull=True)
    pairs = set(missing.values_list("roster__owner", "feed"))
    made = [Watermark(user_id=user, feed_id=feed) for user, feed in sorted(pairs)]
    Watermark.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return len(made)
