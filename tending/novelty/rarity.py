"""How rare words and pairs of words are in a language, counted in buckets, so that it stays small. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .prints import Numbers, Print, pairs_of

BITS, SHIFT = (
    20,
    np.uint32(12),
)  # a million buckets; where several rare things share one they are told a little less rare than they are
ENOUGH = 20_000  # entries of a language after which counting more changes nothing
GROWN = 1.1  # so much more is known before everything is weighed anew
Counts = NDArray[np.uint16]


@dataclass(slots=True)
class Language:
    """In how many entries of one language each bucket's words or pairs stand."""

    entries: int = 0
    counts: Counts = field(default_factory=lambda: np.zeros(1 << BITS, np.uint16))

    def count(self, buckets: Numbers) -> bool:
        """One more entry; False where enough have been counted."""
        if self.entries >= ENOUGH:
            return False
        self.entries += 1
        self.counts[buckets] += np.uint16(1)
        return True


@dataclass(slots=True)
class Rarity:
    """All languages of an instance. What is rare among all entries may be everyday in its own language."""

    languages: dict[str, Language] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)  # languages counted since they were loaded
    weights: dict[str, tuple[int, NDArray[np.float32]]] = field(default_factory=dict)  # by language, of each bucket

    def count(self, language: str, entry: Print) -> None:
        """Words and pairs of one more entry."""
        buckets = np.unique(np.concatenate([entry.words, pairs_of(entry.words)]) >> SHIFT)
        if self.languages.setdefault(language, Language()).count(buckets):
            self.changed.add(language)

    def of(self, language: str, numbers: Numbers) -> NDArray[np.float32]:
        """How much each of these says (idf): the less of its rarity among all and in its own language."""
        entries = sum(each.entries for each in self.languages.values())
        weighed, weights = self.weights.get(language, (-1, None))
        if weights is None or entries > weighed * GROWN:
            weights = self._weigh(language, entries)
            self.weights[language] = entries, weights
        return np.asarray(weights[numbers >> SHIFT])

    def _weigh(self, language: str, entries: int) -> NDArray[np.float32]:
        own = self.languages.get(language) or Language()
        counts = sum((each.counts.astype(np.uint32) for each in self.languages.values()), np.uint32(0))
        return np.asarray(np.minimum(_idf(entries, counts), _idf(own.entries, own.counts)))


def _idf(entries: int, counts: Any) -> NDArray[np.float32]:
    idf = np.log((entries + 1) / (counts + np.float32(0.5)))
    return np.asarray(np.maximum(idf, 0), np.float32)


def packed(language: Language) -> bytes:
    return zlib.compress(language.counts.tobytes(), 1)


def unpacked(entries: int, counts: bytes) -> Language:
    return Language(entries, np.frombuffer(zlib.decompress(counts), np.uint16).copy())
