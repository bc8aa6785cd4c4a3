"""How many minutes pieces take, week by week, and how many the next weeks will: pure arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, median

from aggregator.models.entry import WORDS_A_MINUTE

WEEKS = 26
WEEK = timedelta(days=7)
MOST_WORDS = 6000  # of one piece: nobody reads a book that stands in a feed
HALF_LIFE = 8  # weeks after which a week says half as much about the next ones
A_PIECE = 700  # words of a piece of which only the beginning is in the feed
UNTIMED = {"audio": 30.0, "video": 10.0}  # minutes, where nobody says how long
FEW = 5  # pieces from which on less than a week says something about a week
_CUT = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|(?:read|continue)\s+\w*\s*(?:more|reading)|read (?:more|on)|continue reading"
    r"|weiterlesen|lire la suite|leia mais|seguir leyendo|阅读全文|続きを読む)[\s\W]*$",
    re.IGNORECASE,
)

Weeks = list[float | None]  # the latest first; None where nothing is known


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry as far as it costs time."""

    at: datetime
    words: int
    medium: str = "text"
    seconds: int = 0


def of_piece(piece: Piece, least_words: int = 0) -> float:
    """Minutes to read, hear or watch it. `least_words`: what is in the feed is only its beginning."""
    if piece.seconds:
        return piece.seconds / 60
    if piece.medium in UNTIMED:
        return UNTIMED[piece.medium]
    return min(max(piece.words, least_words), MOST_WORDS) / WORDS_A_MINUTE


def by_week(pieces: Iterable[Piece], oldest: datetime | None, now: datetime, least_words: int = 0) -> Weeks:
    """The minutes of the last weeks, the latest first; None for weeks before the oldest piece we hold.

    What claims to come from the future is not counted. Less than a week of pieces is stretched to one, where they
    are not too few to say anything.
    """
    if oldest is None or oldest >= now:
        return [None] * WEEKS
    weeks, count = [0.0] * WEEKS, 0
    for piece in pieces:
        number = (now - piece.at) // WEEK
        if 0 <= number < WEEKS:
            weeks[number] += of_piece(piece, least_words)
            count += 1
    age = now - oldest
    if age < WEEK and count >= FEW:
        weeks[0] *= WEEK / max(age, timedelta(days=1))
    known = min(max(1, age // WEEK), WEEKS)  # the week the oldest falls into is known in part only
    return [*weeks[:known], *[None] * (WEEKS - known)]


def filled(weeks: Sequence[float | None]) -> list[float]:
    """The same with what nothing is known of taken to be as the weeks that are known."""
    known = [minutes for minutes in weeks if minutes is not None]
    usual = mean(known) if known else 0.0
    return [usual if minutes is None else minutes for minutes in weeks]


def foretold(weeks: Sequence[float | None]) -> float:
    """Minutes a week to expect of the next ones: the mean, in which a recent week weighs more."""
    known = [(0.5 ** (n / HALF_LIFE), minutes) for n, minutes in enumerate(weeks) if minutes is not None]
    weight = sum(each for each, _ in known)
    return sum(each * minutes for each, minutes in known) / weight if weight else 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a whole roster asks for, in minutes a week."""

    usual: float  # the median week
    busiest: float
    weeks: list[float]  # the latest first

    def over(self, given: float, how_long: int = 4) -> bool:
        """Whether each of the last weeks asked for more than was given."""
        return given > 0 and len(self.weeks) >= how_long and all(each > given for each in self.weeks[:how_long])


def together(all_weeks: Iterable[Sequence[float | None]]) -> Cost:
    """What feeds cost together."""
    total = [0.0] * WEEKS
    for weeks in all_weeks:
        for n, minutes in enumerate(filled(weeks)[:WEEKS]):
            total[n] += minutes
    return Cost(median(total), max(total), total)


def is_beginning(text: str) -> bool:
    """Whether a text says that it goes on elsewhere, or there is none."""
    return not text.strip() or bool(_CUT.search(text[-80:]))
