"""Two pieces side by side: the passages they share, and in them the words that stand in both. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from aggregator.folding import UNSPACED
from reading.seeking.marked import with_marks

from .sentences import number, own_sentences, words_of

RUN, RUN_UNSPACED = 4, 5  # words, or characters, in a row
MOST = 8  # passages of each that are shown
_WORD = re.compile(f"[{UNSPACED}]|[^\\W{UNSPACED}]+")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """The sentences of one piece that have something shared in them, marked; and how many more there are."""

    passages: list[SafeString]
    more: int


def side_by_side(one: str, other: str) -> tuple[Side, Side]:
    """Of two pieces of safe HTML."""
    left, right = own_sentences(one), own_sentences(other)
    shared = set(runs(left)) & set(runs(right))
    return side(left, shared), side(right, shared)


def runs(sentences: Sequence[str]) -> Iterator[int]:
    for sentence in sentences:
        yield from (run for run, _span in runs_with_spans(sentence))


def runs_with_spans(sentence: str) -> Iterator[tuple[int, Span]]:
    """Each row of words in a sentence as a number, and where it stands."""
    found = [(match.span(), match[0]) for match in _WORD.finditer(sentence)]
    length = RUN_UNSPACED if found and sum(len(word) == 1 for _, word in found) > len(found) * 0.6 else RUN
    said = [" ".join(words_of(word)) for _, word in found]
    for at in range(len(found) - length + 1):
        yield number(" ".join(said[at : at + length])), (found[at][0][0], found[at + length - 1][0][1])


def side(sentences: Sequence[str], shared: set[int]) -> Side:
    marked = []
    for sentence in sentences:
        spans = joined([span for run, span in runs_with_spans(sentence) if run in shared])
        if spans:
            marked.append(with_marks(sentence, spans))
    return Side(marked[:MOST], max(0, len(marked) - MOST))


def joined(spans: Sequence[Span]) -> list[Span]:
    """Spans that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
