"""A roster as it was on a day: today's tables, with every act since then walked back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Subquery

from aggregator.models import Feed

from . import pictures
from .models import Change, Person, Roster, Source
from .pictures import Picture

SHOWN = ("circles", "people", "sources")  # of a past roster


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody as they were."""

    pk: int
    name: str
    kind: str
    circles: list[str]
    things: list[tuple[int, pictures.Thing]]  # their sources as they were, by number
    here: bool  # still on the roster

    @property
    def sources(self) -> list[Source]:
        """Rows of no table, made when they are looked at: a page shows few of them."""
        return [_source(number, each, self) for number, each in self.things]

    @property
    def tone(self) -> int:
        return self.pk % 8 + 1

    @property
    def monogram(self) -> str:
        return Person(name=self.name).monogram


@dataclass(slots=True)
class Past:
    """A roster on a day."""

    people: list[Whom] = field(default_factory=list)
    circles: list[tuple[str, set[int]]] = field(default_factory=list)

    @property
    def sources(self) -> list[Source]:
        return [source for whom in self.people for source in whom.sources]


def picture(roster: Roster, at: datetime) -> Picture:
    """Everybody on a roster as they were then."""
    return walked_back(pictures.of_roster(roster.pk), roster, at)


def walked_back(there: Picture, roster: Roster, at: datetime) -> Picture:
    """Today's picture, with every act since then taken back. One query; acts are read one after the other."""
    since = Change.objects.filter(roster=roster, at__gte=at).order_by("-at", "-pk").only("before", "after")
    for change in since.iterator(chunk_size=100):
        before, after = pictures.read(change.before), pictures.read(change.after)
        for kind in there:
            was, then, here = before.get(kind, {}), after.get(kind, {}), there[kind]
            for number in was.keys() | then.keys():
                if number not in was:
                    here.pop(number, None)
                elif number not in then:
                    here[number] = dict(was[number])
                elif number in here:
                    here[number] |= was[number]
    return there


def roster_at(roster: Roster, at: datetime) -> Past:
    """Who was on a roster then, with their circles, sources and states, by name. Five queries."""
    there = pictures.of_roster(roster.pk, SHOWN)
    today = set(there["people"])
    walked_back(there, roster, at)
    circles = sorted(there["circles"].items(), key=lambda each: (each[1]["position"], each[1]["name"], each[0]))
    names = {number: each["name"] for number, each in circles}
    sources: dict[int, list[tuple[int, pictures.Thing]]] = {}
    for number, each in sorted(there["sources"].items()):
        sources.setdefault(each["person_id"], []).append((number, each))
    people = [
        Whom(
            number,
            each["name"],
            each["kind"],
            [name for circle, name in names.items() if circle in each["circles"]],
            sources.get(number, []),
            number in today,
        )
        for number, each in there["people"].items()
    ]
    people.sort(key=lambda whom: (whom.name.casefold(), whom.pk))
    inside = [
        (name, {n for n, each in there["people"].items() if pk in each["circles"]}) for pk, name in names.items()
    ]
    return Past(people, inside)


def neighbours(roster: Roster, start: datetime, end: datetime) -> tuple[datetime | None, datetime | None]:
    """When something last happened before a day, and first after it. One query."""
    changes = Change.objects.filter(roster=OuterRef("pk")).values("at")
    before = Subquery(changes.filter(at__lt=start).order_by("-at", "-pk")[:1])
    after = Subquery(changes.filter(at__gte=end).order_by("at", "pk")[:1])
    return Roster.objects.filter(pk=roster.pk).values_list(before, after).first() or (None, None)


def _source(number: int, each: pictures.Thing, owner: Whom) -> Source:
    """A source as a row of no table, for templates and OPML."""
    until = datetime.fromisoformat(each["until"]) if each["until"] else None
    return Source(
        pk=number,
        person=Person(pk=owner.pk, name=owner.name, kind=owner.kind),
        feed=Feed(pk=each["feed_id"], url=each["url"], title=each["named"]),
        title=each["title"],
        author=each["author"],
        state=each["state"],
        until=until,
        reason=each["reason"],
    )
