"""A page of a timeline: entries newest first, each with what its reader made of it.

The cost grows with what is shown, never with what is stored (docs/reading-state.md): entries are read through a
window of time wide enough for one page, of those feeds that have something to show, and the window is widened
only where a page comes out short.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from aggregator.models import Entry, Feed

from . import authors, kinds, pace
from .models import Mark, Watermark
from .shown import EPOCH, Cursor, Shown, View, place_text, shown_of

if TYPE_CHECKING:
    from network.models import User

__all__ = ["EPOCH", "Cursor", "Shown", "View", "place_text", "shown_of"]  # what others reach through here as well

IN_A_ROW = ("feed", "sorted_at", "title", "link", "author", "gist", "language", "words", "medium", "duration")
WIDTHS = (4, 48, 600)  # of the first windows, in pages as the rhythm of the feeds promises them
FEW = 3000  # unread entries that are gone through without a window, where only some kind of them is shown
A_PAGE = 30
LONG_AGO, FAR_AHEAD = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """Some entries of a timeline and where the next page begins; None at the end."""

    shown: list[Shown]
    older: Cursor | None
    top: int  # the highest entry id there was: what came later has not been seen


@dataclass(frozen=True)
class Facts:
    """What the counters say of a view."""

    rate: float  # entries a day
    unread: int  # perhaps more where some source shows one author only
    newest: datetime | None  # None when there is nothing to show
    top: int
    narrow: bool = False  # some source shows one author only


def page(view: View, before: Cursor | None = None, size: int = A_PAGE) -> Page:
    """The next `size` entries below a place, or from the top."""
    top, entries = at_a_guess(view, before, size + 1)
    if len(entries) <= size:
        facts = facts_of(view)
        top, entries = facts.top, take(view, facts, before, size + 1)
    if len(entries) > size:
        pace.learn(view, entries)
    shown = shown_of(view, entries[:size])
    last = entries[size - 1] if len(entries) > size else None
    return Page(shown, Cursor(last.sorted_at, last.pk) if last else None, top)


def at_a_guess(view: View, before: Cursor | None, limit: int) -> tuple[int, list[Entry]]:
    """The highest entry id and the entries of a window as the last page's; perhaps too few, and none at first."""
    bound = pace.guess(view, before)
    if bound is None:
        return 0, []
    narrow = Exists(view.sources.exclude(author=""))
    top, is_narrow = Entry.objects.order_by("-pk").values_list("pk", narrow).first() or (0, False)
    return top, list(window(view, before, bound, narrow=is_narrow)[:limit])


def facts_of(view: View) -> Facts:
    """One query over the feeds in view that have something to show."""
    if view.unread:
        found = unread_feeds(view).aggregate(
            rate=Sum("feed__per_day"),
            unread=Sum(F("feed__entry_count") - F("read_count")),
            newest=Max("feed__newest_at"),
            top=Max("feed__last_entry"),
            narrow=authors.any_in(view.sources),
        )
    else:
        found = Feed.objects.filter(pk__in=view.sources.values("feed")).aggregate(
            rate=Sum("per_day"),
            newest=Max("newest_at"),
            top=Max("last_entry"),
            narrow=authors.any_in(view.sources),
        )
    rate, unread, top = max(found["rate"] or 0, 0.01), found.get("unread") or 0, found["top"] or 0
    narrow = bool(found["narrow"])
    if unread and narrow:
        unread -= unread_of_others(view)
    return Facts(rate, unread, found["newest"], top, narrow)


def unread_of_others(view: View) -> int:
    """How many unread entries the counters know that no source in view shows: they are of other authors."""
    in_part = Entry.objects.filter(feed__in=view.sources.exclude(author="").values("feed"))
    others = in_part.filter(~authors.shown_by(view.sources))
    return with_state(others, view.user, only_unread=True).count()


def unread_feeds(view: View) -> QuerySet[Watermark]:
    """The member's watermarks of those feeds in view of which something is unread."""
    return Watermark.objects.filter(
        user=view.user, feed__in=view.sources.values("feed"), read_count__lt=F("feed__entry_count")
    )


def take(view: View, facts: Facts, start: Cursor | None, limit: int, *, older: bool = True) -> list[Entry]:
    """Up to `limit` entries below `start` (or above it, nearest first), through ever wider windows."""
    if facts.newest is None:
        return []
    edge = start.at if start else facts.newest
    if view.kind and view.unread and facts.unread <= FEW:
        return list(window(view, start, LONG_AGO if older else FAR_AHEAD, older, facts.narrow)[:limit])
    for width in WIDTHS:
        bound = beyond(edge, width * max(limit, A_PAGE) / facts.rate, older)
        found = list(window(view, start, bound, older, facts.narrow)[:limit])
        if len(found) == limit or (view.unread and not start and len(found) >= facts.unread):
            return found
    if view.unread:
        return scattered(view, facts, start, limit, older)
    return through_gaps(view, facts, start, bound, limit, older)


