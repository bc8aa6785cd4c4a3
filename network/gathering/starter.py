"""The starter roster: a group's roster that newcomers choose from, filled once from the file beside this one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from aggregator import feeds

from ..follow import Wish, follow_many, make_circles
from ..models import Group, Person, Roster, Source, User
from ..outlining import opml
from .groups import make
from .taking import offered

FILE = Path(__file__).with_name("starter.opml")


@transaction.atomic
def fill(curator: User, now: datetime) -> Group:
    """Make the group, with everybody in the file on its roster; a few dozen queries."""
    listed = opml.read(FILE.read_bytes())
    about = _("People and organisations worth beginning with. Newcomers choose from them on the page “Add”.")
    group = make(curator, _("Starter roster"), now, about=about, starter=True)
    make_circles(group.roster, listed.circles)
    by_address = feeds.remember_many(listed.outlines, now)
    wishes = [
        Wish(by_address[o.address], name=o.title, circles=o.circles, home=o.home, kind=o.kind)
        for o in listed.outlines.values()
    ]
    follow_many(group.roster, wishes, now)
    return group


def roster() -> Roster | None:
    """The roster newcomers choose from, while there is one."""
    return Roster.objects.filter(group__starter=True).select_related("group").first()


def by_circle() -> dict[str, list[Person]]:
    """For the page: who is in which circle, everybody once, who is in none last. One query."""
    theirs = Source.objects.filter(person=OuterRef("pk")).exclude(state=Source.State.RETIRED)
    people = Person.objects.filter(Exists(theirs), roster__group__starter=True)
    ordered = people.order_by(F("circles__position").asc(nulls_last=True), "circles__name", "name", "pk")
    circles: dict[str, list[Person]] = {}
    seen: set[int] = set()
    for pk, name, circle in ordered.values_list("pk", "name", "circles__name"):
        if pk not in seen:
            seen.add(pk)
            circles.setdefault(circle or _("Others"), []).append(Person(pk=pk, name=name))
    return circles


def some(ticked: Collection[int]) -> list[Source]:
    """All sources of the people somebody ticked."""
    there = roster()
    return list(offered(there).filter(person__in=ticked)) if there else []
