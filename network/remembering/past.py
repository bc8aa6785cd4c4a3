"""A roster as it was on a day: today's tables, with every act since then walked back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Subquery

from aggregator.models import Feed

from ..models import Change, Circle, Person, Roster, Source
from . import pictures
from .pictures import Picture

EVERYBODY = slice(None)
MANY = 1000  # of more, all of the roster are read, not those of these numbers


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
        """Rows of no table, for OPML."""
        return [_source(number, each, self) for number, each in self.things]

    @property
    def tone(self) -> int:
        return self.pk % 8 + 1

    @property
    def monogram(self) -> str:
        return Person(name=self.name).monogram


@dataclass(slots=True)
class Past:
    """A roster on a day: those of its people who are shown, by name, and how much there was in all."""

    people: list[Whom] = field(default_factory=list)
    circle_names: list[str] = field(default_factory=list)
    count: int = 0  # people
    number: int = 0  # sources

    @property
    def sources(self) -> list[Source]:
        return [source for whom in self.people for source in whom.sources]

    @property
    def circles(self) -> list[tuple[str, set[int]]]:
        return [(name, {whom.pk for whom in self.people if name in whom.circles}) for name in self.circle_names]


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


def roster_at(roster: Roster, at: datetime, shown: slice = EVERYBODY) -> Past:
    """Who was on a roster then, with their circles, sources and states, by name. Five queries.

    Acts are taken back on a picture that knows little more than numbers; only of who is shown the rest is read.
    """
    there = _in_outline(roster)
    today = set(there["people"])
    walked_back(there, roster, at)
    sources: dict[int, list[int]] = {}
    for number, each in sorted(there["sources"].items()):
        if each["person_id"] in there["people"]:
            sources.setdefault(each["person_id"], []).append(number)
    people = sorted(there["people"].items(), key=lambda each: (each[1]["name"].casefold(), each[0]))
    page = dict(people[shown])
    things = _sources(roster, {n: there["sources"][n] for person in page for n in sources.get(person, ())})
    circles = sorted(there["circles"].items(), key=lambda each: (each[1]["position"], each[1]["name"], each[0]))
    theirs = _circles(roster, page)
    found = [
        Whom(
            number,
            each["name"],
            each["kind"],
            [circle["name"] for pk, circle in circles if pk in theirs[number]],
            [(n, things[n]) for n in sources.get(number, ())],
            number in today,
        )
        for number, each in page.items()
    ]
    return Past(found, [each["name"] for _pk, each in circles], len(people), sum(map(len, sources.values())))


def neighbours(roster: Roster, start: datetime, end: datetime) -> tuple[datetime | None, datetime | None]:
    """When something last happened before a day, and first after it. One query."""
    changes = Change.objects.filter(roster=OuterRef("pk")).values("at")
    before = Subquery(changes.filter(at__lt=start).order_by("-at", "-pk")[:1])
    after = Subquery(changes.filter(at__gte=end).order_by("at", "pk")[:1])
    return Roster.objects.filter(pk=roster.pk).values_list(before, after).first() or (None, None)


def _in_outline(roster: Roster) -> Picture:
    """Today's circles, what people are called, and whose each source is. Two queries."""
    people: dict[int, pictures.Thing] = {}
    sources: dict[int, pictures.Thing] = {}
    there = Person.objects.filter(roster=roster).order_by("pk")
    for person, name, kind, source in there.values_list("pk", "name", "kind", "sources"):
        people[person] = {"name": name, "kind": kind}
        if source:
            sources[source] = {"person_id": person}
    return {"circles": pictures.rows("circles", roster=roster), "people": people, "sources": sources}


def _sources(roster: Roster, known: dict[int, pictures.Thing]) -> dict[int, pictures.Thing]:
    """What is known of these sources as they were, and for the rest as they are. One query."""
    which = {"roster": roster} if len(known) > MANY else {"pk__in": list(known)}
    columns = ("title", "author", "state", "until", "reason", "feed_id", "feed__url", "feed__title")
    found = dict(known)
    for number, *values in Source.objects.filter(**which).values_list("pk", *columns):
        if number in known:
            each = dict(zip(columns, map(pictures.plain, values), strict=True))
            each["url"] = each["feed__url"]
            each["named"] = pictures.called(each["title"], each["feed__title"], each["url"])
            found[number] = each | known[number]
    return found


def _circles(roster: Roster, known: dict[int, pictures.Thing]) -> dict[int, list[int]]:
    """The circles these people were in, by number: as known, else as today. One query."""
    which = {"circle__roster": roster} if len(known) > MANY else {"person__in": list(known)}
    today: dict[int, list[int]] = {number: [] for number in known}
    for number, circle in Circle.people.through.objects.filter(**which).values_list("person_id", "circle_id"):
        if number in today:
            today[number].append(circle)
    return {number: each.get("circles", today[number]) for number, each in known.items()}


def _source(number: int, each: pictures.Thing, owner: Whom) -> Source:
    """A source as a row of no table."""
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
