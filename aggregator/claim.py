"""Claiming due feeds: a lease by conditional UPDATE, the same on SQLite and PostgreSQL.

While a feed is leased its `next_poll_at` is when the lease ends, so a dead worker's feeds come due again by
themselves. Of one host only one feed is out at a time, and none while the host has asked us to wait.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import connection, transaction

from .rhythm import Rhythm
from .schedule import History
from .stamps import aware, stamp
from .visit import Claimed

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3  # begun and never finished; then the feed is put aside
ASIDE = timedelta(days=1)
ONE_AT_A_TIME = 0x706C6E01  # the advisory lock under which PostgreSQL's workers claim

COLUMNS = (
    "id, url, host, subscribers, etag, last_modified, body_digest, window, entry_count, last_entry, attempts, "
    "state, interval, ttl, skip_hours, skip_days, ever_validated, failing_since, failures, gone_at, per_day, "
    "newest_at, last_changed_at, created_at, moved_to, moved_count, moved_since, "
    "usual_per_day, "
    "EXISTS (SELECT 1 FROM aggregator_hublease l WHERE l.feed_id = f.id AND l.state = 'live' AND l.until > %s), "
    "COALESCE((SELECT strikes FROM aggregator_host h WHERE h.name = f.host), 0)"
).replace("window", '"window"')

OPEN = """
    FROM aggregator_feed f
    WHERE f.state = 'active' AND f.subscribers > 0 AND f.next_poll_at <= %s
    AND NOT EXISTS (SELECT 1 FROM aggregator_host h WHERE h.name = f.host AND h.blocked_until > %s)
"""
DUE = f"""{OPEN}
    AND NOT EXISTS (SELECT 1 FROM aggregator_feed g WHERE g.host = f.host AND g.lease <> '' AND g.next_poll_at > %s)
    AND NOT EXISTS (SELECT 1 FROM aggregator_feed g WHERE g.host = f.host AND g.last_polled_at > %s)
"""


def claim(now: datetime, limit: int) -> list[Claimed]:
    """Up to `limit` due feeds, each of another host, now leased to the caller."""
    lease = secrets.token_hex(8)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        rows = due_rows(cursor, now, limit)
        worn = [row[0] for row in rows if row[10] >= MOST_ATTEMPTS]
        fresh = [row for row in rows if row[10] < MOST_ATTEMPTS]
        if worn:
            put_aside(cursor, worn, now)
        if fresh:
            cursor.executemany(
                "UPDATE aggregator_feed SET lease = %s, next_poll_at = %s, attempts = attempts + 1 WHERE id = %s",
                [(lease, stamp(now + LEASE), row[0]) for row in fresh],
            )
    return [claimed(row, lease) for row in fresh]


def due_rows(cursor: Any, now: datetime, limit: int) -> list[Sequence[Any]]:
    """Due feeds, the longest due first, one a host. Looks past a host that crowds the front of the queue."""
    at = stamp(now)
    quiet_since = stamp(now - timedelta(seconds=settings.HOST_DELAY))
    due = (at, at, at, quiet_since)
    cursor.execute(f"SELECT {COLUMNS} {DUE} ORDER BY f.next_poll_at LIMIT %s", [at, *due, limit])
    rows = one_a_host(cursor.fetchall())
    if len(rows) * 2 > limit or cursor.rowcount == 0:
        return rows
    cursor.execute(
        f"SELECT {COLUMNS} FROM aggregator_feed f WHERE f.id IN "
        f"(SELECT MIN(f.id) {DUE} GROUP BY f.host ORDER BY MIN(f.next_poll_at) LIMIT %s)",
        [at, *due, limit],
    )
    return one_a_host([*rows, *cursor.fetchall()])[:limit]


def one_a_host(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """The first row of each host, in order."""
    first: dict[str, Sequence[Any]] = {}
    for row in rows:
        first.setdefault(row[2], row)
    return list(first.values())


def put_aside(cursor: Any, feed_ids: list[int], now: datetime) -> None:
    """Feeds that three visits did not come back from rest for a day, and say so."""
    cursor.executemany(
        "UPDATE aggregator_feed SET lease = '', attempts = 0, next_poll_at = %s, why_then = 'unfinished', "
        "last_outcome = 'unfinished', failing_since = COALESCE(failing_since, %s), failures = failures + 1 "
        "WHERE id = %s",
        [(stamp(now + ASIDE), stamp(now), feed) for feed in feed_ids],
    )


def release(feeds: Iterable[Claimed], due: datetime) -> None:
    """Give back what was claimed and not visited: due then, nothing counted against it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE aggregator_feed SET lease = '', next_poll_at = %s, attempts = attempts - 1 "
            "WHERE id = %s AND lease = %s",
            [(stamp(due), feed.id, feed.lease) for feed in feeds],
        )


def anything_due(now: datetime) -> bool:
    """Whether a feed is due whose host has not asked us to wait."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {OPEN} LIMIT 1", [stamp(now), stamp(now)])
        return cursor.fetchone() is not None


def claimed_feed(feed_id: int, lease: str, now: datetime) -> Claimed:
    """One feed that already carries this lease."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM aggregator_feed f WHERE f.id = %s", [stamp(now), feed_id])
        return claimed(cursor.fetchone(), lease)


def claimed(row: Sequence[Any], lease: str) -> Claimed:
    """A row of COLUMNS as a value."""
    history = History(
        id=row[0],
        state=row[11],
        interval=row[12],
        ttl=row[13],
        skip_hours=row[14],
        skip_days=row[15],
        ever_validated=bool(row[16]),
        failing_since=aware(row[17]),
        failures=row[18],
        gone_at=aware(row[19]),
        per_day=row[20],
        newest_at=aware(row[21]),
        last_changed_at=aware(row[22]),
        created_at=cast(datetime, aware(row[23])),  # never null
        moved_to=row[24],
        moved_count=row[25],
        moved_since=aware(row[26]),
        usual_per_day=row[27],
        hub_live=bool(row[28]),
        host_strikes=row[29],
    )
    return Claimed(
        url=row[1],
        host=row[2],
        lease=lease,
        subscribers=row[3],
        etag=row[4],
        last_modified=row[5],
        body_digest=bytes(row[6]),
        window=bytes(row[7]),
        entry_count=row[8],
        last_entry=row[9],
        rhythm=Rhythm(row[20], row[27]),
        history=history,
    )
