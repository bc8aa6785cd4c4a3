"""Which of a document's entries we know already, by id or by what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..parsed import ParsedEntry, ParsedFeed
from ..parsing.hashes import uid_hash
from ..spelling import link_key
from ..stamps import aware
from ..visit import Claimed

AT_ONCE = 400  # parameters in one query
WINDOW_PAIR = 16  # bytes of uid hash and digest


@dataclass(frozen=True, slots=True)
class Known:
    """A stored entry, as far as deciding needs it."""

    id: int
    uid: str
    digest: int
    title: str
    text: str
    link: str
    published: float | None


Piece = TypeVar("Piece", ParsedEntry, Known)


@dataclass(slots=True)
class KnownEntries:
    """Stored entries that answer to a document's uids: by the uid itself, or as the same entry renamed."""

    by_uid: dict[str, Known] = field(default_factory=dict)
    as_other: dict[str, Known] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)


SELECT = (
    "SELECT e.id, e.uid, e.digest, e.title, b.text, e.link, e.published_at FROM aggregator_entry e "
    "JOIN aggregator_entrybody b ON b.entry_id = e.id WHERE e.feed_id = %s "
)


def find_known(cursor: Any, feed: Claimed, document: ParsedFeed) -> KnownEntries:
    """What the database knows of the entries a document brought."""
    found = KnownEntries()
    uids = [entry.uid for entry in document.entries]
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        marks = ", ".join(["%s"] * len(some))
        cursor.execute(f"{SELECT} AND e.uid IN ({marks})", [feed.id, *some])
        found.by_uid.update((row[1], known(row)) for row in cursor.fetchall())
    unknown = [entry for entry in document.entries if entry.uid not in found.by_uid]
    if unknown:
        found.expired = expired_among(cursor, feed, unknown)
        found.as_other = renamed_among(cursor, feed, document, unknown)
    return found


def expired_among(cursor: Any, feed: Claimed, entries: Sequence[ParsedEntry]) -> set[str]:
    """Uids of entries that were here once and went."""
    cursor.execute("SELECT uid_hash FROM aggregator_expired WHERE feed_id = %s", [feed.id])
    hashes = {row[0] for row in cursor.fetchall()}
    return {entry.uid for entry in entries if uid_hash(entry.uid) in hashes} if hashes else set()


def renamed_among(
    cursor: Any, feed: Claimed, document: ParsedFeed, entries: Sequence[ParsedEntry]
) -> dict[str, Known]:
    """Uids of entries that stood in the last document under another: rewriting all ids brings no flood."""
    vanished = uid_hashes(feed.window) - uid_hashes(document.window)
    if not vanished:
        return {}
    cursor.execute(f"{SELECT} ORDER BY e.id DESC LIMIT %s", [feed.id, len(feed.window) // WINDOW_PAIR + 50])
    recent = [known(row) for row in cursor.fetchall()]
    return same_under_other_uid(entries, recent, {k.id for k in recent if uid_hash(k.uid) in vanished})


def same_under_other_uid(
    entries: Sequence[ParsedEntry], recent: Sequence[Known], vanished: set[int]
) -> dict[str, Known]:
    """Match by what they say: equal digest, else an equal link, else title and date together.

    Only what a single entry on each side says counts: episodes that all link to the podcast's home are many.
    """
    matched: dict[str, Known] = {}
    for say in (said_in_full, linked, dated_title):
        theirs, ours = once(entries, say), once(recent, say)
        taken = {k.id for k in matched.values()}
        for key in theirs.keys() & ours.keys():
            entry, k = theirs[key], ours[key]
            if entry.uid not in matched and k.id in vanished and k.id not in taken:
                matched[entry.uid] = k
    return matched


def once(pieces: Sequence[Piece], say: Callable[[Piece], Hashable]) -> dict[Hashable, Piece]:
    """Pieces by what they say, where no other says the same."""
    times = Counter(map(say, pieces))
    return {key: piece for piece in pieces if (key := say(piece)) is not None and times[key] == 1}


def said_in_full(piece: ParsedEntry | Known) -> int:
    return piece.digest


def linked(piece: ParsedEntry | Known) -> int | None:
    return link_key(piece.link) if piece.link else None


def dated_title(piece: ParsedEntry | Known) -> tuple[str, float] | None:
    """What two entries share when they are one; None where that says too little."""
    return (piece.title, piece.published) if len(piece.title) >= 10 and piece.published is not None else None


def uid_hashes(window: bytes) -> set[int]:
    """The uid hashes of a window (pairs of signed 64-bit numbers, big-endian)."""
    return {int.from_bytes(window[at : at + 8], "big", signed=True) for at in range(0, len(window), WINDOW_PAIR)}


def known(row: Sequence[Any]) -> Known:
    published = aware(row[6])
    return Known(row[0], row[1], row[2], row[3], row[4], row[5], published.timestamp() if published else None)
