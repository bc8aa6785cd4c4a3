"""The search index of entries: fed with each group of new entries, in their own transaction.

SQLite has a contentless FTS5 table, which forgets a row only when told the words it held; PostgreSQL a table of
tsvectors. Both are given the same words, so that both find the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection

Words = tuple[int, str, str]  # entry id, title, text

UNSPACED = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\uac00-\ud7af\u0e00-\u0e7f\U00020000-\U0003fa1f]+"
)
MOST_CHARACTERS = 250_000  # of a text; PostgreSQL refuses a tsvector of more than 1 MB


def add(cursor: Any, rows: Sequence[Words]) -> None:
    """Make entries findable. `cursor` is one of the transaction that wrote them."""
    if connection.vendor == "sqlite":
        cursor.executemany(
            "INSERT INTO aggregator_search(rowid, title, text) VALUES (%s, %s, %s)",
            [(entry, spaced(title), spaced(text)) for entry, title, text in rows],
        )
        return
    cursor.execute(
        "INSERT INTO aggregator_search(entry_id, words) SELECT entry, "
        "setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', text) "
        "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS rows(entry, title, text)",
        [
            [entry for entry, _, _ in rows],
            [spaced(title) for _, title, _ in rows],
            [spaced(text)[:MOST_CHARACTERS] for _, _, text in rows],
        ],
    )


def forget(cursor: Any, rows: Sequence[Words]) -> None:
    """Take entries out, told the title and text they were added with."""
    if connection.vendor == "sqlite":
        cursor.executemany(
            "INSERT INTO aggregator_search(aggregator_search, rowid, title, text) VALUES ('delete', %s, %s, %s)",
            [(entry, spaced(title), spaced(text)) for entry, title, text in rows],
        )
        return
    cursor.execute("DELETE FROM aggregator_search WHERE entry_id = ANY(%s)", [[row[0] for row in rows]])


def forget_entries(cursor: Any, entry_ids: Sequence[int]) -> None:
    """Take entries out that still stand in their tables (before they are deleted)."""
    marks = ", ".join(["%s"] * len(entry_ids))
    cursor.execute(
        "SELECT e.id, e.title, b.text FROM aggregator_entry e "
        f"JOIN aggregator_entrybody b ON b.entry_id = e.id WHERE e.id IN ({marks})",
        list(entry_ids),
    )
    forget(cursor, cursor.fetchall())


def gather(cursor: Any) -> None:
    """After a drain that brought entries: merge what PostgreSQL has put on its list of additions.

    A GIN index merges many additions at a third of the cost of few (docs/polling.md), so the list is long; but
    every search reads it as well, so it must not stay.
    """
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SELECT gin_clean_pending_list('aggregator_search_words')")


def tidy(cursor: Any) -> None:
    """In an idle hour: merge the segments that many small additions left in FTS5."""
    if connection.vendor == "sqlite":
        cursor.execute("INSERT INTO aggregator_search(aggregator_search, rank) VALUES ('merge', 500)")


def spaced(text: str) -> str:
    """Text whose CJK, Hangul and Thai characters stand alone, so that any run of them is a phrase of words."""
    return text if text.isascii() else UNSPACED.sub(apart, text)


def apart(match: re.Match[str]) -> str:
    return f" {' '.join(match[0])} "
