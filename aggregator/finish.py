"""The end of a visit: entries, counters, validators and the next poll, written for a group of feeds at once."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from . import merge
from .answers import Fetched, NotModified, Refused
from .claim import LEASE, claimed_feed
from .finding.typed import host_of
from .models import Feed
from .parsed import ParsedFeed
from .schedule import DAY, History, Outcome, Plan, Visit, plan
from .stamps import stamp
from .store import Stored, store
from .visit import Visited, digest_of, without_body

log = logging.getLogger("plnet.poll")
GOOD = (Outcome.NEW, Outcome.SAME, Outcome.NOT_MODIFIED)

when_filled: list[Callable[[dict[int, int]], None]] = []
"""Told {feed id: entries} of feeds that brought their first entries, in the same transaction, after they are in.

Rooms above register in their AppConfig.ready.
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """One visit, written."""

    visited: Visited
    outcome: Outcome
    plan: Plan
    new: int = 0
    changed: int = 0


def finish(visits: Sequence[Visited]) -> list[Finished]:
    """Write a group of visits in one transaction. A visit whose lease went to somebody else is dropped."""
    with transaction.atomic(), connection.cursor() as cursor:
        held = still_held(cursor, visits)
        stored = store(cursor, held)
        finished = [conclude(visited, stored.get(visited.feed.id)) for visited in held]
        write_standing(cursor, finished)
        write_documents(cursor, finished, stored)
        write_log(cursor, finished)
        block_hosts(cursor, finished)
        tell_filled(held, stored)
    for each in finished:
        log.info("%s", line(each))
        if each.plan.adopt:
            merge.adopt(Feed.objects.get(pk=each.visited.feed.id), each.plan.adopt, each.visited.at)
    return finished


def first(feed: Feed, fetched: Fetched, parsed: ParsedFeed, now: datetime) -> Finished | None:
    """Keep the document that finding a new feed brought along, so that nobody asks twice."""
    lease = secrets.token_hex(8)
    Feed.objects.filter(pk=feed.pk, lease="").update(lease=lease, next_poll_at=now + LEASE)
    claimed = claimed_feed(feed.pk, lease, now)
    outcome = Outcome.NEW if parsed.entries else Outcome.SAME
    visited = Visited(
        claimed, now, without_body(fetched), outcome, parsed=parsed, body_digest=digest_of(fetched.body)
    )
    return next(iter(finish([visited])), None)


def still_held(cursor: Any, visits: Sequence[Visited]) -> list[Visited]:
    """The visits whose feeds are still leased to whoever made them; their rows stay locked."""
    marks = ", ".join(["%s"] * len(visits))
    lock = "" if connection.vendor == "sqlite" else "FOR UPDATE"
    cursor.execute(
        f"SELECT id, lease FROM aggregator_feed WHERE id IN ({marks}) ORDER BY id {lock}",
        [visited.feed.id for visited in visits],
    )
    leases = dict(cursor.fetchall())
    return [visited for visited in visits if leases.get(visited.feed.id) == visited.feed.lease]


def conclude(visited: Visited, stored: Stored | None) -> Finished:
    """What the visit means: its outcome once the entries are written, and the plan for the next."""
    outcome, answer = visited.outcome, visited.answer
    if outcome is Outcome.NEW and stored and not stored.new and not stored.changed:
        outcome = Outcome.SAME
    visit = Visit(
        at=visited.at,
        outcome=outcome,
        retry_after=answer.retry_after if isinstance(answer, Refused) else None,
        max_age=answer.max_age if isinstance(answer, Fetched | NotModified) else None,
        moved_to=answer.moved_to if isinstance(answer, Fetched | NotModified) and outcome in GOOD else "",
        validated=bool(isinstance(answer, Fetched) and (answer.etag or answer.last_modified)),
    )
    history = visited.feed.history
    if stored and visited.parsed:
        history = after_document(history, visited, stored)
    new, changed = (stored.new, stored.changed) if stored else (0, 0)
    return Finished(visited, outcome, plan(history, visit), new, changed)


def after_document(history: History, visited: Visited, stored: Stored) -> History:
    """What the schedule should know once the document is in."""
    assert visited.parsed
    return replace(
        history,
        ttl=visited.parsed.ttl,
        skip_hours=visited.parsed.skip_hours,
        skip_days=visited.parsed.skip_days,
        per_day=stored.rhythm.lately,
        usual_per_day=stored.rhythm.usual,
        newest_at=stored.newest_at,
        last_changed_at=visited.at if stored.new or stored.changed else history.last_changed_at,
    )


def write_standing(cursor: Any, finished: Sequence[Finished]) -> None:
    """Every visited feed: the next poll, how it answered, and the validators the answer states."""
    cursor.executemany(
        "UPDATE aggregator_feed SET lease = '', attempts = 0, next_poll_at = %s, why_then = %s, state = %s, "
        '"interval" = %s, failures = %s, failing_since = %s, gone_at = %s, moved_to = %s, moved_count = %s, '
        "moved_since = %s, last_polled_at = %s, last_ok_at = COALESCE(%s, last_ok_at), last_outcome = %s, "
        "last_status = %s, last_error = %s, etag = COALESCE(%s, etag), "
        "last_modified = COALESCE(%s, last_modified), ever_validated = ever_validated OR %s, not_before = %s "
        "WHERE id = %s",
        [standing(each) for each in finished],
    )


