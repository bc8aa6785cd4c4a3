"""Circles made, named, put in order, filled and taken apart, each act written into the roster's history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .follow import a_name, make_circles
from .models import Change, Circle, Person, Roster, User
from .remembering import history

LONGEST = 200  # characters of a name, as the column
AT_ONCE = 2000  # people


class NoCircle(Exception):
    """Says in a sentence why there cannot be such a circle."""


def make(roster: Roster, typed: str, now: datetime, by: User) -> Circle:
    name = _free_name(roster.pk, typed)
    with history.noted(roster.pk, "circle_made", now, by=by) as noting:
        made = make_circles(roster, [name])[name]
        noting.also("circles", [made.pk])
    return made


def rename(circle: Circle, typed: str, now: datetime, by: User) -> None:
    name = _free_name(circle.roster_id, typed, but=circle.pk)
    try:
        with history.noted(circle.roster_id, "circle_renamed", now, by=by, circles={circle.pk}):
            Circle.objects.filter(pk=circle.pk).update(name=name)
    except IntegrityError:  # in this very moment, in another tab
        raise NoCircle(_taken()) from None
    circle.name = name


def move(circle: Circle, by_places: int, now: datetime, by: User) -> None:
    """Change places with the one before or after; at either end nothing happens."""
    with transaction.atomic():
        Roster.objects.select_for_update(no_key=True).get(pk=circle.roster_id)  # one at a time on one roster
        order = list(Circle.objects.filter(roster=circle.roster_id).values_list("pk", flat=True))
        at = order.index(circle.pk) if circle.pk in order else 0
        to = at + by_places
        if not 0 <= to < len(order):
            return
        order[at], order[to] = order[to], order[at]
        with history.noted(circle.roster_id, "circles_ordered", now, by=by, circles=order):
            for position, pk in enumerate(order, 1):
                Circle.objects.filter(pk=pk).exclude(position=position).update(position=position)


def change(circle: Circle, people: Collection[Person], inside: bool, now: datetime, by: User) -> None:
    """Put people in, or take them out."""
    with history.noted(circle.roster_id, "circles", now, by=by, circles_of={person.pk for person in people}):
        if inside:
            circle.people.add(*people)
        else:
            circle.people.remove(*people)


def delete(circle: Circle, now: datetime, by: User) -> Change | None:
    """The circle goes; the people stay, and who was in it is remembered for taking it back."""
    people = set(circle.people.values_list("pk", flat=True))
    with history.noted(
        circle.roster_id, "circle_deleted", now, by=by, circles={circle.pk}, circles_of=people
    ) as noting:
        Circle.objects.filter(pk=circle.pk).delete()
    return noting.change


def _free_name(roster: int, typed: str, but: int = 0) -> str:
    name = a_name(typed, 100_000)
    if not name:
        raise NoCircle(_("A circle needs a name."))
    if len(name) > LONGEST:
        raise NoCircle(_("A circle’s name has at most %(n)d characters.") % {"n": LONGEST})
    if Circle.objects.filter(roster=roster, name=name).exclude(pk=but).exists():
        raise NoCircle(_taken())
    return name


def _taken() -> str:
    return _("There is a circle of this name already.")
