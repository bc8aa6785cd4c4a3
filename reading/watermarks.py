"""Watermarks: where a member begins in a feed, and that the counters say what the marks say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import product

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Greatest

from aggregator.models import Entry
from network.models import Source

from .models import Mark, Watermark

NEWEST = (
    30  # of a feed that comes into view, so many stored entries are unread; who wants more finds them under All
)


@transaction.atomic
def open_for(user_ids: Collection[int], feed_ids: Collection[int], now: datetime) -> None:  # noqa: ARG001
    """Feeds became visible to members: at most the newest stored entries are unread, and what was read stays so.

    Whoever saw a feed already, at home or in another group, goes on where they are.
    """
    goes_on = list(seen_twice(Watermark.objects.filter(user__in=user_ids, feed__in=feed_ids)))
    Watermark.objects.bulk_create(
        [Watermark(user_id=user, feed_id=feed) for user, feed in product(user_ids, feed_ids)],
        ignore_conflicts=True,
        batch_size=500,
    )
    raise_to_newest(Watermark.objects.filter(user__in=user_ids, feed__in=feed_ids).exclude(pk__in=goes_on))


def seen_twice(watermarks: QuerySet[Watermark]) -> QuerySet[Watermark, int]:
    """The ids of those whose feed its member sees through more than one source."""
    at_home, in_groups = Q(roster__owner=OuterRef("user")), Q(roster__group__memberships__user=OuterRef("user"))
    through = Source.objects.followed().filter(at_home | in_groups, feed=OuterRef("feed")).order_by()
    counted = through.values("feed").annotate(n=Count("pk", distinct=True)).values("n")
    return watermarks.annotate(n=Subquery(counted)).filter(n__gt=1).values_list("pk", flat=True)


@transaction.atomic
def open_filled(counts: dict[int, int]) -> None:
    """Registered in aggregator.finish.when_filled: feeds brought their first entries, so many each.

    Members who were waiting for them begin with the newest.
    """
    long = [feed for feed, count in counts.items() if count > NEWEST]
    if long:
        raise_to_newest(Watermark.objects.filter(feed__in=long))


def raise_to_newest(watermarks: QuerySet[Watermark]) -> None:
    """Everything but the newest entries of each feed counts as read."""
    ids = list(watermarks.select_for_update().order_by("feed", "user").values_list("pk", flat=True))
    raised = Watermark.objects.filter(pk__in=ids)
    newest = Entry.objects.filter(feed=OuterRef("feed")).order_by("-pk").values("pk")
    raised.update(upto=Greatest(F("upto"), Coalesce(Subquery(newest[NEWEST : NEWEST + 1]), Value(0))))
    recount(raised)


def recount(watermarks: QuerySet[Watermark]) -> int:
    """Write `read_count` from what stands in the tables; how many rows."""
    return watermarks.update(read_count=reads())


def held(entry_ids: list[int]) -> set[int]:
    """Registered in aggregator.expire.holds: what somebody kept, or wants to read once more."""
    marks = Mark.objects.filter(Q(kept_at__isnull=False) | Q(read=False), entry__in=entry_ids)
    return set(marks.values_list("entry", flat=True))


def expired(by_feed: dict[int, list[int]]) -> None:
    """Registered in aggregator.expire.when_expired: entries are about to go; those that were read count no more."""
    ids = [entry for entries in by_feed.values() for entry in entries]
    Watermark.objects.filter(feed__in=by_feed).update(read_count=F("read_count") - reads(ids))


def reads(among: list[int] | None = None) -> CombinedExpression:
    """How many entries of a watermark's feed its member has read; only of those `among` when given."""
    below = Entry.objects.filter(feed=OuterRef("feed"), pk__lte=OuterRef("upto"))
    marks = Mark.objects.filter(user=OuterRef("user"), feed=OuterRef("feed"))
    if among is not None:
        below, marks = below.filter(pk__in=among), marks.filter(entry__in=among)
    taken_back = marks.filter(read=False, entry__lte=OuterRef("upto"))
    read = marks.filter(read=True, entry__gt=OuterRef("upto"))
    return _count(below) - _count(taken_back) + _count(read)


def _count(rows: QuerySet[Entry] | QuerySet[Mark]) -> Coalesce:
    counted = rows.order_by().values("feed").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def add_missing() -> int:
    """Every feed a member follows, alone or in a group, has its watermark; how many had none (an older dump, a hand
    in the tables)."""
    pairs = without_watermark("roster__owner") | without_watermark("roster__group__memberships__user")
    made = [Watermark(user_id=user, feed_id=feed) for user, feed in sorted(pairs)]
    Watermark.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return len(made)


def without_watermark(reader: str) -> set[tuple[int, int]]:
    """The readers of followed sources and their feeds, where nothing says how far they have read."""
    there = Watermark.objects.filter(user=OuterRef(reader), feed=OuterRef("feed"))
    followed = Source.objects.followed().filter(~Exists(there), **{f"{reader}__isnull": False})
    return set(followed.values_list(reader, "feed"))
