"""What the page of a goal shows: whom and what it holds, the notes of its people since it began, whom to thank."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from network import markdown
from network.models import Circle, Person, Source
from reading.models import Annotation, SavedSearch

from ..models import Goal

NOTES = 300
THANKED = 7
OFFERED = 1000  # people in the field that suggests them


def page(goal: Goal, today: date) -> dict[str, Any]:
    """Some ten queries, whatever it holds."""
    held = list(goal.held.all())
    ids = {
        kind: [each.what for each in held if each.kind == kind] for kind in ("person", "circle", "search", "note")
    }
    user = goal.user
    people = list(Person.objects.of(user).filter(pk__in=ids["person"]))
    circles = list(Circle.objects.of(user).filter(pk__in=ids["circle"]))
    notes = notes_of(goal, ids["note"])
    return {
        "goal": goal,
        "people": people,
        "circles": circles,
        "searches": list(SavedSearch.objects.filter(user=user, pk__in=ids["search"])),
        "notes": [(note, markdown.render(note.note) if note.note else "") for note in notes],
        "thanks": thanks(goal, notes),
        "why_html": markdown.render(goal.why) if goal.why else "",
        "summary_html": markdown.render(goal.summary) if goal.summary else "",
        "over": goal.until < today,
        "all_people": list(Person.objects.of(user).values_list("name", flat=True)[:OFFERED]),
        "all_circles": list(Circle.objects.of(user).exclude(pk__in=ids["circle"])),
        "all_searches": list(SavedSearch.objects.filter(user=user).exclude(pk__in=ids["search"])),
    }


def notes_of(goal: Goal, picked: list[int]) -> list[Annotation]:
    """Those put into it, and those written since it began into what its people publish; in the order of writing."""
    until = goal.closed_at or datetime.max.replace(tzinfo=goal.made_at.tzinfo)
    since = Q(at__gte=goal.made_at, at__lte=until, entry__feed__in=feeds_of(goal))
    mine = Annotation.objects.of(goal.user).filter(Q(pk__in=picked) | since)
    return list(mine.select_related("entry__feed").order_by("at", "pk")[:NOTES])


def people_of(goal: Goal) -> Any:
    """The ids of its people: those in it, and those of its circles."""
    alone = goal.held.filter(kind="person").values("what")
    circles = goal.held.filter(kind="circle").values("what")
    through = Circle.people.through.objects.filter(circle__in=circles).values("person")
    return Person.objects.of(goal.user).filter(Q(pk__in=alone) | Q(pk__in=through)).values("pk")


def feeds_of(goal: Goal) -> Any:
    """Also of who is followed no more: what was learnt from them stays."""
    return Source.objects.of(goal.user).filter(person__in=people_of(goal)).values("feed")


def thanks(goal: Goal, notes: list[Annotation]) -> list[Person]:
    """Whom to thank: the people from whom most of the notes come."""
    feeds = Counter(note.entry.feed_id for note in notes)
    owners = Source.objects.of(goal.user).filter(feed__in=feeds).select_related("person").order_by("pk")
    counts: Counter[Person] = Counter()
    for source in owners:
        counts[source.person] += feeds[source.feed_id]
    return [person for person, _n in counts.most_common(THANKED)]
