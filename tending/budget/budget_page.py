"""What the page of the budget shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import fitting, roster, words
from .fitting import Change
from .roster import Budget, Share

if TYPE_CHECKING:
    from network.models import User

FIRST = 12  # people that stand before the fold


def page(
    user: User, now: datetime, opened: Callable[[], Mapping[int, float]], spared: Callable[[], Collection[int]]
) -> dict[str, Any]:
    """Who takes it, by person and by circle, and three changes where it has been too much for four weeks.

    Only then `opened` and `spared` are asked (fitting.changes).
    """
    budget = roster.of_member(user, now)
    over = budget.cost.over(budget.given)
    return head(budget) | {
        "people": parts(budget, budget.people),
        "first": FIRST,
        "circles": parts(budget, budget.circles),
        "over": over,
        "changes": offers(budget, opened(), spared()) if over else [],
    }


def offers(budget: Budget, opened: Mapping[int, float], spared: Collection[int]) -> list[tuple[Change, str]]:
    return [(change, words.span(change.leaves)) for change in fitting.changes(budget, opened, spared)]


def head(budget: Budget) -> dict[str, Any]:
    """The sentence and the bar, as they stand on the first page too."""
    return {
        "budget": budget,
        "sentence": words.sentence(budget),
        "notes": words.notes(budget),
        "bar": words.bar(budget),
        "usual": words.span(budget.cost.usual),
        "given": words.span(budget.given),
    }


def parts(budget: Budget, some: list[Share]) -> list[tuple[Share, str, int]]:
    """Each with its time in words and its part of the whole, in percent."""
    whole = budget.expected
    return [
        (share, words.span(share.minutes), round(100 * share.minutes / whole) if whole else 0)
        for share in some
        if share.minutes >= 0.5
    ]
