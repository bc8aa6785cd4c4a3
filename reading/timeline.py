"""A page of a timeline: entries newest first, each with what its reader made of it.

The cost grows with what is shown, never with what is stored (docs/reading-state.md): entries are read through a
window of time wide enough for one page, of those feeds that have something to show, and the window is widened
only where a page comes out short.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Subquery, Sum

from aggregator.models import Entry, Feed

from . import afar, authors, kinds, pace, stories
from .conditions import FAR_AHEAD, LONG_AGO, beside, beyond, unread_feeds, with_state
from .shown import EPOCH, Cursor, Shown, View, place_text, shown_of

__all__ = [  # what others reach through here as well
    "EPOCH", "FAR_AHEAD", "LONG_AGO", "Cursor", "Shown", "View", "beside", "place_text", "shown_of",
    "unread_feeds", "with_state",
]  # fmt: skip

IN_A_ROW = (
    "feed", "sorted_at", "title", "link", "author", "gist", "language", "words", "medium", "duration", "story",
)  # fmt: skip
WIDTHS = (4, 48)  # of windows, in pages as the rhythm of the feeds promises them
FEW = 3000  # entries that are gone through without a window
A_PAGE = 30


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
    count: int  # of all entries, or of the unread; perhaps more where some source shows one author only
    newest: datetime | None  # None when there is nothing to show
    top: int
    narrow: bool = False  # some source shows one author only


def page(view: View, before: Cursor | None = None, size: int = A_PAGE) -> Page:
    """The next `size` entries below a place, or from the top."""
    top, entries, facts = found(replace(view, each=True), before, size + 1)
    if any(entry.story for entry in entries):
        top, entries, facts = found(view, before, size + 1, facts)
    if len(entries) > size:
        pace.learn(view, entries)
    shown = shown_of(view, entries[:size])
    last = entries[size - 1] if len(entries) > size else None
    return Page(shown, Cursor(last.sorted_at, last.pk) if last else None, top)


def found(
    view: View, before: Cursor | None, limit: int, facts: Facts | None = None
) -> tuple[int, list[Entry], Facts | None]:
    """The highest entry id, up to so many entries, and what the counters say, where they had to be asked."""
    bound = pace.guess(view, before)
    if facts is None:
        top, entries = at_a_guess(view, before, bound, limit) if bound else (0, [])
        if len(entries) == limit:
            return top, entries, None
        facts = facts_of(view)
    return facts.top, take(view, facts, before, limit, guessed=bound), facts


def at_a_guess(view: View, before: Cursor | None, bound: datetime, limit: int) -> tuple[int, list[Entry]]:
    """The highest entry id there is and the entries of a window as the last page's; perhaps too few."""
    top = Subquery(Entry.objects.order_by("-pk").values("pk")[:1])
    found: list[Any] = list(window(view, before, bound, narrow=None).annotate(top=top)[:limit])
    return found[0].top if found else 0, found


def facts_of(view: View) -> Facts:
    """One query over the feeds in view that have something to show."""
    if view.unread:
        found = unread_feeds(view).aggregate(
            rate=Sum("feed__per_day"),
            count=Sum(F("feed__entry_count") - F("read_count")),
            newest=Max("feed__newest_at"),
            top=Max("feed__last_entry"),
            narrow=authors.any_in(view.sources),
        )
    else:
        found = Feed.objects.filter(pk__in=view.sources.values("feed")).aggregate(
            rate=Sum("per_day"),
            count=Sum("entry_count"),
            newest=Max("newest_at"),
            top=Max("last_entry"),
            narrow=authors.any_in(view.sources),
        )
    rate, count, top = max(found["rate"] or 0, 0.01), found["count"] or 0, found["top"] or 0
    narrow = bool(found["narrow"])
    if view.unread and count and narrow:
        count -= unread_of_others(view)
    return Facts(rate, count, found["newest"], top, narrow)


def unread_of_others(view: View) -> int:
    """How many unread entries the counters know that no source in view shows: they are of other authors."""
    in_part = Entry.objects.filter(feed__in=view.sources.exclude(author="").values("feed"))
    others = in_part.filter(~authors.shown_by(view.sources))
    return with_state(others, view.user, only_unread=True).count()


def take(
    view: View,
    facts: Facts,
    start: Cursor | None,
    limit: int,
    *,
    older: bool = True,
    guessed: datetime | None = None,
) -> list[Entry]:
    """Up to `limit` entries below `start` (or above it, nearest first), through ever wider windows.

    What was guessed in vain is not looked through again; and of few entries all are.
    """
    if facts.newest is None:
        return []
    if facts.count <= FEW:
        return list(all_of(view, facts, start, older)[:limit])
    edge = start.at if start else facts.newest
    for width in WIDTHS:
        bound = beyond(edge, width * max(limit, A_PAGE) / facts.rate, older)
        if guessed and bound >= guessed:
            continue
        found = list(window(view, start, bound, older, facts.narrow)[:limit])
        if len(found) == limit:
            return found
        if not view.unread:
            break
    if view.unread:
        return list(all_of(view, facts, start, older)[:limit])
    return through_gaps(view, facts, start, limit, older)


def all_of(view: View, facts: Facts, start: Cursor | None, older: bool) -> QuerySet[Entry]:
    """All there is below a place (or above it), nearest first, without any window."""
    if not view.unread:
        return window(view, start, LONG_AGO if older else FAR_AHEAD, older, facts.narrow)
    ids = afar.left_unread(view, start, older, narrow=facts.narrow)
    entries = with_state(Entry.objects.filter(pk__in=ids), view.user)
    return entries.only(*IN_A_ROW).order_by(*afar.nearest_first(older))


def through_gaps(view: View, facts: Facts, start: Cursor | None, limit: int, older: bool) -> list[Entry]:
    """All entries across silent stretches: down to where one of the feeds alone fills the page.

    Once more, for more of them, where some of these turn out to be hidden or of other authors.
    """
    most = limit
    while True:
        bound = afar.reaching(view, start, most, older)
        found = list(window(view, start, bound, older, facts.narrow)[:limit])
        if len(found) == limit or bound in (LONG_AGO, FAR_AHEAD):
            return found
        most *= 8


def window(
    view: View, start: Cursor | None, bound: datetime, older: bool = True, narrow: bool | None = False
) -> QuerySet[Entry]:
    """The entries between a place and a time, nearest first.

    `narrow` where some source shows one author only; None where it is not known.

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
        inside,
        beside(start, older),
        kinds.fits(view.kind, ruled=view.ruled),
        stories.once(view, narrow=narrow),
        feed__in=feeds,
    )
    if narrow is None:
        inside_of_feeds = inside_of_feeds.filter(authors.if_any(view.sources))
    elif narrow:
        inside_of_feeds = inside_of_feeds.filter(authors.shown_by(view.sources))
    entries = with_state(inside_of_feeds, view.user, only_unread=view.unread)
    if not (view.unread or view.with_hidden):  # what is hidden is read
        entries = entries.filter(Q(mark__hidden__isnull=True) | Q(mark__hidden=False))
    return entries.only(*IN_A_ROW).order_by(*(("-sorted_at", "-id") if older else ("sorted_at", "id")))
