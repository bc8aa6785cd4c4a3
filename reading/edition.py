"""Which pieces make an edition: pure choosing. No database, no clock; the same candidates, the same edition.

One piece of everybody before a second of anybody; whoever was silent longest comes first; and no more than the
minutes there are. docs/today.md says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

LONG_SILENCE = 21  # days; worth a word in the margin
COVER = 2  # minutes a cover piece takes at least, where there is such a piece
SECONDS = 2  # further pieces of one person at most


@dataclass(frozen=True)
class Candidate:
    """An unread entry that could be in an edition."""

    entry: int
    person: int
    minutes: int
    at: float  # seconds since the epoch: newer ones first
    silence: int  # days its person was silent before it
    medium: str = "text"


@dataclass(frozen=True)
class Piece:
    """An entry of an edition, and why it is there: "first" of its person, "second", or "alone"."""

    entry: int
    person: int
    minutes: int
    why: str
    silence: int = 0

    @property
    def as_row(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Chosen:
    """An edition. Of what was left out only what is too long, since the rest waits in the river."""

    pieces: list[Piece] = field(default_factory=list)
    too_long: list[int] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(piece.minutes for piece in self.pieces)


def choose(candidates: Iterable[Candidate], minutes: int) -> Chosen:
    """The edition for so many minutes.

    What is longer than that is left out, unless nothing else is there: then the shortest of it comes alone.
    """
    ordered = sorted(candidates, key=lambda each: (-each.at, -each.entry))
    fitting = [each for each in ordered if each.minutes <= minutes]
    too_long = [each for each in ordered if each.minutes > minutes]
    if not fitting and too_long and minutes > 0:
        shortest = min(too_long, key=lambda each: (each.minutes, -each.at, each.entry))
        return Chosen([piece(shortest, "alone")], [each.entry for each in too_long if each != shortest])
    people = by_person(fitting)
    firsts, rest = round_of(people, minutes)
    chosen = [piece(each, "first") for each in firsts]
    used = {each.entry for each in firsts}
    for _turn in range(SECONDS):
        everybody_had_one = len({each.person for each in chosen}) == len(people)
        if not everybody_had_one or not rest:
            break
        left = [[each for each in theirs if each.entry not in used] for theirs in people]
        more, rest = round_of([theirs for theirs in left if theirs], rest)
        chosen += [piece(each, "second") for each in more]
        used |= {each.entry for each in more}
    return Chosen(cover_first(chosen, {each.entry: each for each in firsts}), [each.entry for each in too_long])


def by_person(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Everybody's pieces, newest first; whoever was silent longest before theirs comes first."""
    theirs: dict[int, list[Candidate]] = defaultdict(list)
    for each in candidates:
        theirs[each.person].append(each)
    return sorted(theirs.values(), key=lambda all_of: (-all_of[0].silence, -all_of[0].at, all_of[0].person))


def round_of(people: Sequence[Sequence[Candidate]], minutes: int) -> tuple[list[Candidate], int]:
    """One piece of each: their newest that still fits. And the minutes that are left."""
    chosen = []
    for theirs in people:
        fits = next((each for each in theirs if each.minutes <= minutes), None)
        if fits:
            chosen.append(fits)
            minutes -= fits.minutes
    return chosen, minutes


def cover_first(pieces: list[Piece], firsts: dict[int, Candidate]) -> list[Piece]:
    """The first text that is long enough for an excerpt stands on the cover; the order stays otherwise."""
    good = (
        each
        for each in pieces
        if each.entry in firsts and firsts[each.entry].medium == "text" and each.minutes >= COVER
    )
    cover = next(good, pieces[0] if pieces else None)
    return [cover, *(each for each in pieces if each is not cover)] if cover else []


def piece(each: Candidate, why: str) -> Piece:
    return Piece(each.entry, each.person, each.minutes, why, each.silence)
