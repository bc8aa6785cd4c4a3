"""A roster as plain values, and the difference between two such pictures: what history keeps of an act.

A picture is {kind: {id: thing}}; a thing is {column: value} as JSON knows values, and for people and sources the
ids of their "circles" and "tags". A source also says where its feed lives ("url") and what it is called ("named"),
since feeds come and go. A picture may know less than there is: what is in no picture is not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from aggregator.finding.typed import host_of

from ..models import Arrival, Circle, Mute, Note, Notice, Person, Place, Source, Tag

Thing = dict[str, Any]
Picture = dict[str, dict[int, Thing]]

TABLES: dict[str, type[Model]] = {
    "circles": Circle,
    "tags": Tag,
    "people": Person,
    "sources": Source,
    "places": Place,
    "notes": Note,
    "mutes": Mute,
    "notices": Notice,
    "arrivals": Arrival,
}
SHARED = ("circles", "tags", "people", "sources")  # what a roster is made of; the rest hangs on people and sources
PRIVATE = ("notes", "mutes", "notices")  # each row is one member's own
LISTS: dict[tuple[str, str], tuple[Any, str, str]] = {  # (kind, list): through which table, listed, listing
    ("people", "circles"): (Circle.people.through, "circle_id", "person_id"),
    ("people", "tags"): (Tag.people.through, "tag_id", "person_id"),
    ("sources", "tags"): (Tag.sources.through, "tag_id", "source_id"),
}
SAID = ("url", "named")  # what a source says of its feed; no column of its own


@dataclass(slots=True)
class Difference:
    """What an act changed: things as they were and as they are; of what stayed, only what is different."""

    before: Picture = field(default_factory=dict)
    after: Picture = field(default_factory=dict)
    known: Picture = field(default_factory=dict)  # names of whom it is about, that nobody need look up

    def __bool__(self) -> bool:
        return any(self.before.values()) or any(self.after.values())

    def came(self, kind: str, number: int, thing: Thing) -> None:
        self.after.setdefault(kind, {})[number] = thing

    def went(self, kind: str, number: int, thing: Thing) -> None:
        self.before.setdefault(kind, {})[number] = thing

    def became(self, kind: str, number: int, was: Thing, now: Thing) -> None:
        """Nothing is noted when nothing is different."""
        other = [key for key in was if key in now and was[key] != now[key]]
        if other:
            self.went(kind, number, {key: was[key] for key in other})
            self.came(kind, number, {key: now[key] for key in other})

    def names(self, kind: str, number: int, thing: Thing) -> None:
        self.known.setdefault(kind, {}).setdefault(number, {}).update(thing)

    def ids(self, kind: str) -> set[int]:
        return self.before.get(kind, {}).keys() | self.after.get(kind, {}).keys()

    def each(self, kind: str) -> Iterator[tuple[int, Thing | None, Thing | None]]:
        """(id, as it was, as it is) of one kind; None where it was not there."""
        before, after = self.before.get(kind, {}), self.after.get(kind, {})
        for number in sorted(self.ids(kind)):
            yield number, before.get(number), after.get(number)

    def turned(self) -> Difference:
        """The way back."""
        return Difference(self.after, self.before)


def difference(before: Picture, after: Picture) -> Difference:
    """What is different in two pictures."""
    found = Difference(known={kind: {**before.get(kind, {}), **after.get(kind, {})} for kind in TABLES})
    for kind in TABLES:
        was, now = before.get(kind, {}), after.get(kind, {})
        for number in was.keys() | now.keys():
            if number not in now:
                found.went(kind, number, was[number])
            elif number not in was:
                found.came(kind, number, now[number])
            else:
                found.became(kind, number, was[number], now[number])
    return found


def columns(kind: str) -> list[str]:
    """The columns of a kind that a picture shows. Of an arrival nothing but the source it became."""
    if kind == "arrivals":
        return ["source_id"]
    fields = TABLES[kind]._meta.concrete_fields
    return [each.attname for each in fields if not each.primary_key and each.name != "roster"]


def thing(row: Model, kind: str, **lists: Collection[int]) -> Thing:
    """A row in hand, as a picture shows it. A source brings its feed."""
    found = {column: plain(getattr(row, column)) for column in columns(kind)}
    if isinstance(row, Source):
        found |= {"url": row.feed.url, "named": called(row.title, row.feed.title, row.feed.url)}
    return found | {name: sorted(ids) for name, ids in lists.items()}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def called(title: str, feed_title: str, url: str) -> str:
    """What a source is called: as its reader wished, as it calls itself, else by its address."""
    return title or feed_title or host_of(url)


def rows(kind: str, *which: Q, **more: Any) -> dict[int, Thing]:
    """Rows of one kind, without their lists. One query."""
    wanted = TABLES[kind]._default_manager.filter(*which, **more)
    said = ("feed__url", "feed__title") if kind == "sources" else ()
    found = {}
    for row in wanted.order_by("pk").values("pk", *columns(kind), *said):
        number = row.pop("pk")
        if said:
            url, title = row.pop("feed__url"), row.pop("feed__title")
            row |= {"url": url, "named": called(row["title"], title, url)}
        found[number] = {key: plain(value) for key, value in row.items()}
    return found


def listed(kind: str, name: str, things: dict[int, Thing]) -> None:
    """Fill in one list of these things. One query."""
    through, what, whose = LISTS[kind, name]
    for each in things.values():
        each[name] = []
    pairs = (
        through._default_manager.filter(**{f"{whose}__in": list(things)}).order_by(what).values_list(whose, what)
    )
    for number, one in pairs:
        things[number][name].append(one)


def memberships(kind: str, name: str, ids: Collection[int]) -> dict[int, Thing]:
    """Nothing but one list of these people or sources. One query."""
    found: dict[int, Thing] = {number: {} for number in ids}
    listed(kind, name, found)
    return found


def whole(people: Collection[int], sources: Collection[int] = ()) -> Picture:
    """People and all that is theirs, with these sources beside: ten queries, however many they are."""
    picture: Picture = {"people": rows("people", pk__in=people)}
    picture["sources"] = rows("sources", Q(person__in=people) | Q(pk__in=sources))
    for kind, name in LISTS:
        listed(kind, name, picture[kind])
    who, what = list(picture["people"]), list(picture["sources"])
    picture["places"] = rows("places", person__in=who)
    picture["notes"] = rows("notes", Q(person__in=who) | Q(source__in=what))
    for kind in ("mutes", "notices", "arrivals"):
        picture[kind] = rows(kind, source__in=what)
    return picture


def of_roster(roster: int, kinds: Collection[str] = SHARED) -> Picture:
    """Everybody on a roster, and how they are ordered: seven queries, however many they are; without tags four."""
    picture = {kind: rows(kind, roster=roster) for kind in kinds}
    for (kind, name), (through, what, whose) in LISTS.items():
        if name not in kinds:
            continue
        for each in picture[kind].values():
            each[name] = []
        pairs = through._default_manager.filter(**{f"{what[:-3]}__roster": roster})
        for number, one in pairs.order_by(what).values_list(whose, what):
            if number in picture[kind]:
                picture[kind][number][name].append(one)
    return picture


def read(stored: dict[str, dict[str, Thing]]) -> Picture:
    """A picture that lay in the database: JSON knows no numbers as keys."""
    return {kind: {int(number): each for number, each in things.items()} for kind, things in stored.items()}