def window(
    view: View, start: Cursor | None, bound: datetime, older: bool = True, narrow: bool = False
) -> QuerySet[Entry]:
    """The entries between a place and a time, nearest first; `narrow` where some source shows one author only.

    Feeds whose newest entry is below the window are left out before any entry is looked at.
    """
    if view.unread:
        feeds: QuerySet[Any] = unread_feeds(view).values("feed")
    else:
        feeds = Feed.objects.filter(pk__in=view.sources.values("feed")).values("pk")
    if older and view.unread:
        feeds = feeds.filter(feed__newest_at__gte=bound)
    elif older:
        feeds = feeds.filter(newest_at__gte=bound)
    inside = Q(sorted_at__gte=bound) if older else Q(sorted_at__lte=bound)
    inside_of_feeds = Entry.objects.filter(
        inside, beside(start, older), kinds.fits(view.kind, ruled=view.ruled), feed__in=feeds
    )
    if narrow:
        inside_of_feeds = inside_of_feeds.filter(authors.shown_by(view.sources))
    entries = with_state(inside_of_feeds, view.user, only_unread=view.unread)
    if not (view.unread or view.with_hidden):  # what is hidden is read
        entries = entries.filter(Q(mark__hidden__isnull=True) | Q(mark__hidden=False))
    return entries.only(*IN_A_ROW).order_by(*(("-sorted_at", "-id") if older else ("sorted_at", "id")))


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


def scattered(view: View, facts: Facts, start: Cursor | None, limit: int, older: bool) -> list[Entry]:
    """The unread without any window, for when few are left in much time: driven from the watermarks."""
    read = Mark.objects.filter(user=view.user, entry=OuterRef("feed__entries"), read=True)
    fits = [
        beside(start, older, "feed__entries__"),
        kinds.fits(view.kind, "feed__entries__", view.ruled),
        ~Exists(read),
    ]
    if facts.narrow:
        fits.append(Q(authors.shown_by(view.sources, author="feed__entries__author")))
    over = unread_feeds(view).filter(
        *fits, feed__entries__id__gt=F("upto")
    )  # in one filter, so that it is one join
    inside = [beside(start, older, "entry__"), kinds.fits(view.kind, "entry__", view.ruled)]
    taken_back = Mark.objects.filter(
        *inside, user=view.user, read=False, feed__in=unread_feeds(view).values("feed")
    )
    if facts.narrow:
        taken_back = taken_back.filter(authors.shown_by(view.sources, author="entry__author"))
    sign = "-" if older else ""
    found = set(
        over.order_by(f"{sign}feed__entries__sorted_at", f"{sign}feed__entries__id").values_list(
            "feed__entries__sorted_at", "feed__entries__id"
        )[:limit]
    )
    found.update(
        taken_back.order_by(f"{sign}entry__sorted_at", f"{sign}entry_id").values_list(
            "entry__sorted_at", "entry_id"
        )[:limit]
    )
    ids = [id for _, id in sorted(found, reverse=older)[:limit]]
    entries = with_state(Entry.objects.filter(pk__in=ids), view.user).only(*IN_A_ROW).in_bulk()
    return [entries[id] for id in ids]


def through_gaps(
    view: View, facts: Facts, start: Cursor | None, bound: datetime, limit: int, older: bool
) -> list[Entry]:
    """All entries across silent stretches: each window begins where the next entry is."""
    width: float = WIDTHS[-1]
    while True:
        found = list(window(view, start, bound, older, facts.narrow)[:limit])
        if len(found) == limit:
            return found
        next_at = nearest(view, bound, older)
        if next_at is None:
            return found
        width *= 12
        bound = beyond(next_at, width * max(limit, A_PAGE) / facts.rate, older)


def nearest(view: View, bound: datetime, older: bool) -> datetime | None:
    """When the nearest entry beyond a time is: one look into the index for each feed."""
    entries = Entry.objects.filter(kinds.fits(view.kind, ruled=view.ruled), feed=OuterRef("pk"))
    if older:
        entries = entries.filter(sorted_at__lt=bound).order_by("-sorted_at")
    else:
        entries = entries.filter(sorted_at__gt=bound).order_by("sorted_at")
    feeds = Feed.objects.filter(pk__in=view.sources.values("feed")).annotate(
        next_at=Subquery(entries.values("sorted_at")[:1])
    )
    found: datetime | None = feeds.aggregate(at=Max("next_at") if older else Min("next_at"))["at"]
    return found


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
