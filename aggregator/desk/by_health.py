"""Feeds by their health: the judgements of health.py as expressions of a query, to filter and sort by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, FloatField, Func, Q, QuerySet, Value, When
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual

from .. import health
from ..models import Feed
from ..schedule import Outcome


class Epoch(Func):
    """A moment as seconds since 1970, on both databases."""

    arity = 1
    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "((julianday(%(expressions)s) - 2440587.5) * 86400.0)"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "EXTRACT(EPOCH FROM %(expressions)s)::double precision"
        return self.as_sql(compiler, connection, template=template, **more)


def in_state(feeds: QuerySet[Feed], state: health.State, now: datetime) -> QuerySet[Feed]:
    """Those of the feeds for which `health.state` says so."""
    return feeds.alias(standing=standing(now)).filter(standing=state)


def standing(now: datetime, feed: str = "") -> Case:
    """`health.state` of a feed; `feed` is the way to it from the rows of the query, as "feed__"."""
    whens = [When(which, then=Value(state)) for state, which in judgements(now, feed)]
    return Case(*whens, default=Value("well"), output_field=CharField())


def judgements(now: datetime, feed: str = "") -> list[tuple[health.State, Q]]:
    """What is asked of a feed, in this order; the first that holds says its state, and if none does it is well."""
    return [
        ("trouble", Q(**{f"{feed}state__in": (Feed.State.GONE, Feed.State.STOPPED)})),
        ("paused", Q(**{f"{feed}state": Feed.State.SUSPENDED}) | Q(**{f"{feed}subscribers": 0})),
        ("new", Q(**{f"{feed}last_polled_at__isnull": True, f"{feed}failures": 0})),
        ("trouble", _in_trouble(now, feed)),
        ("sleeping", _sleeps(now, feed)),
    ]


def loud(feed: str = "") -> Q:
    """Those for which `health.is_loud` says so."""
    much = Q(**{f"{feed}per_day__gte": health.LOUD, f"{feed}earlier_per_day__gt": 0})
    return much & Q(GreaterThanOrEqual(F(f"{feed}per_day"), F(f"{feed}earlier_per_day") * Value(health.LOUDER)))


def moved(now: datetime, feed: str = "") -> Q:
    """Those for which `health.moved_lately` says so."""
    return Q(**{f"{feed}moved_at__gte": now - health.MOVE_IS_NEWS})


def _in_trouble(now: datetime, feed: str) -> Q:
    said = (
        Q(**{f"{feed}last_ok_at__isnull": True})
        | Q(**{f"{feed}failures__gte": health.MANY_FAILURES})
        | Q(**{f"{feed}failing_since__lte": now - health.LONG_FAILURE})
        | Q(**{f"{feed}gone_at__isnull": False})
        | Q(**{f"{feed}last_outcome": Outcome.UNFINISHED})
    )
    return Q(**{f"{feed}failing_since__isnull": False}) & said


def _sleeps(now: datetime, feed: str) -> Q:
    days = (Value(now.timestamp()) - Epoch(F(f"{feed}newest_at"))) / Value(86400.0)
    gaps = GreaterThan(days * F(f"{feed}usual_per_day"), Value(float(health.GAPS_OF_SLEEP)))
    by_rhythm = Q(**{f"{feed}newest_at__lt": now - health.SHORTEST_SLEEP}) & Q(gaps)
    without = Q(**{f"{feed}usual_per_day__lte": 0, f"{feed}newest_at__lt": now - health.UNKNOWN_SLEEP})
    return by_rhythm | without
