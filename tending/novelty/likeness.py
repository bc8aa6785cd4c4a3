"""How much of an entry stood in its author's earlier ones: shared runs of words, passages, and the whole. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .prints import Numbers, Print, pairs_of, runs_of
from .rarity import Rarity

RUN = 4  # words in a row that are no accident when they come back
Places = NDArray[np.int64]
Weights = NDArray[np.float32]
_SIEVE = np.uint32((1 << 16) - 1)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Shares from 0 to 1, and which earlier entry (its place among them) has most of each; -1 for none."""

    shared: float = 0.0  # S: of its runs of four words, those that stood anywhere before
    shared_by: int = -1
    passages: float = 0.0  # B: how like its passages are to the likest earlier one, by their length
    passages_by: int = -1
    whole: float = 0.0  # C: how like it is to the likest earlier entry as a whole
    whole_by: int = -1


class Writing:
    """Everything somebody wrote, oldest first, ready to be compared: an entry with those before it.

    All of it stands in a few long arrays, one number for each word in its place, so that an author of 170 entries
    is looked through in milliseconds.
    """

    def __init__(self, prints: Sequence[Print], rarity: Rarity, language: str) -> None:
        self.prints, self.rarity, self.language = prints, rarity, language
        self.starts = np.cumsum([0, *(len(each) for each in prints)])
        self.words = np.concatenate([np.empty(0, np.uint32), *(each.words for each in prints)])
        self.entry = np.repeat(np.arange(len(prints)), np.diff(self.starts))  # of each word
        self.pairs = pairs_of(self.words)

    def like_before(self, at: int) -> Likeness:
        """The entry at this place against all before it."""
        if at == 0 or not len(self.prints[at]):
            return Likeness()
        return Likeness(*self._shared(at), *self._passages(at), *self._whole(at))

    # ---- runs of four words

    @cached_property
    def runs(self) -> Numbers:
        """One number for each place where four words begin; 0 where they reach into the next entry."""
        runs = runs_of(self.pairs)
        across = (self.starts[1:, None] - np.arange(1, RUN)).ravel()
        runs[across[(across >= 0) & (across < len(runs))]] = 0
        return runs

    def _shared(self, at: int) -> tuple[float, int]:
        start, end = self.starts[at], self.starts[at + 1]
        own = np.unique(self.runs[start:end])
        own = own[own != 0]
        if not len(own):
            return 0.0, -1
        places, which = _meet(self.runs[:start], own)
        if not len(places):
            return 0.0, -1
        return len(np.unique(which)) / len(own), int(np.bincount(self.entry[places]).argmax())

    # ---- passages

    @cached_property
    def passage_starts(self) -> Places:
        """The number of each entry's first passage."""
        return np.cumsum([0, *(len(each.ends) for each in self.prints)])

    @cached_property
    def passages(self) -> tuple[Places, Weights, Weights]:
        """Of each pair: the passage it is in, how much it says (nothing where it reaches into the next). Of each
        passage: its length as a vector. A pair that comes twice in one counts as two, which is nearly the same."""
        ends = np.concatenate([self.starts[n] + each.ends for n, each in enumerate(self.prints)]).astype(np.int64)
        whose = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))[: len(self.pairs)]
        weights = self.rarity.of(self.language, self.pairs)
        across = ends - 1
        weights[across[across < len(weights)]] = 0
        lengths = np.sqrt(np.bincount(whose, weights * weights, minlength=len(ends)))
        return whose, weights, lengths.astype(np.float32)

    def _passages(self, at: int) -> tuple[float, int]:
        whose, weights, lengths = self.passages
        before, start, end = self.starts[at], self.passage_starts[at], self.passage_starts[at + 1]
        a, z = before, min(self.starts[at + 1], len(self.pairs))
        order = np.argsort(self.pairs[a:z], kind="stable")
        own, own_passage, own_weight = self.pairs[a:z][order], whose[a:z][order] - start, weights[a:z][order]
        if not len(own) or not start:
            return 0.0, -1
        places, first = _meet(self.pairs[:before], own)
        times = np.searchsorted(own, self.pairs[places], side="right") - first  # how often it stands in the new one
        each = np.repeat(np.arange(len(places)), times)
        mine = np.repeat(first - np.cumsum(times) + times, times) + np.arange(len(each))
        count = int(end - start)
        cells = whose[places][each] * count + own_passage[mine]
        dots = np.bincount(cells, weights[places][each] * own_weight[mine], minlength=int(start) * count)
        cosines = dots.reshape(-1, count) / np.maximum(np.outer(lengths[:start], lengths[start:end]), 1e-9)
        likest, size = np.minimum(cosines.max(axis=0), 1.0), np.diff(self.prints[at].ends, prepend=0)
        best = cosines.argmax(axis=0)[(likest * size).argmax()]
        by = np.searchsorted(self.passage_starts, best, side="right") - 1
        return float((likest * size).sum() / size.sum()), int(by)

    # ---- the whole

    @cached_property
    def singles(self) -> tuple[Weights, Weights]:
        """How much each word says; of each entry the length it would have, did no word come twice."""
        weights = self.rarity.of(self.language, self.words)
        lengths = np.sqrt(np.bincount(self.entry, weights * weights, minlength=len(self.prints)))
        return weights, np.maximum(lengths, 1e-9).astype(np.float32)

    def _whole(self, at: int) -> tuple[float, int]:
        """The likest entry before. A word that comes twice makes a vector longer than two words do, so that what is
        counted without telling words apart is a bound; entries are weighed exactly in its order."""
        weights, lengths = self.singles
        start, end = self.starts[at], self.starts[at + 1]
        own, times = np.unique(self.words[start:end], return_counts=True)
        vector = times * self.rarity.of(self.language, own)
        length = max(float(np.sqrt((vector * vector).sum())), 1e-9)
        places, which = _meet(self.words[:start], own)
        dots = np.bincount(self.entry[places], weights[places] * vector[which], minlength=at)
        bounds = dots / (lengths[:at] * length)
        best, by = 0.0, -1
        for earlier in np.argsort(-bounds, kind="stable"):
            if bounds[earlier] <= best:
                break
            cosine = float(dots[earlier] / (self._length(int(earlier)) * length))
            if cosine > best:
                best, by = cosine, int(earlier)
        return min(1.0, best), by

    def _length(self, entry: int) -> float:
        words, times = np.unique(self.prints[entry].words, return_counts=True)
        vector = times * self.rarity.of(self.language, words)
        return max(float(np.sqrt((vector * vector).sum())), 1e-9)


def _meet(theirs: Numbers, own: Numbers) -> tuple[Places, Places]:
    """Where of many numbers those stand that are among a few sorted ones, and where these begin among the few.

    A sieve of 65,536 holes lets a hundredth of the others through, so that few are looked for.
    """
    sieve = np.zeros(1 << 16, bool)
    sieve[own & _SIEVE] = True
    places = np.flatnonzero(sieve[theirs & _SIEVE])
    which = np.minimum(np.searchsorted(own, theirs[places]), len(own) - 1)
    same = own[which] == theirs[places]
    return places[same], which[same]
