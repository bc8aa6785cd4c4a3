"""The words of a new entry that its author never used before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from aggregator.models import Entry
from network.portraying.topics import UNSPACED, WORD
from network.portraying.words import of as listed

from .likeness import Writing
from .sentences import number, own_sentences, words_of

MOST, OFTEN = 5, 2  # how many are named; a word said once may be a slip
SHORTEST = 4
COMMON = listed("common")
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*")


def of(entry: int, writing: Writing, at: int) -> list[str]:
    """In the author's spelling, those that say most first. One query."""
    row = Entry.objects.filter(pk=entry).values_list("title", "body__html").first()
    if row is None:
        return []
    before = set(writing.words[: writing.starts[at]].tolist())
    return never_said(row[0], own_sentences(row[1] or ""), before)


def never_said(title: str, sentences: Collection[str], before: set[int]) -> list[str]:
    """Words that come twice, or once and in the title, and whose numbers are not among those said before."""
    text = _ADDRESS.sub(" ", " ".join(sentences))
    if UNSPACED.search(text[:500]):
        return []  # where words begin is not written down
    said = [word for word in WORD.findall(text) if len(word) >= SHORTEST]
    times = Counter(word.casefold() for word in said)
    in_title = {word.casefold() for word in WORD.findall(title)}
    spelt: dict[str, str] = {}
    for word in said:
        spelt.setdefault(word.casefold(), word)
    new = [
        word
        for word, n in times.most_common()
        if (n >= OFTEN or word in in_title) and word not in COMMON and before.isdisjoint(_numbers(word))
    ]
    return [spelt[word] for word in new[:MOST]]


def _numbers(word: str) -> set[int]:
    return {number(part) for part in words_of(word)}
