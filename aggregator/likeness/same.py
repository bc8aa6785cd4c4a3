"""Whether two entries are one story. Nobody's own words are hidden behind another's: when in doubt, they are two.

The order and the constants were measured (docs/stories.md): the same address; a short entry about the other's page;
the same title within two weeks; nearly the same text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from .prints import ADDRESS, FEW, POINTS, TEXT, TITLE, Piece, shingles, split

DAYS = 14 * 86_400.0  # seconds between two entries of one title
OF_A_TITLE = 0.3  # of the shorter text must stand in the other
OF_A_TEXT = 0.5
OF_A_SHORT = 0.6  # of the words of a short entry, by twos
FEWEST = 5  # three-word shingles by which anything can be said
A_PART = 0.25  # of the longer text; what is less of it is quoted in a round-up rather than published again
ORDER = (ADDRESS, POINTS, TITLE, TEXT)

_address = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+)+/\S*")


def same(one: Piece, other: Piece, by: Collection[str], common: Collection[int] = ()) -> str:
    """By what two entries of different feeds are one story; empty where they are two.

    `by`: what the two share; `common`: shingles that stand in many entries of either's feed.
    """
    return next((kind for kind in ORDER if kind in by and TESTS[kind](one, other, common)), "")


def at_one_address(one: Piece, other: Piece, common: Collection[int]) -> bool:
    """Unless it is somebody else's words on that page."""
    if one.title_words and one.title_words == other.title_words:
        return True
    short, long = by_length(one, other)
    if short.is_short:
        return is_of(short, long)
    return contained(short, long, common) >= OF_A_TITLE


def about_its_page(one: Piece, other: Piece, _common: Collection[int]) -> bool:
    """A short entry that links to the other and says little more than it does."""
    short, long = by_length(one, other)
    return short.is_short and not long.is_short and is_of(short, long)


def of_one_title(one: Piece, other: Piece, common: Collection[int]) -> bool:
    return abs(one.at - other.at) <= DAYS and contained(*by_length(one, other), common) >= OF_A_TITLE


def of_one_text(one: Piece, other: Piece, common: Collection[int]) -> bool:
    short, long = by_length(one, other)
    if len(short.threes) < max(FEW, A_PART * len(long.threes)):
        return False
    return contained(short, long, common, FEW) >= OF_A_TEXT


TESTS = {ADDRESS: at_one_address, POINTS: about_its_page, TITLE: of_one_title, TEXT: of_one_text}


def by_length(one: Piece, other: Piece) -> tuple[Piece, Piece]:
    return (one, other) if len(one.words) <= len(other.words) else (other, one)


def contained(short: Piece, long: Piece, common: Collection[int], fewest: int = FEWEST) -> float:
    """How much of the shorter text stands in the longer, 0 to 1, without what all of its feed has in common."""
    own = short.threes.difference(common)
    return len(own & long.threes) / len(own) if len(own) >= fewest else 0.0


def is_of(short: Piece, long: Piece) -> bool:
    """Whether a short entry's words, without addresses, are those of the other's title and text."""
    title_then_text = long.title_words + long.words
    said = [*shingles(short.title_words, 2), *shingles(split(_address.sub(" ", short.text)), 2)]
    if not said:
        return not short.text.strip() and short.title_words in ([], long.title_words)
    theirs = frozenset(shingles(title_then_text, 2))
    return sum(two in theirs for two in said) >= OF_A_SHORT * len(said)


def common_in(texts: Iterable[Sequence[bytes]]) -> frozenset[int]:
    """The shingles that stand in two or more of these texts of one feed: its head, its foot, its licence."""
    times = Counter(three for words in texts for three in set(shingles(words, 3)))
    return frozenset(three for three, count in times.items() if count > 1)
