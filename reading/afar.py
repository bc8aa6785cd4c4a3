"""What lies beyond every window: the unread where few are left, all entries across silent stretches, the nearest.

Each looks into the index once for every feed in view: the cost grows with the feeds, not with what they hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from aggregator.models import Entry, Feed

from . import authors, kinds, stories
from .conditions import FAR_AHEAD, LONG_AGO, beside, unread_feeds
from .models import Mark
from .shown import Cursor, View


def left_unread(view: View, start: Cursor | None, older: bool, *, narrow: bool) -> QuerySet[Any, Any]:
    """The ids of all the unread below a place (or above it), driven from the watermarks; for when they are few."""
    return above_watermarks(view, start, older, narrow=narrow).union(taken_back(view, start, older, narrow=narrow))


def above_watermarks(view: View, start: Cursor | None, older: bool, *, narrow: bool) -> QuerySet[Any, Any]:
    read = Mark.objects.filter(user=view.user, entry=OuterRef("feed__entries"), read=True)
    fits = [
        beside(start, older, "feed__entries__"),
        kinds.fits(view.kind, "feed__entries__", view.ruled),
        stories.once(view, "feed__entries__", narrow=narrow),
        ~Exists(read),
    ]
    if narrow:
        fits.append(Q(authors.shown_by(view.sources, author="feed__entries__author")))
    # in one filter, so that it is one join
    return unread_feeds(view).filter(*fits, feed__entries__id__gt=F("upto")).values("feed__entries__id")


def taken_back(view: View, start: Cursor | None, older: bool, *, narrow: bool) -> QuerySet[Any, Any]:
    """What was read and is to be read once more."""
    fits = kinds.fits(view.kind, "entry__", view.ruled)
    inside = [beside(start, older, "entry__"), fits, stories.once(view, "entry__", narrow=narrow)]
    marks = Mark.objects.filter(*inside, user=view.user, read=False)
    if narrow:
        return marks.filter(authors.shown_by(view.sources, author="entry__author")).values("entry_id")
    return marks.filter(feed__in=unread_feeds(view).values("feed")).values("entry_id")


def reaching(view: View, start: Cursor | None, limit: int, older: bool) -> datetime:
    """Down (or up) to when one of the feeds alone has so many entries; to the end of time where none has."""
    entries = Entry.objects.filter(
        beside(start, older), kinds.fits(view.kind, ruled=view.ruled), feed=OuterRef("pk")
    )
    times = entries.order_by(*nearest_first(older)).values("sorted_at")
    feeds = Feed.objects.filter(pk__in=view.sources.values("feed"))
    reach = feeds.annotate(at=Subquery(times[limit - 1 : limit])).aggregate(at=Max("at") if older else Min("at"))
    found: datetime | None = reach["at"]
    return found or (LONG_AGO if older else FAR_AHEAD)


def nearest(view: View, here: Cursor, older: bool) -> list[QuerySet[Any, Any]]:
    """Queries for an id each; the nearest of these stands next to a place in this list, above or below it."""
    return nearest_unread(view, here, older) if view.unread else [nearest_of_all(view, here, older)]


def nearest_of_all(view: View, here: Cursor, older: bool) -> QuerySet[Any, Any]:
    hidden = Exists(Mark.objects.filter(user=view.user, entry=OuterRef("pk"), hidden=True))
    first = beside_in_feed(view, here, older).filter(~hidden).values("pk")[:1]
    feeds = Feed.objects.filter(pk__in=view.sources.values("feed"))
    if not older:
        feeds = feeds.filter(newest_at__gte=here.at)
    return one_of(feeds.values(first=Subquery(first)), older)


def nearest_unread(view: View, here: Cursor, older: bool) -> list[QuerySet[Any, Any]]:
    """Of those above the watermarks, and of those that are to be read once more."""
    read = Exists(Mark.objects.filter(user=view.user, entry=OuterRef("pk"), read=True))
    first = beside_in_feed(view, here, older).filter(~read, pk__gt=OuterRef("upto")).values("pk")[:1]
    feeds = unread_feeds(view)
    if not older:
        feeds = feeds.filter(feed__newest_at__gte=here.at)
    again = taken_back(view, here, older, narrow=True).order_by(*nearest_first(older, "entry__"))[:1]
    return [one_of(feeds.values(first=Subquery(first)), older), again]


def beside_in_feed(view: View, here: Cursor, older: bool) -> QuerySet[Entry]:
    """The entries of the outer query's feed that this list could show next, nearest first."""
    feed = OuterRef("feed") if view.unread else OuterRef("pk")
    shown, fits = authors.if_any(view.sources), kinds.fits(view.kind, ruled=view.ruled)
    entries = Entry.objects.filter(beside(here, older), fits, shown, stories.once(view), feed=feed)
    return entries.order_by(*nearest_first(older))


def one_of(ids: QuerySet[Any, Any], older: bool) -> QuerySet[Any, Any]:
    return Entry.objects.filter(pk__in=ids).order_by(*nearest_first(older)).values("pk")[:1]


def nearest_first(older: bool, prefix: str = "") -> tuple[str, str]:
    sign = "-" if older else ""
    return f"{sign}{prefix}sorted_at", f"{sign}{prefix}id"
