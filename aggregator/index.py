"""The search index of entries: fed with each group of new entries, in their own transaction; and asked.

SQLite has a contentless FTS5 table, which forgets a row only when told the words it held; PostgreSQL a table of
tsvectors. Both are given the same words, made by folding.py, so that both find the same; neither database's own
notion of a word plays a part. Besides its words an entry is found by its feed, so that a question about few feeds
need not look at what others hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from .folding import LONGEST_WORD, in_pairs

Words = tuple[int, int, str, str]  # entry id, feed id, title, text

TITLE, FEED = (
    "ƿ",
    "ƒ",
)  # begin a title's words and a feed's number among PostgreSQL's; folding.py makes no such word
AT_ONCE = 500  # entries in one statement


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, folded; `open` when the last is only the beginning of one."""

    words: tuple[str, ...]
    open: bool = False
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What an entry must hold: of every group at least one phrase, none of some, and be of one of some feeds."""

    all_of: tuple[tuple[Phrase, ...], ...]
    none_of: tuple[Phrase, ...] = ()
    feeds: tuple[int, ...] = field(default=())  # empty: of any


# ---- feeding it


def add(cursor: Any, rows: Sequence[Words]) -> None:
    """Make entries findable. `cursor` is one of the transaction that wrote them."""
    if connection.vendor == "sqlite":
        cursor.executemany(
            "INSERT INTO aggregator_search(rowid, title, text, feed) VALUES (%s, %s, %s, %s)",
            [(entry, in_pairs(title), in_pairs(text), feed) for entry, feed, title, text in rows],
        )
        return
    cursor.execute(
        "INSERT INTO aggregator_search(entry_id, words) "
        "SELECT entry, words::tsvector FROM unnest(%s::bigint[], %s::text[]) AS rows(entry, words)",
        [[row[0] for row in rows], [placed(*row[1:]) for row in rows]],
    )


def forget(cursor: Any, rows: Sequence[Words]) -> None:
    """Take entries out, told the feed, title and text they were added with."""
    if connection.vendor == "sqlite":
        cursor.executemany(
            "INSERT INTO aggregator_search(aggregator_search, rowid, title, text, feed) "
            "VALUES ('delete', %s, %s, %s, %s)",
            [(entry, in_pairs(title), in_pairs(text), feed) for entry, feed, title, text in rows],
        )
        return
    cursor.execute("DELETE FROM aggregator_search WHERE entry_id = ANY(%s)", [[row[0] for row in rows]])


def forget_entries(cursor: Any, entry_ids: Sequence[int]) -> None:
    """Take entries out that still stand in their tables (before they are deleted)."""
    forget(cursor, stored(cursor, entry_ids))


def move(cursor: Any, entry_ids: Sequence[int], feed: int) -> None:
    """Entries become another feed's; called while their rows still name the old one."""
    for start in range(0, len(entry_ids), AT_ONCE):
        rows = stored(cursor, entry_ids[start : start + AT_ONCE])
        forget(cursor, rows)
        add(cursor, [(entry, feed, title, text) for entry, _feed, title, text in rows])


def stored(cursor: Any, entry_ids: Sequence[int]) -> list[Words]:
    """What entries were added with, as their tables say."""
    marks = ", ".join(["%s"] * len(entry_ids))
    cursor.execute(
        "SELECT e.id, e.feed_id, e.title, b.text FROM aggregator_entry e "
        f"JOIN aggregator_entrybody b ON b.entry_id = e.id WHERE e.id IN ({marks})",
        list(entry_ids),
    )
    return list(cursor.fetchall())


def placed(feed: int, title: str, text: str) -> str:
    """A tsvector in PostgreSQL's own spelling: `word:1A,12 other:2`. The title's words weigh more."""
    places: dict[str, str] = {}
    number = 1
    for word in in_pairs(title).split():
        if len(word) <= LONGEST_WORD:
            places[word] = f"{places[word]},{number}A" if word in places else f"{word}:{number}A"
            key = TITLE + word
            places[key] = f"{places[key]},{number}" if key in places else f"{key}:{number}"
        number += 1
    number += 1  # the text's first word does not follow the title's last
    for word in in_pairs(text).split():
        if len(word) <= LONGEST_WORD:
            places[word] = f"{places[word]},{number}" if word in places else f"{word}:{number}"
        number += 1
    places[FEED] = f"{FEED}{feed}"
    return " ".join(places.values())


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


# ---- asking it


def found(
    wish: Wish, limit: int, below: int = 0, among: tuple[str, Sequence[Any]] | None = None
) -> tuple[str, list[Any]]:
    """A query for the newest entries that fit: (id, rank), the best with the lowest rank.

    `below` is an entry id; `among` a query for entry ids. The work is bounded by `limit`, whatever the words are.
    """
    sqlite = connection.vendor == "sqlite"
    entry = "rowid" if sqlite else "entry_id"
    more, values = "", list[Any]()
    if below:
        more, values = f" AND {entry} < %s", [below]
    if among:
        more, values = f"{more} AND {entry} IN ({among[0]})", [*values, *among[1]]
    if sqlite:
        return (
            "SELECT rowid AS id, bm25(aggregator_search, 3.0, 1.0, 0.0) AS rank FROM aggregator_search "
            f"WHERE aggregator_search MATCH %s{more} ORDER BY rowid DESC LIMIT %s",
            [for_fts5(wish), *values, limit],
        )
    # told apart, so that the planner does not walk all entries backwards where few feeds are asked for
    fence = "OFFSET 0" if wish.feeds or among else ""
    return (
        "SELECT entry_id AS id, -ts_rank_cd('{0.33, 0.33, 0.33, 1}', words, %s::tsquery, 1) AS rank FROM "
        f"(SELECT entry_id, words FROM (SELECT entry_id, words FROM aggregator_search "
        f"WHERE words @@ %s::tsquery{more} {fence}) AS all_found ORDER BY entry_id DESC LIMIT %s) AS newest",
        [for_postgresql(Wish(wish.all_of)), for_postgresql(wish), *values, limit],
    )


def for_fts5(wish: Wish) -> str:
    """The wish as FTS5 writes it: `{title text} : ("a b" * OR "c") AND feed : ("1" OR "2") NOT …`."""
    groups = [f"({' OR '.join(map(_fts5_phrase, group))})" for group in wish.all_of]
    if wish.feeds:
        groups.append(f"feed : ({' OR '.join(f'{chr(34)}{feed}{chr(34)}' for feed in wish.feeds)})")
    said = " AND ".join(groups)
    none = " OR ".join(map(_fts5_phrase, wish.none_of))
    return f"({said}) NOT ({none})" if none else said


def _fts5_phrase(phrase: Phrase) -> str:
    where = "title" if phrase.in_title else "{title text}"
    return f'{where} : "{" ".join(phrase.words)}"{" *" if phrase.open else ""}'


def for_postgresql(wish: Wish) -> str:
    """The wish as a tsquery is written: `('a' <-> 'b':* | 'c') & ('ƒ1' | 'ƒ2') & !(…)`."""
    groups = [" | ".join(map(_tsquery_phrase, group)) for group in wish.all_of]
    if wish.feeds:
        groups.append(" | ".join(f"'{FEED}{feed}'" for feed in wish.feeds))
    said = [f"({group})" for group in groups]
    if wish.none_of:
        said.append(f"!({' | '.join(map(_tsquery_phrase, wish.none_of))})")
    return " & ".join(said)


def _tsquery_phrase(phrase: Phrase) -> str:
    words = [f"'{TITLE if phrase.in_title else ''}{word}'" for word in phrase.words]
    if phrase.open:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"
