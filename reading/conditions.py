"""What an entry's place and state come to in a query: beside a place, within a time, read or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When

from aggregator.models import Entry

from .models import Watermark
from .shown import Cursor, View

if TYPE_CHECKING:
    from network.models import User

LONG_AGO, FAR_AHEAD = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


def with_state(entries: QuerySet[Entry], user: User, *, only_unread: bool = False) -> QuerySet[Entry]:
    """Each with `is_read` (as marked, else whether the watermark is above it) and `kept_at`.

    The watermark is a scalar subquery: as a join it makes SQLite choose the wrong index.
    """
    upto = Subquery(Watermark.objects.filter(user=user, feed=OuterRef("feed")).values("upto"))
    marked = entries.alias(mark=FilteredRelation("marks", condition=Q(marks__user=user)))
    if only_unread:
        unread = Q(mark__read=False) | Q(mark__read__isnull=True, pk__gt=upto)
        return marked.filter(unread).annotate(is_read=Value(False), kept_at=F("mark__kept_at"))
    read = Case(
        When(mark__read__isnull=False, then=F("mark__read")),
        When(pk__lte=upto, then=Value(True)),
        default=Value(False),
    )
    return marked.annotate(is_read=read, kept_at=F("mark__kept_at"))


def unread_feeds(view: View) -> QuerySet[Watermark]:
    """The member's watermarks of those feeds in view of which something is unread."""
    return Watermark.objects.filter(
        user=view.user, feed__in=view.sources.values("feed"), read_count__lt=F("feed__entry_count")
    )


def beside(start: Cursor | None, older: bool, prefix: str = "") -> Q:
    """Strictly below (or above) a place in the order (sorted_at, id), said so that an index can use it."""
    if start is None:
        return Q()
    at, id = f"{prefix}sorted_at", f"{prefix}id"
    to, past = ("lte", "lt") if older else ("gte", "gt")
    return Q((f"{at}__{to}", start.at)) & (
        Q((f"{at}__{past}", start.at)) | Q((at, start.at), (f"{id}__{past}", start.id))
    )


def beyond(edge: datetime, days: float, older: bool) -> datetime:
    """So many days below (or above) a time, within what a database can hold."""
    if older:
        return edge - min(timedelta(days=min(days, 999_999)), max(edge - LONG_AGO, timedelta()))
    return edge + min(timedelta(days=min(days, 999_999)), max(FAR_AHEAD - edge, timedelta()))
