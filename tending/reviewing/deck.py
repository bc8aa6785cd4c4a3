"""The deck: which sources wait for a decision, and the card of the first of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from network.models import Roster, Source

from ..budget.roster import alone_in_a_circle
from ..models import Decision, Finding, Looked
from . import told

if TYPE_CHECKING:
    from network.models import User

HALF_A_YEAR = timedelta(days=182)  # what was decided is not asked again before, unless the reason is new
ANOTHER_DAY = timedelta(days=14)  # what was skipped


@dataclass(frozen=True, slots=True)
class Card:
    """One source to decide about, with what speaks for a decision."""

    source: Source
    finding: Finding
    sentences: list[str]
    table: list[tuple[str, str]]
    bridge_to: list[str]  # circles to which its person is the only link left


@dataclass(frozen=True, slots=True)
class Deck:
    """What waits, what was decided last, and when the roster was looked through."""

    card: Card | None
    waiting: int
    decided: int  # of this deck: those decided since it was last looked through
    last: Decision | None  # that can be taken back
    looked_at: datetime | None


def deck(roster: Roster, now: datetime) -> Deck:
    """Eight queries at most, however many wait."""
    waiting = waiting_of(roster, now)
    looked = Looked.objects.filter(roster=roster).values_list("at", flat=True).first()
    standing = Decision.objects.filter(roster=roster).standing().order_by("-pk")
    last = standing.select_related("change").first()
    recent = standing.filter(at__gte=looked).count() if looked else 0
    card = card_of(waiting[0], roster) if waiting else None
    return Deck(card, len(waiting), recent, last, looked)


def waiting_of(roster: Roster, now: datetime) -> list[Finding]:
    """The findings that no decision stands against, the gravest first. Two queries."""
    followed = Source.objects.filter(roster=roster).followed()
    found = list(Finding.objects.filter(roster=roster, source__in=followed.values("pk")))
    decided = decisions_about({each.source for each in found})
    return sorted((each for each in found if is_open(each, decided.get(each.source), now)), key=order)


def order(finding: Finding) -> tuple[bool, float, int]:
    """The broken first, then whoever takes the most."""
    return "broken" not in finding.reasons, -finding.numbers["minutes"], finding.source


def decisions_about(sources: Collection[int]) -> dict[int, list[Decision]]:
    """The decisions that hold about each of these, the latest first. One query."""
    found: dict[int, list[Decision]] = {}
    for decision in Decision.objects.filter(source__in=sources).standing().order_by("-pk"):
        found.setdefault(decision.source, []).append(decision)
    return found


def is_open(finding: Finding, decisions: list[Decision] | None, now: datetime) -> bool:
    """Whether it is to be asked: nothing was decided for half a year, or there is a reason that is new."""
    for decision in decisions or ():
        if decision.verdict == Decision.Verdict.ALWAYS:
            return False
        lasts = ANOTHER_DAY if decision.verdict == Decision.Verdict.SKIP else HALF_A_YEAR
        if now - decision.at < lasts and set(finding.reasons) <= set(decision.reasons):
            return False
    return True


def spared(user: User) -> set[int]:
    """Sources nobody is offered to part with: kept for good, or of somebody who alone links to a circle."""
    mine = Decision.objects.filter(roster__owner=user, verdict=Decision.Verdict.ALWAYS).standing()
    roster = Roster.objects.of(user).first()
    bridges = alone_in_a_circle(roster) if roster else {}
    links = Source.objects.of(user).followed().filter(person__in=bridges)
    return set(mine.values_list("source", flat=True)) | set(links.values_list("pk", flat=True))


def card_of(finding: Finding, roster: Roster) -> Card | None:
    """Three queries. None where the source was taken off a moment ago."""
    source = Source.objects.select_related("person", "feed").filter(pk=finding.source).first()
    if source is None:
        return None
    numbers = told.of_json(finding.numbers)
    elsewhere = Source.objects.filter(person=source.person_id).followed().exclude(pk=source.pk)
    bridges = [] if elsewhere.exists() else alone_in_a_circle(roster).get(source.person_id, [])
    return Card(source, finding, told.sentences(finding.reasons, numbers), told.table(numbers), bridges)
