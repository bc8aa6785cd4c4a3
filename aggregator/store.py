"""Writing what feeds said: decide what is new and what has changed, then write in bulk with plain SQL.

The one place where the ORM is passed by: it is six times cheaper (docs/polling.md). Everything happens on the
cursor of the caller's transaction, together with the validators and counters it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import index
from .parsed import ParsedEntry
from .rhythm import Rhythm, rhythm_of_dates, rhythm_of_feed
from .stamps import moment, stamp
from .storing import bulk
from .storing.known import Known, find_known
from .storing.rows import (
    BODY_COLUMNS,
    ENCLOSURE_COLUMNS,
    ENTRY_COLUMNS,
    body_row,
    enclosure_rows,
    entry_row,
    next_ids,
)
from .visit import Visited

when_edited: list[Callable[[list[int]], None]] = []
"""Told the ids of entries whose text was changed by their publisher, in the same transaction, after it is in.

Rooms above register in their AppConfig.ready.
"""


@dataclass(slots=True)
class Stored:
    """What became of one document: the feed's counters after it."""

    entry_count: int
    last_entry: int
    newest_at: datetime | None
    rhythm: Rhythm
    new: int = 0
    changed: int = 0


@dataclass(slots=True)
class Decision:
    """One document's entries, told apart. Pure data: no database was asked to make it."""

    new: list[ParsedEntry] = field(default_factory=list)
    changed: list[tuple[Known, ParsedEntry]] = field(default_factory=list)
    renamed: list[tuple[Known, ParsedEntry]] = field(default_factory=list)  # same entry under a new uid


def store(cursor: Any, visits: Sequence[Visited]) -> dict[int, Stored]:
    """Write the entries of a group of visits, at most one a feed; returns each feed's new counters."""
    decisions = [(visited, decide_for(cursor, visited)) for visited in visits if visited.parsed]
    ids = iter(next_ids(cursor, sum(len(decision.new) for _, decision in decisions)))
    numbered: list[tuple[Visited, int, ParsedEntry]] = []
    stored = {}
    for visited, decision in decisions:
        mine = [(visited, next(ids), entry) for entry in oldest_first(decision.new)]
        numbered += mine
        stored[visited.feed.id] = counters(visited, decision, mine)
    insert(cursor, numbered)
    for visited, decision in decisions:
        rename(cursor, decision.renamed)
        change(cursor, visited, decision.changed)
    for visited, decision in decisions:
        if decision.new and visited.feed.entry_count:
            stored[visited.feed.id].rhythm = rhythm_of_feed(cursor, visited.feed.id, visited.at)
    return stored


def decide_for(cursor: Any, visited: Visited) -> Decision:
    """Ask the database only what the document's own window could not tell."""
    assert visited.parsed
    entries = visited.parsed.entries
    if not entries:
        return Decision()
    if not visited.feed.entry_count:
        return Decision(new=entries)
    known = find_known(cursor, visited.feed, visited.parsed)
    return decide(entries, known.by_uid, known.as_other, known.expired)


def decide(
    entries: Iterable[ParsedEntry],
    by_uid: dict[str, Known],
    as_other: dict[str, Known],
    expired: set[str],
) -> Decision:
    """New, changed, renamed or same. An entry that went and is shown again is none of them."""
    decision = Decision()
    for entry in entries:
        known = by_uid.get(entry.uid)
        if known is None and (known := as_other.get(entry.uid)):
            decision.renamed.append((known, entry))
        if known is None:
            if entry.uid not in expired:
                decision.new.append(entry)
        elif known.digest != entry.digest:
            decision.changed.append((known, entry))
    return decision


