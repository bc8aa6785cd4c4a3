"""What is remembered of an entry to compare others with it: its words as numbers, cut into passages. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .sentences import marks_of, number, own_sentences, passages, without_boilerplate, words_of

Numbers = NDArray[np.uint32]  # 32 bits tell the few hundred thousand things of one author apart

EVERYWHERE, SHARE = 4, 0.05  # a sentence in so many of somebody's entries, or such a share of them, is boilerplate
_FACTORS = tuple(np.uint32(factor) for factor in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))


@dataclass(frozen=True, slots=True)
class Print:
    """`ends` are the places in `words` where passages end; `marks` its sentences, boilerplate among them."""

    words: Numbers
    ends: Numbers
    marks: Numbers

    def __len__(self) -> int:
        return len(self.words)


def print_of(sentences: Sequence[Sequence[str]], everywhere: Collection[int] = ()) -> Print:
    """The print of an entry whose sentences were read already (`read`)."""
    marks = marks_of(sentences)
    cut = passages(without_boilerplate(sentences, marks, everywhere))
    words = [number(word) for passage in cut for word in passage]
    ends = np.cumsum([len(passage) for passage in cut], dtype=np.uint32)
    return Print(np.array(words, np.uint32), ends, np.array(sorted(set(marks)), np.uint32))


def read(html: str) -> list[list[str]]:
    """The words of an entry's own sentences."""
    return [words for sentence in own_sentences(html) if (words := words_of(sentence))]


def everywhere(marks: Sequence[Numbers]) -> set[int]:
    """The sentences that stand in at least four of these entries, and in a twentieth of them."""
    if len(marks) < EVERYWHERE:
        return set()
    each, times = np.unique(np.concatenate(marks), return_counts=True)
    return {int(mark) for mark in each[times >= max(EVERYWHERE, SHARE * len(marks))]}


def pairs_of(words: Numbers) -> Numbers:
    """A number for each two neighbours, one fewer than there are words."""
    return _mixed(words[:-1] * _FACTORS[0] + words[1:] * _FACTORS[1])


def runs_of(pairs: Numbers) -> Numbers:
    """A number for each four words in a row, of the pairs they are made of."""
    return _mixed(pairs[:-2] * _FACTORS[2] + pairs[2:] * _FACTORS[3])


def _mixed(numbers: Numbers) -> Numbers:
    """The same, so that every bit hangs on every other."""
    numbers ^= numbers >> np.uint32(16)
    numbers *= np.uint32(0x7FEB352D)
    numbers ^= numbers >> np.uint32(15)
    return numbers
