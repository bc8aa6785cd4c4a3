"""Where a quote stands in a text, also after the text was edited: from a quote and what is around it to positions.

Blank space never counts: a browser says it otherwise than the text has it, and publishers set it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

AROUND = 32  # characters kept on either side of a quote
HOLD = 12  # characters of the surroundings that must be there for an edited quote to be known again
LIKE_ENOUGH = 0.7  # of an edited quote, 1 being the same
MOST = 200  # places of one quote that are compared
MOST_GUESSES = 5  # of an edited one: each costs the square of its length
LONGEST_GUESS = 1500  # characters


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text, from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A quote, what stands before and after it, and where it was last seen."""

    quote: str
    before: str = ""
    after: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Text:
    """A text in which quotes are looked for."""

    whole: str

    @cached_property
    def at(self) -> list[int]:
        """Where each character of `bare` stands in the whole."""
        return [n for n, character in enumerate(self.whole) if not character.isspace()]

    @cached_property
    def bare(self) -> str:
        return without_blanks(self.whole)

    def span(self, start: int, end: int) -> Span:
        """The characters of the whole that are these of `bare`."""
        return Span(self.at[start], self.at[end - 1] + 1)


def find(text: Text, anchor: Anchor, *, guess: bool = True) -> Span | None:
    """Where the quote stands: of several places the one whose surroundings fit best, then the nearest.

    A quote that is in the text no more is known by its surroundings, if most of it is still there; that costs more
    than looking, so who has been told that it is lost need not `guess` again.
    """
    quote, before, after = (without_blanks(part) for part in (anchor.quote, anchor.before, anchor.after))
    if not quote:
        return None
    places = list(all_places(text.bare, quote))
    if not places:
        return edited(text, quote, before, after) if guess else None

    def fits(place: int) -> tuple[int, int]:
        around = alike_before(text.bare[:place], before) + alike_after(text.bare[place + len(quote) :], after)
        return around, -abs(text.at[place] - anchor.start)

    best = max(places, key=fits)
    return text.span(best, best + len(quote))


def edited(text: Text, quote: str, before: str, after: str) -> Span | None:
    """What stands now between the surroundings of the quote, where it is still much the same."""
    if len(quote) > LONGEST_GUESS:
        return None
    guesses = list(between(text.bare, before[-HOLD:], after[:HOLD], len(quote)))[:MOST_GUESSES]
    like, a, b = max(((likeness(text.bare[a:b], quote), a, b) for a, b in guesses), default=(0.0, 0, 0))
    return text.span(a, b) if like >= LIKE_ENOUGH else None


def likeness(one: str, other: str) -> float:
    """From 0 to 1; what cannot be enough is not worked out."""
    compared = SequenceMatcher(None, one, other, autojunk=False)
    return compared.ratio() if compared.quick_ratio() >= LIKE_ENOUGH else 0.0


def between(bare: str, before: str, after: str, length: int) -> Iterator[tuple[int, int]]:
    """Stretches between two surroundings, as long as the quote or up to half as long again."""
    if len(before) < HOLD or len(after) < HOLD:
        return
    for place in all_places(bare, before):
        start = place + len(before)
        end = bare.find(after, start + 1, start + length * 3 // 2 + 20 + len(after))
        if end > start:
            yield start, end


def anchored(text: Text, span: Span, quote: str = "") -> Anchor:
    """The anchor of a stretch of text; `quote` where its own way of putting it is to be kept."""
    before, after = text.whole[max(0, span.start - AROUND) : span.start], text.whole[span.end : span.end + AROUND]
    return Anchor(quote or text.whole[span.start : span.end], before, after, span.start, span.end)


def all_places(bare: str, quote: str) -> Iterator[int]:
    """The first so many places a quote stands at."""
    place = bare.find(quote)
    for _ in range(MOST):
        if place < 0:
            return
        yield place
        place = bare.find(quote, place + 1)


def alike_before(text: str, said: str) -> int:
    """How many characters at the end of both are the same."""
    return alike_after(text[-len(said) :][::-1], said[::-1]) if said else 0


def alike_after(text: str, said: str) -> int:
    """How many characters at the beginning of both are the same."""
    most = min(len(text), len(said))
    return next((n for n in range(most) if text[n] != said[n]), most)


def without_blanks(text: str) -> str:
    return "".join(text.split())
