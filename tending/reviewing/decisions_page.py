"""The history of decisions: what was decided about a roster, on which grounds, and what was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..models import Decision
from . import told

if TYPE_CHECKING:
    from network.models import User

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One decision as it is listed."""

    decision: Decision
    sentences: list[str]
    holds: bool


def page(user: User, before: int) -> dict[str, Any]:
    """One page of one's own. One query."""
    mine = Decision.objects.filter(roster__owner=user).select_related("change").order_by("-pk")
    found = list((mine.filter(pk__lt=before) if before else mine)[: A_PAGE + 1])
    return {
        "lines": [line(each) for each in found[:A_PAGE]],
        "older": found[A_PAGE - 1].pk if len(found) > A_PAGE else 0,
    }


def line(decision: Decision) -> Line:
    undone = decision.undone_at or (decision.change and decision.change.undone_at)
    return Line(decision, told.sentences(decision.reasons, told.of_json(decision.numbers)), not undone)
