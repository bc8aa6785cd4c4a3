"""When to poll next, and what a visit means for a feed: pure arithmetic over its history and `now`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY

SHORTEST = HOUR  # no feed is asked more often
LONGEST = WEEK  # nor, while it is well, more seldom
VISITS_A_GAP = 12  # how often a feed is asked between two of its entries
RARELY = 2 * DAY  # without validators, a feed with longer gaps is asked once a day at most
WEEKLY_AFTER = 14 * DAY
GIVE_UP_AFTER = 90 * DAY
GIVE_UP_TRIES = 10  # and not before so many: our own line may have been down all the while
BELIEVE_AFTER = 3  # permanent redirects to one place, on two days
LONGEST_ADDRESS = 2000  # as the column
ALL_HOURS = 2**24 - 1
ALL_DAYS = 2**7 - 1


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


class Why(StrEnum):
    """Why the next poll is when it is, as kept in Feed.why_then; health.py says it in words."""

    NEW = "new"  # it has never been asked
    ASKED = "asked"  # a person asked for it
    RHYTHM = "rhythm"  # it is asked some times between two of its entries
    SLEEPING = "sleeping"  # it has been silent for longer than its rhythm
    NO_VALIDATOR = "no_validator"  # it cannot say "nothing new" cheaply, and seldom has anything
    MAX_AGE = "max_age"
    TTL = "ttl"
    SKIP = "skip"  # the hours or days its publisher wants to be left alone
    HUB = "hub"  # its hub will tell us
    RETRY_AFTER = "retry_after"  # it said how long to wait
    BUSY = "busy"  # too many requests for its host
    HOST = "host"  # another feed of its host was told to wait
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"
    MISSING = "missing"  # not found or not allowed: asked daily
    MISSING_LONG = "missing_long"  # the same for two weeks: weekly
    UNFINISHED = "unfinished"  # put aside for a day
    GONE_ONCE = "gone_once"  # it said it is gone; asked once more
    GONE = "gone"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class History:
    """What the schedule knows of a feed: the Feed row's columns of the same names.

    What a document told (ttl, skip_hours, skip_days, newest_at, both rhythms) as it stands *after* this visit,
    everything else as it was before it.
    """

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
    usual_per_day: float = 0.0  # between its last ten entries
    hub_live: bool = False  # a WebSub lease lives
    host_strikes: int = 0  # Host.strikes


@dataclass(frozen=True, slots=True)
class Visit:
    """What happened this time."""

    at: datetime  # when the request was made, or later
    outcome: Outcome
    retry_after: int | None = None  # seconds
    max_age: int | None = None  # seconds
    moved_to: str = ""  # where permanent redirects led, with a good feed behind them
    validated: bool = False  # this answer carried a validator


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows: columns of the Feed row, and what it means for the host."""

    next_poll_at: datetime | None
    why_then: Why
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
    """The next poll and the new standing of a feed after a visit (MANNERS 3, 9–22, 29, 32)."""
    if visit.outcome in GOOD:
        return _after_good(history, visit)
    if visit.outcome is Outcome.GONE:
        return _after_gone(history, visit)
    return _after_trouble(history, visit)


GOOD = frozenset({Outcome.NEW, Outcome.SAME, Outcome.NOT_MODIFIED})
REFUSED = frozenset({Outcome.MISSING, Outcome.FORBIDDEN, Outcome.UNSAFE})

Bound = tuple[float, Why]  # not before so many seconds, for this reason


def _after_good(history: History, visit: Visit) -> Plan:
    """One good answer forgives everything that was."""
    interval, why = rhythm(history, visit)
    bounds: list[Bound] = [(interval, why)]
    if history.hub_live:
        bounds.append((DAY, Why.HUB))
    if visit.max_age:
        bounds.append((min(visit.max_age, DAY), Why.MAX_AGE))
    next_poll_at, why = _next(history, visit, bounds)
    to, count, since, adopt = _believe(history, visit)
    return Plan(
        next_poll_at=next_poll_at,
        why_then=why,
        state="suspended" if history.state == "suspended" else "active",
        interval=interval,
        failures=0,
        failing_since=None,
        gone_at=None,
        moved_to=to,
        moved_count=count,
        moved_since=since,
        adopt=adopt,
    )


def _after_gone(history: History, visit: Visit) -> Plan:
    """410: asked once more after a day, and then never again."""
    standing = _failed(history, visit)
    if history.gone_at and _seconds(history.gone_at, visit.at) >= DAY:
        return replace(standing, state="gone", why_then=Why.GONE)
    gone_at = history.gone_at or visit.at
    next_poll_at, why = _next(history, visit, [(DAY - _seconds(gone_at, visit.at), Why.GONE_ONCE)])
    return replace(standing, gone_at=gone_at, next_poll_at=next_poll_at, why_then=why)


def _after_trouble(history: History, visit: Visit) -> Plan:
    """Anything else that is not good: wait longer each time, and after three months stop."""
    standing = _failed(history, visit)
    if _given_up(standing, visit):
        return replace(standing, state="stopped", why_then=Why.STOPPED)
    bounds = [_patience(history, standing, visit)]
    if visit.retry_after:
        bounds.append((min(visit.retry_after, WEEK), Why.RETRY_AFTER))
    next_poll_at, why = _next(history, visit, bounds)
    standing = replace(standing, next_poll_at=next_poll_at, why_then=why)
    return _block_host(history, visit, standing) if visit.outcome is Outcome.BUSY else standing