def standing(each: Finished) -> tuple[Any, ...]:
    """The parameters of write_standing for one feed."""
    p, visited = each.plan, each.visited
    at = stamp(visited.at)
    etag, last_modified = validators(each)
    return (
        stamp(p.next_poll_at), p.why_then, p.state, p.interval, p.failures, stamp(p.failing_since),
        stamp(p.gone_at), p.moved_to, p.moved_count, stamp(p.moved_since), at,
        at if each.outcome in GOOD else None, each.outcome.value, status(visited), visited.why[:300],
        etag, last_modified, bool(etag or last_modified), stamp(not_before(visited)), visited.feed.id,
    )  # fmt: skip


def not_before(visited: Visited) -> datetime | None:
    """Until when the answer said it stays as it is; nobody's wish asks sooner (MANNERS 10)."""
    match visited.answer:
        case Fetched(max_age=int(seconds)) | NotModified(max_age=int(seconds)):
            return visited.at + timedelta(seconds=min(seconds, DAY))
    return None


def validators(each: Finished) -> tuple[str | None, str | None]:
    """ETag and Last-Modified to keep; None leaves what is there. A refused body leaves nothing (MANNERS 1–6)."""
    match each.visited.answer:
        case Fetched(etag=etag, last_modified=last_modified) if each.outcome in GOOD:
            return etag[:1000], last_modified[:200]
        case NotModified(etag=etag, last_modified=last_modified):
            return etag, last_modified
    return None, None


def status(visited: Visited) -> int | None:
    """The HTTP status, where there was one."""
    match visited.answer:
        case Fetched(status=code) | Refused(status=code):
            return code
        case NotModified():
            return 304
    return None


def write_documents(cursor: Any, finished: Sequence[Finished], stored: dict[int, Stored]) -> None:
    """Feeds whose document was read: what it says of itself, what stands in it, and the counters."""
    rows = [document(each, stored[each.visited.feed.id]) for each in finished if each.visited.feed.id in stored]
    if not rows:
        return
    cursor.executemany(
        "UPDATE aggregator_feed SET body_digest = %s, \"window\" = %s, title = COALESCE(NULLIF(%s, ''), title), "
        "subtitle = %s, site_url = COALESCE(NULLIF(%s, ''), site_url), self_url = %s, hub_url = %s, language = %s, "
        "icon_url = %s, kind = %s, ttl = %s, skip_hours = %s, skip_days = %s, entry_count = %s, last_entry = %s, "
        "newest_at = %s, per_day = %s, usual_per_day = %s, last_changed_at = COALESCE(%s, last_changed_at) "
        "WHERE id = %s",
        rows,
    )


def document(each: Finished, stored: Stored) -> tuple[Any, ...]:
    """The parameters of write_documents for one feed."""
    visited, d = each.visited, each.visited.parsed
    assert d and isinstance(visited.answer, Fetched)
    linked = {rel: url for rel, url, _ in reversed(visited.answer.links)}
    return (
        visited.body_digest, d.window, d.title[:500], d.subtitle[:1000], d.site_url[:2000],
        (d.self_url or linked.get("self", ""))[:2000], (d.hub_url or linked.get("hub", ""))[:2000],
        d.language[:16], d.icon_url[:2000], d.kind, min(d.ttl, 2**31 - 1), d.skip_hours, d.skip_days,
        stored.entry_count, stored.last_entry, stamp(stored.newest_at), stored.rhythm.lately,
        stored.rhythm.usual,
        stamp(visited.at) if stored.new or stored.changed else None, visited.feed.id,
    )  # fmt: skip


def write_log(cursor: Any, finished: Sequence[Finished]) -> None:
    """One row of the poll log a visit."""
    cursor.executemany(
        "INSERT INTO aggregator_poll (feed_id, at, outcome, status, entries_new, entries_changed, size, "
        "milliseconds, error) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                each.visited.feed.id, stamp(each.visited.at), each.outcome.value, status(each.visited), each.new,
                each.changed, getattr(each.visited.answer, "size", 0), each.visited.answer.milliseconds,
                each.visited.why[:300],
            )
            for each in finished
        ],
    )  # fmt: skip


def block_hosts(cursor: Any, finished: Sequence[Finished]) -> None:
    """Hosts that asked us to wait, and hosts that do no longer. Behind a redirect it is the last one that asked."""
    for each in finished:
        host, until = each.visited.feed.host, each.plan.block_host_until
        if until:
            host = host_of(each.visited.answer.url) or host
            cursor.execute(
                "INSERT INTO aggregator_host (name, blocked_until, strikes) VALUES (%s, %s, %s) ON CONFLICT (name) "
                "DO UPDATE SET blocked_until = excluded.blocked_until, strikes = excluded.strikes",
                [host, stamp(until), each.plan.host_strikes],
            )
        elif each.visited.feed.history.host_strikes and each.outcome in GOOD:
            cursor.execute("DELETE FROM aggregator_host WHERE name = %s", [host])


def tell_filled(held: Sequence[Visited], stored: dict[int, Stored]) -> None:
    """Rooms above hear of feeds that were empty and are no more."""
    first_time = [visited.feed.id for visited in held if not visited.feed.entry_count]
    filled = {feed: stored[feed].new for feed in first_time if feed in stored and stored[feed].new}
    if filled:
        for tell in when_filled:
            tell(filled)


def line(each: Finished) -> str:
    """One poll as one structured line, without the address (it may carry a secret)."""
    visited = each.visited
    return (
        f"poll feed={visited.feed.id} host={visited.feed.host} outcome={each.outcome} status={status(visited)} "
        f"new={each.new} changed={each.changed} ms={visited.answer.milliseconds} why_then={each.plan.why_then}"
    )
