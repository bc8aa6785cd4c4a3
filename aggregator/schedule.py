"""When to poll next, and what a visit means for a feed: pure arithmetic over its history and `now`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What came of a visit, as kept in Feed.last_outcome and Poll.outcome."""

    NEW = "new"  # 200, with entries new or changed
    SAME = "same"  # 200, nothing in it that was not known
    NOT_MODIFIED = "not_modified"  # 304
    NOT_A_FEED = "not_a_feed"  # 200, but nothing one can read
    TOO_LARGE = "too_large"
    CUT_SHORT = "cut_short"
    GONE = "gone"  # 410
    MISSING = "missing"  # 404
    FORBIDDEN = "forbidden"  # 401, 403, 402, 451
    BUSY = "busy"  # 429
    UNAVAILABLE = "unavailable"  # 503
    BROKEN = "broken"  # other 4xx and 5xx, time-out, DNS, TLS, loops, downgrade
    UNSAFE = "unsafe"  # leads to an address plnet must not connect to
    UNFINISHED = "unfinished"  # the worker died or was stopped, three times


@dataclass(frozen=True, slots=True)
class History:
    """What the schedule knows of a feed before this visit (the Feed row's columns of the same names)."""

    id: int
    state: str
    interval: int
    ttl: int
    skip_hours: int
    skip_days: int
    ever_validated: bool
    failing_since: datetime | None
    failures: int
    gone_at: datetime | None
    per_day: float
    newest_at: datetime | None
    last_changed_at: datetime | None
    created_at: datetime
    moved_to: str
    moved_count: int
    moved_since: datetime | None
    last_moved_day: bool = False
    hub_live: bool = False  # a WebSub lease lives
    host_strikes: int = 0  # Host.strikes


@dataclass(frozen=True, slots=True)
class Visit:
    """What happened this time."""

    at: datetime
    outcome: Outcome
    retry_after: int | None = None  # seconds
    max_age: int | None = None  # seconds
    moved_to: str = ""  # where permanent redirects led, with a good feed behind them
    validated: bool = False  # this answer carried a validator


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows: columns of the Feed row, and what it means for the host."""

    next_poll_at: datetime | None
    why_then: str  # a code that health.py puts into words
    state: str
    interval: int
    failures: int
    failing_since: datetime | None
    gone_at: datetime | None
    moved_to: str
    moved_count: int
    moved_since: datetime | None
    adopt: str = ""  # the address to take over now: it has been believed
    block_host_until: datetime | None = None
    host_strikes: int = 0


def plan(history: History, visit: Visit) -> Plan:
    """The next poll and the new standing of a feed after a visit (MANNERS 3, 9–22, 29)."""
    raise NotImplementedError
