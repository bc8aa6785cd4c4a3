"""The entries that answer some words best: any will do, rare ones weigh more (BM25, titles three times).

SQLite's FTS5 ranks by itself. PostgreSQL's ts_rank knows nothing of rarity, so of what it finds by the rarest words
a hundred and fifty candidates are weighed exactly. See docs/who-knows.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log
from typing import Any, NamedTuple

from django.db import connection

from .index import FEED, TITLE, Phrase, Wish, for_fts5

K1, B, TITLE_WEIGHT = 1.2, 0.75, 3.0  # as FTS5 has them
MOST_FEEDS = 2000  # that PostgreSQL's index is asked for by name; of more, what is found is looked through
CANDIDATES = 150  # weighed exactly on PostgreSQL
MANY = 3000  # entries; a word in more of them is counted in the newest alone
DRIVEN = 6000  # entries that are looked at for candidates
SAMPLE = 1000


class Ranked(NamedTuple):
    """An entry and how well it answers: more is better."""

    id: int
    score: float


def best(words: Sequence[str], feeds: Collection[int], limit: int = 100) -> list[Ranked]:
    """The best entries of these feeds that hold any of these words (folded, as folding.in_pairs makes them)."""
    if not words or not feeds:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return by_fts5(cursor, words, feeds, limit)
        return by_postgresql(cursor, words, feeds, limit)


def by_fts5(cursor: Any, words: Sequence[str], feeds: Collection[int], limit: int) -> list[Ranked]:
    """Everything that holds a word is ranked first: asking the index for feeds as well ranks them too, which takes
    four times as long, and asking it for the entries of feeds takes minutes."""
    wish = for_fts5(Wish((tuple(Phrase((word,)) for word in words),)))
    cursor.execute(
        f"WITH found AS MATERIALIZED (SELECT rowid AS id, "
        f"-bm25(aggregator_search, {TITLE_WEIGHT}, 1.0, 0.0) AS score FROM aggregator_search "
        "WHERE aggregator_search MATCH %s) SELECT found.id, found.score FROM found "
        f"CROSS JOIN aggregator_entry AS entry ON entry.id = found.id WHERE entry.feed_id IN ({_marks(feeds)}) "
        "ORDER BY found.score DESC, found.id DESC LIMIT %s",
        [wish, *feeds, limit],
    )
    return [Ranked(*row) for row in cursor.fetchall()]


def _marks(feeds: Collection[int]) -> str:
    return ", ".join(["%s"] * len(feeds))


# ---- PostgreSQL


def by_postgresql(cursor: Any, words: Sequence[str], feeds: Collection[int], limit: int) -> list[Ranked]:
    total, counts = frequencies(cursor, words)
    idf = {word: max(1e-6, log((total - n + 0.5) / (n + 0.5))) for word, n in counts.items() if n}
    drivers, held = list[str](), 0
    for word in sorted(idf, key=lambda word: -idf[word]):
        if drivers and held + counts[word] > DRIVEN:
            break
        drivers.append(word)
        held += counts[word]
    if not drivers:
        return []
    ids = candidates(cursor, drivers, idf, feeds)
    ranked = [Ranked(pk, score) for pk, score in exactly(cursor, ids, idf).items()]
    return sorted(ranked, key=lambda each: (-each.score, -each.id))[:limit]


def frequencies(cursor: Any, words: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many entries there are, and in how many each word stands; common ones by the newest thousand."""
    cursor.execute("SELECT count(*) FROM aggregator_entry")
    total = int(cursor.fetchone()[0])
    one = (
        "SELECT %s::text, count(*) FROM (SELECT 1 FROM aggregator_search WHERE words @@ %s::tsquery LIMIT {}) AS n"
    )
    union = " UNION ALL ".join([one.format(MANY)] * len(words))
    cursor.execute(union, [value for word in words for value in (word, f"'{word}'")])
    counts = dict(cursor.fetchall())
    common = [word for word, n in counts.items() if n >= MANY]
    if common:
        sums = ", ".join(["sum((words @@ %s::tsquery)::int)"] * len(common))
        newest = f"SELECT words FROM aggregator_search ORDER BY entry_id DESC LIMIT {SAMPLE}"
        cursor.execute(f"SELECT {sums} FROM ({newest}) AS newest", [f"'{word}'" for word in common])
        share = [(n or 0) / min(SAMPLE, total) for n in cursor.fetchone()]
        counts |= {word: max(MANY, round(part * total)) for word, part in zip(common, share, strict=True)}
    return total, counts


def candidates(cursor: Any, drivers: Sequence[str], idf: dict[str, float], feeds: Collection[int]) -> list[int]:
    """Those that hold the rarest words, the likeliest first."""
    either = " | ".join(f"'{word}'" for word in drivers)
    weight = " + ".join(
        ["CASE WHEN words @@ %s::tsquery THEN %s * LEAST(1, 0.5 + 2 * ts_rank(words, %s::tsquery, 1)) ELSE 0 END"]
        * len(drivers)
    )
    weights = [value for word in drivers for value in (f"'{word}'", idf[word], f"'{word}'")]
    named = f" & ({' | '.join(f'{chr(39)}{FEED}{feed}{chr(39)}' for feed in sorted(feeds))})"
    inside, values = (
        ("", [])
        if len(feeds) <= MOST_FEEDS
        else (f" AND entry_id IN (SELECT id FROM aggregator_entry WHERE feed_id IN ({_marks(feeds)}))", list(feeds))
    )
    wish = f"({either}){named}" if not inside else either
    cursor.execute(
        f"SELECT entry_id FROM (SELECT entry_id, words FROM aggregator_search WHERE words @@ %s::tsquery{inside} "
        f"LIMIT {DRIVEN * 2}) AS found ORDER BY {weight} DESC, entry_id DESC LIMIT {CANDIDATES}",
        [wish, *values, *weights],
    )
    return [row[0] for row in cursor.fetchall()]


def exactly(cursor: Any, ids: Sequence[int], idf: dict[str, float]) -> dict[int, float]:
    """BM25 of these entries, counted from the words' places in the index."""
    if not ids:
        return {}
    lexemes = [*idf, *(TITLE + word for word in idf)]
    cursor.execute(
        "SELECT s.entry_id, u.lexeme, cardinality(u.positions) FROM aggregator_search s, unnest(s.words) AS u "
        "WHERE s.entry_id = ANY(%s) AND u.lexeme = ANY(%s)",
        [list(ids), lexemes],
    )
    times: dict[int, dict[str, float]] = {pk: dict.fromkeys(idf, 0.0) for pk in ids}
    for pk, lexeme, n in cursor.fetchall():
        # what stands in the title stands among the entry's words as well, so two more make three
        word, weight = (lexeme[1:], TITLE_WEIGHT - 1) if lexeme.startswith(TITLE) else (lexeme, 1.0)
        times[pk][word] += weight * (n or 0)
    lengths = _lengths(cursor, ids)
    usual = sum(lengths.values()) / max(1, len(lengths))
    return {pk: _bm25(each, idf, lengths.get(pk, usual) / max(usual, 1)) for pk, each in times.items()}


def _lengths(cursor: Any, ids: Sequence[int]) -> dict[int, int]:
    cursor.execute("SELECT id, words FROM aggregator_entry WHERE id = ANY(%s)", [list(ids)])
    return dict(cursor.fetchall())


def _bm25(times: dict[str, float], idf: dict[str, float], length: float) -> float:
    bend = K1 * (1 - B + B * length)
    return sum(idf[word] * n * (K1 + 1) / (n + bend) for word, n in times.items() if n)
