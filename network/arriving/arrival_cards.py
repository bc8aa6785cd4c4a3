"""Whoever has just come in, to be looked over: name, kind, portrait, places, circles. Nothing waits for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, F, Value

from ..models import Arrival, Circle, Person
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
    circles, inside = _circles(newest[0].roster_id, said)
    return {
        pk: Card(said[person.pk], [(circle, (circle.pk, person.pk) in inside) for circle in circles])
        for pk, person in people.items()
    }


def _circles(roster: int, people: Collection[int]) -> tuple[list[Circle], set[tuple[int, int]]]:
    """The circles of a roster in their order, and who of these people is in which. One query."""
    columns, no = ("pk", "name", "position", "who"), Value(0, BigIntegerField())
    circles = Circle.objects.filter(roster=roster).order_by().annotate(who=no)
    inside = Circle.objects.filter(roster=roster, people__in=people).order_by().annotate(who=F("people"))
    found = set(circles.values_list(*columns).union(inside.values_list(*columns), all=True))
    there = sorted((position, name, pk) for pk, name, position, who in found if not who)
    return [Circle(pk=pk, name=name) for _, name, pk in there], {(pk, who) for pk, _, _, who in found if who}
