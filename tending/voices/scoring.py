"""Whom to look at: everybody pointed to, in an order that does not favour those whom everybody cites. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt

from .houses import voice

USUAL_SHARE = 0.18  # of a roster that points to a house; above, it is known to everybody


@dataclass(frozen=True, slots=True)
class Citation:
    """One entry of somebody's pointing to a house."""

    house: str
    citer: int  # a person
    entry: int
    month: int  # counted from anywhere
    url: str
    anchor: str = ""


@dataclass(slots=True)
class Candidate:
    """A house, who points to it, and how it stands."""

    house: str
    citations: list[Citation] = field(default_factory=list)
    score: float = 0.0

    @property
    def citers(self) -> set[int]:
        return {each.citer for each in self.citations}


def candidates(
    citations: Iterable[Citation], circles: Mapping[int, Collection[int]], roster: int
) -> list[Candidate]:
    """The best first. `circles` are those of each person, `roster` how many people one reads."""
    by_house: dict[str, Candidate] = {}
    for each in citations:
        by_house.setdefault(each.house, Candidate(each.house)).citations.append(each)
    degree = Counter(citer for candidate in by_house.values() for citer in candidate.citers)
    near = nearness(by_house.values(), degree)
    for candidate in by_house.values():
        candidate.score = score(candidate, degree, near, circles, roster)
    return sorted(by_house.values(), key=lambda each: (-each.score, each.house))


def nearness(houses: Iterable[Candidate], degree: Counter[int]) -> dict[int, float]:
    """How much somebody points where others on the roster point as well, from 0.1 to 1."""
    shared: Counter[int] = Counter()
    for candidate in houses:
        if len(candidate.citers) > 1:
            shared.update(candidate.citers)
    return {citer: 0.1 + 0.9 * shared[citer] / n for citer, n in degree.items()}


def score(
    candidate: Candidate,
    degree: Counter[int],
    near: dict[int, float],
    circles: Mapping[int, Collection[int]],
    roster: int,
) -> float:
    """voice² · CF · T/(T+.3) · (.3 + .7·e^H / min(n, 5)) / (1 + (n / (.18·roster))²)."""
    citers, n = candidate.citers, len(candidate.citers)
    urls, anchors = [each.url for each in candidate.citations], [each.anchor for each in candidate.citations]
    months: dict[int, set[int]] = defaultdict(set)
    for each in candidate.citations:
        months[each.citer].add(each.month)
    often = sum(min(1.0, 0.5 + 0.25 * (len(months[u]) - 1)) / log(2 + degree[u]) for u in citers)
    alike = sum(near[u] / sqrt(1 + degree[u]) for u in citers)
    spread = (0.3 + 0.7 * exp(entropy(circles, citers)) / min(n, 5)) / (
        1 + (n / (USUAL_SHARE * max(roster, 1))) ** 2
    )
    return voice(urls, anchors, n / max(roster, 1)) ** 2 * alike * often / (often + 0.3) * spread


def entropy(circles: Mapping[int, Collection[int]], citers: Collection[int]) -> float:
    """Of the circles the citers are in; who is in none is a circle of their own."""
    weights: Counter[int] = Counter()
    for citer in citers:
        for circle in circles.get(citer) or (-citer,):
            weights[circle] += 1
    total = sum(weights.values())
    return -sum(n / total * log(n / total) for n in weights.values())


def tray(ordered: Sequence[Candidate], circles: Mapping[int, Collection[int]], size: int = 5) -> list[Candidate]:
    """The first few; one place is for somebody with a single citer from a circle the others do not come from."""
    chosen = list(ordered[:size])
    if len(ordered) <= size:
        return chosen
    seen = {circle for each in chosen[:-1] for citer in each.citers for circle in circles.get(citer, ())}
    for each in ordered[size - 1 :]:
        (citer, *more) = each.citers
        if not more and not seen.intersection(circles.get(citer, ())):
            return [*chosen[:-1], each]
    return chosen