def rhythm(history: History, visit: Visit) -> tuple[int, Why]:
    """Seconds to wait while all is well: from how often it publishes, and how long it has been silent."""
    per_day = max(history.per_day, history.usual_per_day)  # of a busy feed newly found we know a few hours only
    gap = DAY / per_day if per_day > 0 else 0.0
    silence = _seconds(history.newest_at or history.last_changed_at or history.created_at, visit.at)
    longer = max(gap, silence)
    interval = round(min(max(SHORTEST, longer / VISITS_A_GAP), LONGEST))
    validates = history.ever_validated or visit.validated
    if not validates and longer > RARELY and interval < DAY:
        return DAY, Why.NO_VALIDATOR
    return interval, Why.SLEEPING if silence > max(3 * gap, WEEK) else Why.RHYTHM


def _patience(history: History, standing: Plan, visit: Visit) -> Bound:
    """How long trouble of this kind makes us wait."""
    if visit.outcome in REFUSED:
        long = _seconds(standing.failing_since, visit.at) >= WEEKLY_AFTER
        return (WEEK, Why.MISSING_LONG) if long else (DAY, Why.MISSING)
    if visit.outcome is Outcome.UNFINISHED:
        return DAY, Why.UNFINISHED
    if visit.outcome is Outcome.BUSY:
        return max(history.interval, _host_pause(history, visit)), Why.BUSY
    if visit.outcome is Outcome.UNAVAILABLE:
        pause = 0 if visit.retry_after else _doubled(4 * history.interval, history.failures)
        return max(history.interval, pause), Why.UNAVAILABLE
    return _doubled(HOUR, history.failures), Why.BROKEN


def _host_pause(history: History, visit: Visit) -> float:
    """Seconds the whole host is left alone after 429."""
    if visit.retry_after:
        return min(visit.retry_after, WEEK)
    return _doubled(4 * history.interval, history.host_strikes)


def _block_host(history: History, visit: Visit, standing: Plan) -> Plan:
    strikes = history.host_strikes if visit.retry_after else history.host_strikes + 1
    until = visit.at + timedelta(seconds=_host_pause(history, visit))
    return replace(standing, block_host_until=until, host_strikes=strikes)


def _failed(history: History, visit: Visit) -> Plan:
    """One more failure in a row, without a next poll yet; what was being believed stays as it was."""
    return Plan(
        next_poll_at=None,
        why_then=Why.STOPPED,
        state="suspended" if history.state == "suspended" else "active",
        interval=max(SHORTEST, history.interval),
        failures=history.failures + 1,
        failing_since=history.failing_since or visit.at,
        gone_at=history.gone_at,
        moved_to=history.moved_to,
        moved_count=history.moved_count,
        moved_since=history.moved_since,
        host_strikes=history.host_strikes,
    )


def _given_up(standing: Plan, visit: Visit) -> bool:
    """After 90 days; but where nobody answered only after some tries too, as it may be we who were away."""
    tries = 1 if visit.outcome in REFUSED else GIVE_UP_TRIES
    return standing.failures >= tries and _seconds(standing.failing_since, visit.at) >= GIVE_UP_AFTER


def _believe(history: History, visit: Visit) -> tuple[str, int, datetime | None, str]:
    """(moved_to, moved_count, moved_since, adopt) after an answer with or without a permanent redirect."""
    if not visit.moved_to or len(visit.moved_to) > LONGEST_ADDRESS:
        return "", 0, None, ""
    if visit.moved_to != history.moved_to or history.moved_since is None:
        return visit.moved_to, 1, visit.at, ""
    count = history.moved_count + 1
    if count >= BELIEVE_AFTER and visit.at.astimezone(UTC).date() > history.moved_since.astimezone(UTC).date():
        return "", 0, None, visit.moved_to
    return visit.moved_to, count, history.moved_since, ""


def _next(history: History, visit: Visit, bounds: list[Bound]) -> tuple[datetime, Why]:
    """The latest of all bounds, never under an hour, with jitter upward, outside the hours to be left alone."""
    if history.ttl > 0:
        bounds = [*bounds, (min(history.ttl, WEEK), Why.TTL)]
    seconds, why = max(bounds, key=lambda bound: bound[0])
    seconds = max(seconds, SHORTEST)
    spread = jitter(history.id)
    then = visit.at + timedelta(seconds=seconds + spread * min(seconds / 4, HOUR))
    allowed = outside(then, history.skip_hours, history.skip_days)
    if allowed == then:
        return then, why
    return allowed + timedelta(seconds=spread * (HOUR - 1)), Why.SKIP


def jitter(feed_id: int) -> float:
    """From 0 to under 1, always the same for a feed, evenly spread over neighbours (Fibonacci hashing)."""
    return feed_id * 2654435769 % 2**32 / 2**32


def outside(then: datetime, hours: int, days: int) -> datetime:
    """`then`, or the start of the first hour after it that is in no skipHours or skipDays (both GMT)."""
    hours = 0 if hours & ALL_HOURS == ALL_HOURS else hours
    days = 0 if days & ALL_DAYS == ALL_DAYS else days
    then = then.astimezone(UTC)
    while hours >> then.hour & 1 or days >> then.weekday() & 1:
        then = then.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return then


def _doubled(seconds: float, times: int) -> float:
    """Doubled so many times, but a day at most."""
    return min(seconds * (1 << min(times, 10)), DAY)


def _seconds(since: datetime | None, until: datetime) -> float:
    """How long ago, never negative: clocks are set back sometimes."""
    return max(0.0, (until - since).total_seconds()) if since else 0.0
