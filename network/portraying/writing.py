"""What somebody has written of late: a bounded sample of their entries, and how many came week by week."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Floor

from aggregator.desk.by_health import Epoch
from aggregator.models import Entry

from ..models import Source, User

SAMPLE = 60  # entries; what they write about and whom they point to is read from these alone
MANY = 5000  # entries of several feeds; of more than these the newest are looked for in a window of time only
WEEKS = 52
WEEK = timedelta(days=7)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
READ = ("feed", "sorted_at", "title", "link", "gist", "language", "words", "medium", "duration", "author")
BODY = ("body__terms", "body__links")

with_state: list[Callable[[QuerySet[Entry], User], QuerySet[Entry]]] = []
"""Called with entries and a member: whoever keeps what a member has read says it of each, in the same query."""


def shown(sources: Sequence[Source]) -> list[Source]:
    """The sources that speak for somebody: those followed; where there are none, those that were."""
    return [s for s in sources if s.state in Source.SHOWN] or list(sources)


def sample(sources: Sequence[Source], user: User) -> list[Entry]:
    """Their newest entries with terms and links, newest first. One query, however much they wrote."""
    if not sources:
        return []
    newest = Entry.objects.filter(_of(sources), sorted_at__gte=_bound(sources)).order_by("-sorted_at", "-pk")[
        :SAMPLE
    ]
    entries = Entry.objects.filter(pk__in=newest.values("pk")).select_related("body").only(*READ, *BODY)
    for add in with_state:
        entries = add(entries, user)
    return list(entries.order_by("-sorted_at", "-pk"))


def by_week(sources: Sequence[Source], now: datetime) -> QuerySet[Entry]:
    """Their entries of the last 52 weeks, each with the number of its `week`, the oldest 0. An index has it all."""
    start = now - WEEKS * WEEK
    week = Floor((Epoch(F("sorted_at")) - Value(start.timestamp())) / Value(WEEK.total_seconds()))
    inside = Entry.objects.filter(_of(sources), sorted_at__gte=start, sorted_at__lte=now)
    return inside.annotate(week=Cast(week, BigIntegerField())).order_by()


def _of(sources: Collection[Source]) -> Q:
    """The entries these sources show: of some feeds all, of others one author's."""
    whole = {s.feed_id for s in sources if not s.author}
    entries = Q(feed__in=whole)
    for source in sources:
        if source.feed_id not in whole:
            entries |= Q(feed=source.feed_id, author=source.author)
    return entries


def _bound(sources: Collection[Source]) -> datetime:
    """How far back one need look: all the way, but for those who write very much in many places."""
    feeds = {s.feed_id: s.feed for s in sources}.values()
    newest = max((f.newest_at for f in feeds if f.newest_at), default=None)
    if len(feeds) == 1 or newest is None or sum(f.entry_count for f in feeds) < MANY:
        return LONG_AGO
    rate = sum(max(f.per_day, 0.0) for f in feeds)
    return newest - timedelta(days=min(max(10 * SAMPLE / max(rate, 0.1), 7), 20_000))
