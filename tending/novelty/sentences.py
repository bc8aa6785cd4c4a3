"""What of an entry is its author's own prose: its sentences, without code, quotations and boilerplate."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from hashlib import blake2b

from aggregator.cleaning.plain import from_clean
from aggregator.folding import in_pairs

MOST_CHARACTERS = 60_000  # of an entry's HTML; of a book its beginning speaks for it
_BLOCK = re.compile(
    r"<(?:br|hr|/?(?:p|div|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|figure|figcaption|section))\b[^>]*>"
)
_NOT_OWN = re.compile(r"<(/?)(pre|code|blockquote|q)\b[^>]*>")
_ENDS = re.compile(r"(?<=[.!?…])[”’»\"')\]]*\s+|(?<=[。！？])[」』”’]*")


def own_sentences(html: str) -> list[str]:
    """The sentences of safe HTML in their order; code and quotations are somebody else's words, or none."""
    lines = (from_clean(part)[0] for part in _BLOCK.split(without_quotations(html[:MOST_CHARACTERS])))
    return [said for line in lines if line for sentence in _ENDS.split(line) if (said := sentence.strip())]


def without_quotations(html: str) -> str:
    """HTML without what stands in pre, code, blockquote and q, however they are nested."""
    kept, depth, at = [], 0, 0
    for tag in _NOT_OWN.finditer(html):
        if not depth:
            kept += [html[at : tag.start()], " " if tag[2] in ("code", "q") else "<br>"]
        depth = max(0, depth + (-1 if tag[1] else 1))
        at = tag.end()
    return "".join([*kept, html[at:] if not depth else ""])


def words_of(sentence: str) -> list[str]:
    """Lower-case words; scripts without spaces in pairs of characters, as the search index has them."""
    return in_pairs(sentence).split()


@lru_cache(maxsize=200_000)
def number(word: str) -> int:
    """A word as 32 bits, the same in every process."""
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=4).digest(), "little")


def marks_of(sentences: Sequence[Sequence[str]]) -> list[int]:
    """Each sentence as one number, by which it is known again in another entry."""
    return [number(" ".join(words)) for words in sentences]


def passages(sentences: Sequence[Sequence[str]], *, of: int = 60, most: int = 40) -> list[list[str]]:
    """Sentences joined to passages of at least so many words, the last one what is left over."""
    found: list[list[str]] = []
    open_one: list[str] = []
    for words in sentences:
        open_one += words
        if len(open_one) >= of:
            found.append(open_one)
            open_one = []
    if open_one and (not found or len(open_one) >= of // 3):
        found.append(open_one)
    elif open_one:
        found[-1] = found[-1] + open_one
    return found[:most]


def without_boilerplate(
    sentences: Sequence[Sequence[str]], marks: Sequence[int], everywhere: Collection[int]
) -> list[Sequence[str]]:
    """Only the sentences that do not stand in every other entry of the same author."""
    return [words for words, mark in zip(sentences, marks, strict=True) if mark not in everywhere]
