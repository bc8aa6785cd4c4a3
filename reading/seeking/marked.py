"""Where the words one looked for stand in a text, found as the index finds them, and marked for the rows shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString

from aggregator.folding import UNSPACED, folded, pieces

from .query import Words

MOST_READ = 60_000  # characters of a text that are looked through
AROUND = 40  # characters shown before the first word
LENGTH = 240  # of a snippet
_unspaced = re.compile(f"[{UNSPACED}]")
_blank = re.compile(r"\s")


@lru_cache(maxsize=2000)
def pattern_of(said: str, open: bool = False) -> str:
    """A regular expression that finds a word or phrase in a folded text, linear in the text's length."""
    parts = list(pieces(said))
    if not parts:
        return ""
    before = "" if _unspaced.match(parts[0]) else rf"(?<![^\s{UNSPACED}])"
    after = "" if open or _unspaced.match(parts[-1]) else rf"(?![^\s{UNSPACED}])"
    joined = re.escape(parts[0])
    for left, right in pairwise(parts):
        gap = r"\s*" if _unspaced.match(left) or _unspaced.match(right) else r"\s+"
        joined += gap + re.escape(right)
    return before + joined + after


def finder(words: Iterable[Words], *, in_title: bool) -> re.Pattern[str] | None:
    """One expression for all of them; None where there is nothing to find."""
    said = {(each.said, each.open) for each in words if in_title or not each.in_title}
    longest_first = sorted(said, key=lambda each: (-len(each[0]), each))
    patterns = [pattern for pattern in (pattern_of(*each) for each in longest_first) if pattern]
    return _compiled("|".join(patterns)) if patterns else None


@lru_cache(maxsize=200)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def holds(text: str, all_of: Sequence[Sequence[Words]], none_of: Sequence[Words]) -> bool:
    """Whether a folded text holds something of every group, and none of the others."""
    return all(any(_in(text, words) for words in group) for group in all_of) and not any(
        _in(text, words) for words in none_of
    )


def _in(text: str, words: Words) -> bool:
    return bool(_compiled(pattern_of(words.said, words.open)).search(text))


def snippet(text: str, find: re.Pattern[str] | None, length: int = LENGTH) -> SafeString | None:
    """The words around the first place, escaped, with what was looked for marked; None where it is nowhere."""
    if find is None:
        return None
    text = text[:MOST_READ]
    first = find.search(folded(text))
    if first is None:
        return None
    drift = abs(len(folded(text[: first.start()])) - first.start()) + 2
    begin = max(0, first.start() - AROUND - drift)
    window = text[begin : first.end() + length + drift]
    found = places(window, find)
    if not found:
        return None
    start = _word_start(window, max(0, found[0][0] - AROUND), found[0][0])
    end = _word_end(window, min(len(window), max(start + length, found[0][1])), found[0][1])
    inside = [(max(a, start) - start, b - start) for a, b in found if b <= end]
    words = with_marks(window[start:end], inside)
    before = "…" if begin + start > 0 else ""
    return SafeString(f"{before}{words}{'…' if begin + end < len(text) else ''}")


def marked(text: str, find: re.Pattern[str] | None) -> SafeString:
    """A whole short text, escaped, with the words marked."""
    return with_marks(text, places(text, find) if find else [])


def places(text: str, find: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where it stands in a text as it was written: pairs of start and end."""
    if text.isascii():  # folded letter for letter
        return [match.span() for match in find.finditer(folded(text)) if match.end() > match.start()]
    parts, origins = [], list[int]()
    for at, character in enumerate(text):
        small = character.lower() if character.isascii() and character.isalnum() else folded(character)
        parts.append(small)
        origins += [at] * len(small)
    said = "".join(parts)
    return [
        (origins[match.start()], _accents_too(text, origins[match.end() - 1] + 1))
        for match in find.finditer(said)
        if match.end() > match.start()
    ]


def _accents_too(text: str, end: int) -> int:
    """Marks that belong to the last letter are left with it."""
    while end < len(text) and not text[end].isascii() and folded(text[end]) == "":
        end += 1
    return end


def with_marks(text: str, found: Sequence[tuple[int, int]]) -> SafeString:
    out, at = [], 0
    for start, end in found:
        if start >= at:
            out += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    return SafeString("".join([*out, escape(text[at:])]))


def _word_start(text: str, at: int, first: int) -> int:
    """Where a word begins, from a place on; in a script without spaces the place itself."""
    if at == 0:
        return 0
    blank = _blank.search(text, at, first)
    return blank.end() if blank else at


def _word_end(text: str, at: int, last: int) -> int:
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", max(last, at - 30), at)
    return blank if blank > 0 else at
