"""How often a feed publishes, from the dates of its entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .stamps import aware, stamp

LATELY = timedelta(days=28)
EARLIER = timedelta(days=84)  # before that
FEW = 3  # fewer entries than this in four weeks say little; then the last ten are asked
LAST = 10


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Entries a day."""

    lately: float  # over the last four weeks, or the last ten entries where those are few; fades with silence
    usual: float  # between the last ten entries, however long ago they are; 0 with fewer than two dates


def rhythm(dates: Sequence[datetime], recent: int, now: datetime) -> Rhythm:
    """From the dates of the last ten entries, newest first, and the number of entries in the last four weeks."""
    usual = 0.0
    if len(dates) > 1 and dates[0] > dates[-1]:  # entries without dates have that of their arrival
        usual = (len(dates) - 1) / max(days(dates[0] - dates[-1]), 1 / 24)
    if recent >= FEW or not dates:
        return Rhythm(recent / LATELY.days, usual)
    return Rhythm(len(dates) / max(days(now - dates[-1]), 1.0), usual)


def rhythm_of_dates(dates: Sequence[datetime], now: datetime) -> Rhythm:
    """Of a first document."""
    newest = sorted(dates, reverse=True)
    return rhythm(newest[:LAST], sum(1 for date in newest if date > now - LATELY), now)


def rhythm_of_feed(cursor: Any, feed_id: int, now: datetime) -> Rhythm:
    """Of what is stored: two look-ups in the index by feed and date."""
    cursor.execute(
        "SELECT COUNT(*) FROM aggregator_entry WHERE feed_id = %s AND sorted_at > %s",
        [feed_id, stamp(now - LATELY)],
    )
    recent = cursor.fetchone()[0]
    cursor.execute(
        "SELECT sorted_at FROM aggregator_entry WHERE feed_id = %s ORDER BY sorted_at DESC, id DESC LIMIT %s",
        [feed_id, LAST],
    )
    dates = [date for (value,) in cursor.fetchall() if (date := aware(value))]
    return rhythm(dates, recent, now)


def earlier_of_feed(cursor: Any, feed_id: int, now: datetime) -> float:
    """Entries a day in the twelve weeks before the last four; 0 where we hold nothing as old as these.

    A feed that was silent then counts as having written once: what it does now is news.
    """
    since, until = now - LATELY - EARLIER, now - LATELY
    cursor.execute(
        "SELECT COUNT(*), EXISTS (SELECT 1 FROM aggregator_entry WHERE feed_id = %s AND sorted_at <= %s) "
        "FROM aggregator_entry WHERE feed_id = %s AND sorted_at > %s AND sorted_at <= %s",
        [feed_id, stamp(since), feed_id, stamp(since), stamp(until)],
    )
    count, known = cursor.fetchone()
    return max(count, 1) / EARLIER.days if known else 0.0


def days(span: timedelta) -> float:
    return span / timedelta(days=1)
