"""Feeds by their health: the judgements of health.py as conditions of a query, for lists that filter by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, FloatField, Func, Q, QuerySet, Value

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
    ended = Q(state__in=(Feed.State.GONE, Feed.State.STOPPED))
    resting = ~ended & (Q(state=Feed.State.SUSPENDED) | Q(subscribers=0))
    asked = ~ended & ~resting
    new = Q(last_polled_at__isnull=True, failures=0)
    trouble = _in_trouble(now)
    feeds = feeds.alias(silent_days=(Value(now.timestamp()) - Epoch(F("newest_at"))) / Value(86400.0))
    feeds = feeds.alias(silent_gaps=F("silent_days") * F("usual_per_day"))
    sleeping = _sleeps()
    match state:
        case "trouble":
            return feeds.filter(ended | (asked & ~new & trouble))
        case "paused":
            return feeds.filter(resting)
        case "new":
            return feeds.filter(asked & new)
        case "sleeping":
            return feeds.filter(asked & ~new & ~trouble & sleeping)
        case "well":
            return feeds.filter(asked & ~new & ~trouble & ~sleeping)


def _in_trouble(now: datetime) -> Q:
    said = (
        Q(last_ok_at__isnull=True)
        | Q(failures__gte=health.MANY_FAILURES)
        | Q(failing_since__lte=now - health.LONG_FAILURE)
        | Q(gone_at__isnull=False)
        | Q(last_outcome=Outcome.UNFINISHED)
    )
    return Q(failing_since__isnull=False) & said


def _sleeps() -> Q:
    """Over the aliases silent_days and silent_gaps."""
    by_rhythm = Q(silent_gaps__gt=health.GAPS_OF_SLEEP, silent_days__gt=health.SHORTEST_SLEEP.days)
    without = Q(usual_per_day__lte=0, silent_days__gt=health.UNKNOWN_SLEEP.days)
    return Q(newest_at__isnull=False) & (by_rhythm | without)
