"""What events say of each source: how much of it was shown, and how much of that was opened. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(weeks=26)  # events older than this are no evidence any more
RIPE = timedelta(days=7)  # what was shown for the first time since then may still be opened
MEETS = ("shown", "opened", "finished", "kept", "highlighted", "noted")
OPENS = MEETS[1:]  # each of them means that it was opened, by whatever way

Key = tuple[int, str]  # feed, and the author, or empty for all of it


@dataclass(frozen=True, slots=True)
class Seen:
    """One event, as far as it is evidence."""

    entry: int
    feed: int
    author: str
    kind: str
    at: datetime
    minutes: float = 0.0


@dataclass(slots=True)
class Evidence:
    """What is known of the reading of one source."""

    shown: int = 0  # entries met at least a week ago
    opened: int = 0  # of these
    minutes: float = 0.0  # of those opened


def gather(events: Iterable[Seen], wanted: Collection[Key], now: datetime) -> dict[Key, Evidence]:
    """The evidence of each of these sources, from one member's events in any order."""
    first: dict[int, Seen] = {}
    opened: set[int] = set()
    for event in events:
        if event.kind not in MEETS or not now - WINDOW <= event.at <= now:
            continue
        if event.entry not in first or event.at < first[event.entry].at:
            first[event.entry] = event
        if event.kind in OPENS:
            opened.add(event.entry)
    found = {key: Evidence() for key in wanted}
    for entry, event in first.items():
        if event.at > now - RIPE:
            continue
        for key in {(event.feed, ""), (event.feed, event.author)} & found.keys():
            each = found[key]
            each.shown += 1
            if entry in opened:
                each.opened += 1
                each.minutes += event.minutes
    return found


def add_up(members: Iterable[dict[Key, Evidence]], least: int) -> dict[Key, Evidence]:
    """The sums over the members who were shown something of a source; none where they are fewer than `least`."""
    sums: dict[Key, Evidence] = {}
    counts: dict[Key, int] = {}
    for member in members:
        for key, each in member.items():
            if each.shown:
                whole = sums.setdefault(key, Evidence())
                whole.shown += each.shown
                whole.opened += each.opened
                whole.minutes += each.minutes
                counts[key] = counts.get(key, 0) + 1
    return {key: each for key, each in sums.items() if counts[key] >= least}