def oldest_first(entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    """In the order they should have arrived: by date where they have one, else from the document's end."""
    backwards = list(reversed(entries))
    if all(entry.published or entry.updated for entry in backwards):
        backwards.sort(key=lambda entry: entry.published or entry.updated or 0)
    return backwards


def counters(visited: Visited, decision: Decision, mine: Sequence[tuple[Visited, int, ParsedEntry]]) -> Stored:
    """The feed's counters once its new entries are in."""
    feed = visited.feed
    newest = feed.history.newest_at
    dates = [sorted_at(entry, visited.at) for _, _, entry in mine]
    if dates:
        newest = max([*dates, newest] if newest else dates)
    return Stored(
        entry_count=feed.entry_count + len(mine),
        last_entry=mine[-1][1] if mine else feed.last_entry,
        newest_at=newest,
        rhythm=rhythm_of_dates(dates, visited.at) if not feed.entry_count else feed.rhythm,
        new=len(mine),
        changed=len(decision.changed),
    )


def sorted_at(entry: ParsedEntry, arrived: datetime) -> datetime:
    """The publisher's date when there is one, never later than the entry's arrival."""
    said = moment(entry.published or entry.updated)
    return said if said and said < arrived else arrived


def insert(cursor: Any, numbered: Sequence[tuple[Visited, int, ParsedEntry]]) -> None:
    """New entries with everything that belongs to them."""
    if not numbered:
        return
    arrived = {visited.feed.id: stamp(visited.at) for visited, _, _ in numbered}
    rows = [
        entry_row(number, visited, entry, sorted_at(entry, visited.at), arrived[visited.feed.id])
        for visited, number, entry in numbered
    ]
    bulk.insert(cursor, "aggregator_entry", ENTRY_COLUMNS, rows)
    bodies = [body_row(number, entry) for _, number, entry in numbered]
    bulk.insert(cursor, "aggregator_entrybody", BODY_COLUMNS, bodies)
    belongings(cursor, [(number, entry) for _, number, entry in numbered])
    index.add(cursor, [(number, visited.feed.id, entry.title, entry.text) for visited, number, entry in numbered])


def belongings(cursor: Any, entries: Sequence[tuple[int, ParsedEntry]]) -> None:
    """What belongs to entries that have nothing yet."""
    enclosures = [row for number, entry in entries for row in enclosure_rows(number, entry)]
    bulk.insert(cursor, "aggregator_enclosure", ENCLOSURE_COLUMNS, enclosures)


def rename(cursor: Any, renamed: Sequence[tuple[Known, ParsedEntry]]) -> None:
    """The same entries, known by their new uids from now on."""
    if renamed:
        cursor.executemany(
            "UPDATE aggregator_entry SET uid = %s WHERE id = %s",
            [(entry.uid, known.id) for known, entry in renamed],
        )


def change(cursor: Any, visited: Visited, changed: Sequence[tuple[Known, ParsedEntry]]) -> None:
    """Entries their publisher edited: same row, same state for everybody, and it says so."""
    if not changed:
        return
    for known, entry in changed:
        row = dict(
            zip(ENTRY_COLUMNS, entry_row(known.id, visited, entry, visited.at, stamp(visited.at)), strict=True)
        )
        edited = entry.title != known.title or entry.text != known.text
        keep = {"id", "feed_id", "uid", "arrived_at", "sorted_at"} | (set() if edited else {"edited_at"})
        fields = [column for column in ENTRY_COLUMNS if column not in keep]
        row["edited_at"] = stamp(visited.at)
        cursor.execute(
            f"UPDATE aggregator_entry SET {', '.join(f'{c} = %s' for c in fields)} WHERE id = %s",
            [*(row[column] for column in fields), known.id],
        )
        cursor.execute(
            "UPDATE aggregator_entrybody SET html = %s, text = %s, terms = %s, links = %s, extra = %s "
            "WHERE entry_id = %s",
            [*body_row(known.id, entry)[1:], known.id],
        )
    numbers = [known.id for known, _ in changed]
    marks = ", ".join(["%s"] * len(numbers))
    cursor.execute(f"DELETE FROM aggregator_enclosure WHERE entry_id IN ({marks})", numbers)
    belongings(cursor, [(known.id, entry) for known, entry in changed])
    feed = visited.feed.id
    index.forget(cursor, [(known.id, feed, known.title, known.text) for known, _ in changed])
    index.add(cursor, [(known.id, feed, entry.title, entry.text) for known, entry in changed])
    for tell in when_edited:
        tell(numbers)
