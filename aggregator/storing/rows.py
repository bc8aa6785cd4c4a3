"""Parsed entries as rows of our tables: plain tuples for executemany."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from ..parsed import ParsedEntry
from ..stamps import moment, stamp
from ..visit import Visited

ENTRY_COLUMNS = (
    "id", "feed_id", "uid", "sorted_at", "arrived_at", "published_at", "updated_at", "edited_at", "title", "link",
    "author", "gist", "language", "words", "medium", "duration", "digest",
)  # fmt: skip

BODY_COLUMNS = ("entry_id", "html", "text", "terms", "links", "extra")
ENCLOSURE_COLUMNS = ("entry_id", "url", "type", "length", "duration", "title")

encode = msgspec.json.Encoder().encode


def entry_row(
    number: int, visited: Visited, entry: ParsedEntry, sorted_at: datetime, arrived_at: Any
) -> tuple[Any, ...]:
    """The narrow row, in the order of ENTRY_COLUMNS. `arrived_at` is stamped already: it is that of many."""
    medium, duration = medium_of(entry)
    published = stamp(moment(entry.published))
    updated = published if entry.updated == entry.published else stamp(moment(entry.updated))
    said = published or updated
    return (
        number,
        visited.feed.id,
        entry.uid,
        arrived_at if sorted_at is visited.at else said,
        arrived_at,
        published,
        updated,
        None,
        entry.title[:500],
        entry.link[:2000],
        entry.author[:300],
        entry.gist[:300],
        entry.language[:16],
        entry.words,
        medium,
        duration,
        entry.digest,
    )


def medium_of(entry: ParsedEntry) -> tuple[str, int]:
    """Whether one reads, hears or watches it, and for how many seconds."""
    for enclosure in entry.enclosures:
        kind = enclosure.type.partition("/")[0]
        if kind in ("audio", "video"):
            return kind, min(enclosure.duration, 2**31 - 1)
    return "text", 0


def body_row(number: int, entry: ParsedEntry) -> tuple[int, str, str, str, str, str]:
    """In the order of BODY_COLUMNS."""
    terms = encode(entry.terms).decode() if entry.terms else "[]"
    extra = encode(entry.extra).decode() if entry.extra else "{}"
    links = encode(entry.links).decode() if entry.links else "[]"
    return number, entry.html, entry.text, terms, links, extra


def enclosure_rows(number: int, entry: ParsedEntry) -> list[tuple[Any, ...]]:
    """In the order of ENCLOSURE_COLUMNS."""
    return [
        (
            number,
            e.url[:2000],
            e.type[:100],
            min(e.length, 2**63 - 1),
            min(e.duration, 2**31 - 1),
            e.title[:300],
        )
        for e in entry.enclosures
    ]


def next_ids(cursor: Any, count: int) -> Sequence[int]:
    """Ids for `count` new entries, ascending and never used before."""
    if not count:
        return []
    if connection.vendor == "sqlite":  # its only writer is this transaction
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'aggregator_entry'")
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return range(first, first + count)
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence('aggregator_entry', 'id')) FROM generate_series(1, %s)", [count]
    )
    return sorted(row[0] for row in cursor.fetchall())
