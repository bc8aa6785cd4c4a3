"""Whether a source deserves a decision: the reasons there are, and from which numbers on. Pure; silence is none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..novelty.habits import above

CODES = ("broken", "unread", "room", "reuse", "copies")
RARELY, SURE = 0.15, 0.9  # opened more seldom than this, as sure as that
PRIOR = (1.2, 2.8)  # of being opened, before anything is known
FEW, SOME = 10, 20  # pieces from which on anything is said
BROKEN_DAYS, BROKEN_TRIES = 14, 10
ROOM, LESS = 0.2, 1 / 3  # of all minutes; and what of that share is opened at most
COPIED = 0.6


@dataclass(slots=True)
class Numbers:
    """All that is known of a source, as it is kept and shown; every number can be counted again from the events."""

    shown: int = 0
    opened: int = 0
    minutes: float = 0.0  # a week
    part: float = 0.0  # of all minutes the roster asks for, 0 to 1
    opened_part: float = 0.0  # of all minutes that were opened
    estimated: bool = False
    gone: bool = False
    failing_days: int = 0
    failures: int = 0
    pieces: int = 0  # of the last half year; counted where there are copies
    copies: int = 0  # of these
    copy_of: str = ""  # whose, mostly
    reuse: str = ""  # the sentence about text that comes again; empty where it is no habit
    members: int = 0  # in a group: over how many the sums go; 0 on one's own roster

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def reasons(numbers: Numbers) -> list[str]:
    """Those that hold, in their order."""
    holds = (is_broken(numbers), is_unread(numbers), takes_room(numbers), bool(numbers.reuse), is_copy(numbers))
    return [code for code, there in zip(CODES, holds, strict=True) if there]


def deserves(found: list[str]) -> bool:
    """Two reasons, or that it is broken."""
    return "broken" in found or len(found) >= 2


def is_broken(numbers: Numbers) -> bool:
    long = numbers.failing_days >= BROKEN_DAYS and numbers.failures >= BROKEN_TRIES
    return numbers.gone or long


def is_unread(numbers: Numbers) -> bool:
    if numbers.shown < FEW:
        return False
    yes, no = PRIOR
    return 1 - above(RARELY, yes + numbers.opened, no + numbers.shown - numbers.opened) > SURE


def takes_room(numbers: Numbers) -> bool:
    enough = numbers.shown >= SOME and numbers.part >= ROOM
    return enough and numbers.opened_part <= LESS * numbers.part


def is_copy(numbers: Numbers) -> bool:
    return numbers.pieces >= FEW and numbers.copies >= COPIED * numbers.pieces
