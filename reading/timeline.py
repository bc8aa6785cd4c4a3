"""A page of a timeline: entries newest first, each with what its reader made of it.

The cost grows with what is shown, never with what is stored (docs/reading-state.md): entries are read through a
window of time wide enough for one page, of those feeds that have something to show, and the window is widened
only where a page comes out short.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

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
from django.urls import reverse

from aggregator.models import Entry, Feed
from network.models import Source

from .models import Mark, Watermark

if TYPE_CHECKING:
    from network.models import User

IN_A_ROW = ("feed", "sorted_at", "title", "link", "gist", "language", "words", "medium", "duration")
OF_A_SOURCE = ("title", "feed__title", "feed__url", "person__name", "person__kind")
WIDTHS = (4, 48, 600)  # of the first windows, in pages as the rhythm of the feeds promises them
A_PAGE = 30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONG_AGO, FAR_AHEAD = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


class Cursor(NamedTuple):
    """A place in a timeline: that of an entry."""

    at: datetime
    id: int


@dataclass(frozen=True)
class View:
    """Which entries: those of these sources, all of them or the unread. Roster, circle, person differ only here."""

    user: User
    sources: QuerySet[Source]
    unread: bool = False
    only: Source | None = None  # the one source there is, where it has been read already


@dataclass(frozen=True)
class Shown:
    """An entry as one member sees it."""

    entry: Entry
    read: bool
    kept: bool
    source: Source | None = None

    @property
    def place(self) -> str:
        """Its place in a list, as an address carries it."""
        return place_text(self.entry.sorted_at, self.entry.pk)

    @cached_property
    def pk(self) -> str:
        """The entry's id as text, which a template need not format as a number."""
        return str(self.entry.pk)

    @property
    def state(self) -> str:
        return "read" if self.read else "unread"

    @cached_property
    def url(self) -> str:
        return reverse("entry", args=[self.entry.pk])

    @property
    def source_url(self) -> str:
        return reverse("source", args=[self.source.pk]) if self.source else ""

    @property
    def person_url(self) -> str:
        return reverse("person", args=[self.source.person_id]) if self.source else ""

    @property
    def source_name(self) -> str:
        """The source's name where it says more than the person's."""
        name = str(self.source) if self.source else ""
        return name if self.source and name != self.source.person.name else ""


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
    unread: int
    newest: datetime | None  # None when there is nothing to show
    top: int


def page(view: View, before: Cursor | None = None, size: int = A_PAGE) -> Page:
    """The next `size` entries below a place, or from the top."""
    facts = facts_of(view)
    entries = take(view, facts, before, size + 1)
    shown = shown_of(view, entries[:size])
    last = entries[size - 1] if len(entries) > size else None
    return Page(shown, Cursor(last.sorted_at, last.pk) if last else None, facts.top)


def neighbours(view: View, entry: Entry) -> tuple[Entry | None, Entry | None]:
    """The entry just above and the one just below in a view; the entry itself need not be in it any more."""
    facts, here = facts_of(view), Cursor(entry.sorted_at, entry.pk)
    above = take(view, facts, here, 1, older=False)
    below = take(view, facts, here, 1)
    return (above[0] if above else None), (below[0] if below else None)


def facts_of(view: View) -> Facts:
    """One query over the feeds in view that have something to show."""
    if view.unread:
        found = unread_feeds(view).aggregate(
            rate=Sum("feed__per_day"),
            unread=Sum(F("feed__entry_count") - F("read_count")),
            newest=Max("feed__newest_at"),
            top=Max("feed__last_entry"),
        )
    else:
        found = Feed.objects.filter(pk__in=view.sources.values("feed")).aggregate(
            rate=Sum("per_day"), newest=Max("newest_at"), top=Max("last_entry")
        )
    return Facts(max(found["rate"] or 0, 0.01), found.get("unread") or 0, found["newest"], found["top"] or 0)


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
    for width in WIDTHS:
        bound = beyond(edge, width * max(limit, A_PAGE) / facts.rate, older)
        found = list(window(view, start, bound, older)[:limit])
        if len(found) == limit or (view.unread and not start and len(found) >= facts.unread):
            return found
    if view.unread:
        return scattered(view, start, limit, older)
    return through_gaps(view, facts, start, bound, limit, older)


def window(view: View, start: Cursor | None, bound: datetime, older: bool = True) -> QuerySet[Entry]:
    """The entries between a place and a time, nearest first.

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
    inside_of_feeds = Entry.objects.filter(inside, beside(start, older), feed__in=feeds)
    entries = with_state(inside_of_feeds, view.user, only_unread=view.unread)
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


def scattered(view: View, start: Cursor | None, limit: int, older: bool) -> list[Entry]:
    """The unread without any window, for when few are left in much time: driven from the watermarks."""
    read = Mark.objects.filter(user=view.user, entry=OuterRef("feed__entries"), read=True)
    place = beside(start, older, "feed__entries__")
    over = unread_feeds(view).filter(place, ~Exists(read), feed__entries__id__gt=F("upto"))
    taken_back = Mark.objects.filter(
        beside(start, older, "entry__"), user=view.user, read=False, feed__in=unread_feeds(view).values("feed")
    )
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
        found = list(window(view, start, bound, older)[:limit])
        if len(found) == limit:
            return found
        next_at = nearest(view, bound, older)
        if next_at is None:
            return found
        width *= 12
        bound = beyond(next_at, width * max(limit, A_PAGE) / facts.rate, older)


def nearest(view: View, bound: datetime, older: bool) -> datetime | None:
    """When the nearest entry beyond a time is: one look into the index for each feed."""
    entries = Entry.objects.filter(feed=OuterRef("pk"))
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


def shown_of(view: View, entries: list[Entry]) -> list[Shown]:
    """Entries with their state, and the source each came through."""
    if view.only:
        sources = {view.only.feed_id: view.only}
    else:
        sources = sources_of(view, {entry.feed_id for entry in entries})
    return [
        Shown(entry, bool(entry.is_read), entry.kept_at is not None, sources.get(entry.feed_id))  # type: ignore[attr-defined]
        for entry in entries
    ]


def sources_of(view: View, feeds: set[int]) -> dict[int, Source]:
    """The first source in view of each feed; one query for all."""
    found = view.sources.filter(feed__in=feeds).select_related("person", "feed").only(*OF_A_SOURCE)
    return {source.feed_id: source for source in found.order_by("-pk")} if feeds else {}


def place_text(at: datetime, id: int) -> str:
    """A place as an address carries it: microseconds and an id."""
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{id}"
