"""Small duties of every hour, each bounded: trim the logs, count again, tidy the database, let old entries go."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from . import expire, index, pictures, stopping, stories
from .models import Feed, Heartbeat, Host, Lookup, Poll
from .rounds import bookmark, move_bookmark
from .schedule import Outcome
from .storing.recount import recount

log = logging.getLogger("plnet.housekeep")

SECONDS = 20.0  # for one round
POLLS_KEPT = timedelta(days=7)
QUIET_POLLS_KEPT = timedelta(days=2)  # visits that brought nothing
LOOKUPS_KEPT = timedelta(days=30)
TRACES_KEPT = timedelta(days=30)  # heartbeats that stopped, hosts that complained
ROWS_AT_ONCE = 5000
FEEDS_AT_ONCE = 100
ROUNDS_A_DAY = 24  # every feed is counted again once a day
MERGES = 20  # steps of tidying the search index in one round


@dataclass(slots=True)
class Round:
    """What was done."""

    polls: int = 0
    lookups: int = 0
    recounted: int = 0
    pictures: int = 0
    expired: int = 0


def run(now: datetime, seconds: float = SECONDS) -> Round:
    """One round; what does not fit in goes on where it stopped in the next."""
    watch = Watch(seconds)
    done = Round()
    done.polls = trim_polls(now, watch)
    done.lookups = trim_lookups(now)
    trim_traces(now)
    while not watch.over() and stories.forget(now):
        pass
    done.recounted = count_some_again(now, watch)
    tidy(watch)
    done.pictures = pictures.sweep(now)
    done.expired = expire_some(now, watch)
    log.info("housekeep %s", " ".join(f"{name}={value}" for name, value in asdict(done).items()))
    return done


class Watch:
    """How long a round may go on."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def over(self) -> bool:
        return time.monotonic() >= self.end or stopping.requested()


# ---- logs


def trim_polls(now: datetime, watch: Watch) -> int:
    """Visits of more than a week ago go, those that brought nothing after two days."""
    old = Poll.objects.filter(at__lt=now - POLLS_KEPT)
    quiet = Poll.objects.filter(at__lt=now - QUIET_POLLS_KEPT, outcome__in=(Outcome.NOT_MODIFIED, Outcome.SAME))
    return delete_in_steps(old, watch) + delete_in_steps(quiet, watch)


def delete_in_steps(rows: QuerySet[Any], watch: Watch) -> int:
    """Delete rows nothing points to, some thousands at a time; how many."""
    count = 0
    while not watch.over():
        some = rows.order_by("at").values("pk")[:ROWS_AT_ONCE]
        deleted, _ = rows.model._default_manager.filter(pk__in=some).delete()
        count += deleted
        if deleted < ROWS_AT_ONCE:
            break
    return count


def trim_lookups(now: datetime) -> int:
    """Answers to what people asked a month ago."""
    deleted, _ = Lookup.objects.filter(due_at__isnull=True, asked_at__lt=now - LOOKUPS_KEPT).delete()
    return deleted


def trim_traces(now: datetime) -> None:
    """Parts of the instance that are heard of no more, and complaints that are long past."""
    Heartbeat.objects.filter(at__lt=now - TRACES_KEPT).delete()
    Host.objects.filter(blocked_until__lt=now - TRACES_KEPT).delete()


# ---- counters


def count_some_again(now: datetime, watch: Watch) -> int:
    """A day's share of the feeds, in order of their ids: rhythms fade with silence, and nothing may drift."""
    share = Feed.objects.count() // ROUNDS_A_DAY + 1
    after, counted = bookmark("recount"), 0
    while counted < share and not watch.over():
        ids = list(Feed.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:FEEDS_AT_ONCE])
        recount(ids, now)
        counted += len(ids)
        after = ids[-1] if ids else 0
        if len(ids) < FEEDS_AT_ONCE:
            after = 0
            break
    move_bookmark("recount", after, now)
    return counted


# ---- old entries


def expire_some(now: datetime, watch: Watch) -> int:
    """As many steps as there is time for."""
    if not settings.KEEP_DAYS:
        return 0
    after, expired = bookmark("expire"), 0
    while not watch.over():
        step = expire.step(after, settings.KEEP_DAYS, now)
        after, expired = step.upto, expired + step.expired
        if not step.more:
            after = 0
            break
    move_bookmark("expire", after, now)
    return expired


# ---- the database itself


def tidy(watch: Watch) -> None:
    """Merge the search index and let the database look at its own tables. PostgreSQL does both by itself."""
    if connection.vendor == "sqlite":
        for _ in range(MERGES):
            if watch.over() or not merge_index():
                break
    analyse()


def merge_index() -> bool:
    """One step; whether there was anything to merge (FTS5 then changes two rows at least)."""
    with transaction.atomic(), connection.cursor() as cursor:
        before = connection.connection.total_changes
        index.tidy(cursor)
        return bool(connection.connection.total_changes - before >= 2)


def analyse() -> None:
    """Tell SQLite's planner how large things are: some hundred rows of each index are looked at, so it is quick."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 400")
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA optimize")
