"""Whoever has just come in, to be looked over: name, kind, portrait, places, circles. Nothing waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .models import Arrival, Circle, Person
from .whereabouts import Whereabouts, whereabouts

MOST = 5  # with a card; whoever came before them has a line and a page


@dataclass(frozen=True, slots=True)
class Card:
    """One person who came in by an address somebody gave."""

    where: Whereabouts
    circles: list[tuple[Circle, bool]]  # of the roster, and whether the person is in it

    @property
    def person(self) -> Person:
        return self.where.person

    @property
    def looking(self) -> bool:
        return self.where.looking


def cards(arrivals: Sequence[Arrival], now: datetime) -> dict[int, Card]:
    """For the newest of these arrivals that made somebody, by arrival; not those of a list. Few queries for all."""
    newest = [each for each in arrivals if each.source and each.batch_id is None and not each.joined][:MOST]
    people = {each.pk: each.source.person for each in newest if each.source}
    if not people:
        return {}
    said = whereabouts(list(people.values()), now)
    roster = newest[0].roster_id
    circles = list(Circle.objects.filter(roster=roster))
    member = Circle.people.through._default_manager.filter(person__in=said) if circles else None
    pairs = set(member.values_list("circle", "person")) if member is not None else set()
    return {
        pk: Card(said[person.pk], [(circle, (circle.pk, person.pk) in pairs) for circle in circles])
        for pk, person in people.items()
    }
