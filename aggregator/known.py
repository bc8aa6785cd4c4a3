"""Which of a document's entries we know already, by id or by what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .hashes import uid_hash
from .parsed import ParsedEntry, ParsedFeed
from .spelling import link_key
from .stamps import aware
from .visit import Claimed

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
    gone = [known(row) for row in cursor.fetchall() if uid_hash(row[1]) in vanished]
    return same_under_other_uid(entries, gone)


def same_under_other_uid(entries: Iterable[ParsedEntry], gone: Iterable[Known]) -> dict[str, Known]:
    """Match by what they say: equal digest, else a link only one of each has, else title and date together."""
    entries, gone = list(entries), list(gone)
    matched: dict[str, Known] = {}
    taken: set[int] = set()
    for theirs, ours in (
        ([e.digest for e in entries], [k.digest for k in gone]),
        (
            [link_key(e.link) if e.link else None for e in entries],
            [link_key(k.link) if k.link else None for k in gone],
        ),
        ([dated_title(e.title, e.published) for e in entries], [dated_title(k.title, k.published) for k in gone]),
    ):
        once = {key for key, count in Counter(ours).items() if count == 1 and key is not None}
        once &= {key for key, count in Counter(theirs).items() if count == 1}
        by_key = {key: k for key, k in zip(ours, gone, strict=True) if key in once}
        for key, entry in zip(theirs, entries, strict=True):
            k = by_key.get(key)
            if k is not None and entry.uid not in matched and k.id not in taken:
                matched[entry.uid] = k
                taken.add(k.id)
    return matched


def dated_title(title: str, published: float | None) -> tuple[str, float] | None:
    """What two entries share when they are one; None where that says too little."""
    return (title, published) if len(title) >= 10 and published is not None else None


def uid_hashes(window: bytes) -> set[int]:
    """The uid hashes of a window (pairs of signed 64-bit numbers, big-endian)."""
    return {int.from_bytes(window[at : at + 8], "big", signed=True) for at in range(0, len(window), WINDOW_PAIR)}


def known(row: Sequence[Any]) -> Known:
    published = aware(row[6])
    return Known(row[0], row[1], row[2], row[3], row[4], row[5], published.timestamp() if published else None)
