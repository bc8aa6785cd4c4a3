"""Over budget: three changes that would fit. They are offered, and nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import ceil

from .roster import Budget, Share

OFFERS = 3
MOST_TOGETHER = 8  # sources in one offer; more would be no change but another roster


@dataclass(frozen=True, slots=True)
class Change:
    """One change after which a usual week fits: sources to pause, or minutes a day to give."""

    sources: tuple[Share, ...] = ()
    minutes_a_day: int = 0
    leaves: float = 0.0  # what a usual week would then ask for

    @property
    def ids(self) -> str:
        return ",".join(str(share.pk) for share in self.sources)


def changes(budget: Budget, opened: Mapping[int, float], spared: Collection[int] = ()) -> list[Change]:
    """Up to three: one source whose pause is enough, the least read together, more minutes a day.

    `opened` says which part of what was shown of a source was opened; `spared` are never offered (kept for ever, or
    the last link to a circle).
    """
    if budget.excess <= 0:
        return []
    free = [share for share in budget.by_source.values() if share.pk not in spared and share.minutes > 0]
    found = [*one(budget, free, opened), *least_read(budget, free, opened), *dearest(budget, free)]
    distinct = list({frozenset(share.pk for share in change.sources): change for change in found}.values())
    more = Change(minutes_a_day=ceil(budget.cost.usual / 7), leaves=budget.cost.usual)
    return [*sorted(distinct[: OFFERS - 1], key=lambda change: len(change.sources)), more]


def one(budget: Budget, free: list[Share], opened: Mapping[int, float]) -> list[Change]:
    """The least read of those whose pause alone is enough."""
    enough = [share for share in free if share.minutes >= budget.excess]
    enough.sort(key=lambda share: (opened.get(share.pk, 1.0), share.minutes, share.pk))
    return [paused(budget, enough[:1])] if enough else []


def least_read(budget: Budget, free: list[Share], opened: Mapping[int, float]) -> list[Change]:
    """As many of the least read as it takes."""
    return gathered(budget, sorted(free, key=lambda share: (opened.get(share.pk, 1.0), -share.minutes, share.pk)))


def dearest(budget: Budget, free: list[Share]) -> list[Change]:
    """As few as it takes, whoever they are."""
    return gathered(budget, sorted(free, key=lambda share: (-share.minutes, share.pk)))


def gathered(budget: Budget, ordered: list[Share]) -> list[Change]:
    some: list[Share] = []
    for share in ordered[:MOST_TOGETHER]:
        some.append(share)
        if sum(each.minutes for each in some) >= budget.excess:
            return [paused(budget, some)]
    return []


def paused(budget: Budget, some: list[Share]) -> Change:
    return Change(tuple(some), 0, max(0.0, budget.cost.usual - sum(share.minutes for share in some)))
