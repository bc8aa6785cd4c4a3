"""The people of a roster as a list: searched, filtered, by name, last word or circle; a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.functions import Cast, Lower, Substr
from django.utils.translation import gettext as _

from aggregator import health
from aggregator.desk.by_health import standing
from aggregator.models import Feed
from plnet.prepared import prepared

from . import rows
from .models import Circle, Person, Source, Tag, User
from .models.person import PersonSet
from .remembering.pictures import called

PAGE = 50
SORTS = ("name", "last", "circle")
STATES = ("well", "sleeping", "trouble", "new", "trial", "paused", "retired")
NAMED = 2  # sources, by name; the others are a number
OF_PERSON = ("name", "kind", "portrait")
OF_SOURCE = ("id", "person_id", "feed_id", "title", "state", "until", "reason")
OF_FEED = ("id", "url", "title", *health.NEEDS)
NEEDED = (*OF_SOURCE, *(f"feed__{column}" for column in OF_FEED))
NEWEST = "feed__newest_at"
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """Which people are asked for, and in what order."""

    q: str = ""
    sort: str = "name"
    circle: int = 0
    tag: int = 0
    kind: str = ""
    state: str = ""
    page: int = 1

    def link(self, **changes: object) -> str:
        """The address of this view with something changed."""
        usual = {name: getattr(View(), name) for name in View.__slots__}
        asked = {name: getattr(self, name) for name in usual} | {"page": 1} | changes
        said = {name: value for name, value in asked.items() if value != usual[name]}
        return f"?{urlencode(said)}" if said else "?"

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.circle or self.tag or self.kind or self.state)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody, where they write, and their last word."""

    person: Person
    where: list[str]
    more: int
    state: str
    words: str
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    """People under one heading: a letter, or the circle of this id; 0 is no circle."""

    title: str
    circle: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of them."""

    sections: list[Section]
    total: int
    pages: int

    def near(self, page: int) -> list[int]:
        """The pages worth a link: the first, the last, and those around this one."""
        return sorted({1, self.pages, *range(page - 3, page + 4)} & set(range(1, self.pages + 1)))


def view(asked: Mapping[str, str]) -> View:
    """From a query string; what is nonsense in it is as if it were not there."""
    sort, kind, state = asked.get("sort", ""), asked.get("kind", ""), asked.get("state", "")
    return View(
        q=asked.get("q", "").strip()[:200],
        sort=sort if sort in SORTS else "name",
        circle=_number(asked.get("circle", "")),
        tag=_number(asked.get("tag", "")),
        kind=kind if kind in Person.Kind.values else "",
        state=state if state in STATES else "",
        page=min(max(1, _number(asked.get("page", ""))), 10**6),
    )


def shown(user: User, asked: View, now: datetime) -> Shown:
    """A page of the list. Two queries, however many people there are."""
    people = _ordered(matching(user, asked, now), asked).annotate(total=Window(Count("*")))
    circle = F("circles__pk") if asked.sort == "circle" else Value(0)
    first = (asked.page - 1) * PAGE
    page: list[Any] = list(people.annotate(circle=circle).only(*OF_PERSON)[first : first + PAGE])
    theirs = _sources({person.pk for person in page})
    there = [(person.circle, row(person, theirs.get(person.pk, []), now)) for person in page]
    total = page[0].total if page else 0 if asked.page == 1 else people.count()
    sections = _by_circle(there) if asked.sort == "circle" else _plain([row for _, row in there], asked)
    return Shown(sections, total, -(-total // PAGE))


def matching(user: User, asked: View, now: datetime) -> PersonSet:
    """The people a view speaks of, in no order."""
    people = Person.objects.of(user)
    for word in asked.q.split()[:10]:
        people = people.filter(name__icontains=word)
    if asked.circle:
        people = people.filter(
            Exists(Circle.people.through.objects.filter(circle=asked.circle, person=OuterRef("pk")))
        )
    if asked.tag:
        people = people.filter(Exists(_tagged(asked.tag)) | Exists(_source_tagged(asked.tag)))
    if asked.kind:
        people = people.filter(kind=asked.kind)
    return _in_state(people, asked.state, now) if asked.state else people


def row(person: Person, sources: Sequence[Columns], now: datetime) -> Row:
    """How somebody is: by their newest source that is followed; where there is none, by what was wished."""
    followed = [s for s in sources if s["state"] in Source.SHOWN]
    speaking = sorted(followed or sources, key=lambda s: (s[NEWEST] is not None, s[NEWEST] or now))
    names = (called(s["title"], s["feed__title"], s["feed__url"]) for s in reversed(speaking))
    where = [name for name in dict.fromkeys(names) if name != person.name]
    if not speaking:
        return Row(person, [], 0, "retired", _("Nowhere that you follow"), None)
    newest = rows.row(_source(speaking[-1]), now)
    last = speaking[-1][NEWEST] if followed else None
    words = _("Nothing has come from them yet") if newest.state == "well" and last is None else newest.words
    return Row(person, where[:NAMED], len(where[NAMED:]), newest.state, words, last)


def letters(user: User, asked: View, now: datetime) -> list[tuple[str, str]]:
    """The first letters there are, each with the address of the page it begins on. One query."""
    people = matching(user, asked, now).annotate(letter=Lower(Substr("name", 1, 1))).order_by("letter")
    found: dict[str, int] = {}
    before = 0
    for letter, n in people.values_list("letter").annotate(n=Count("pk")):
        found.setdefault(letter.upper() if letter.isalpha() else "#", before // PAGE + 1)
        before += n
    return [(letter, asked.link(page=page)) for letter, page in found.items()] if before > PAGE else []


def words(user: User) -> tuple[dict[int, str], dict[int, str]]:
    """The member's circles in their order, and the tags somebody or something has. One query for both."""
    found: tuple[dict[int, str], dict[int, str]] = ({}, {})
    for is_tag, _place, name, pk in sorted(_words(user.pk)):
        found[is_tag][pk] = name
    return found


@prepared
def _words(member: int) -> QuerySet[Any, Any]:
    user, no = User(pk=member), Value(0, IntegerField())
    on_people, on_sources = Tag.people.through.objects, Tag.sources.through.objects
    used = Exists(on_people.filter(tag=OuterRef("pk"))) | Exists(on_sources.filter(tag=OuterRef("pk")))
    columns = ("is_tag", "place", "name", "pk")
    circles = Circle.objects.of(user).order_by().annotate(is_tag=no, place=Cast("position", IntegerField()))
    tags = Tag.objects.of(user).filter(used).order_by().annotate(is_tag=Value(1, IntegerField()), place=no)
    return circles.values_list(*columns).union(tags.values_list(*columns), all=True)


# ---- the steps


def _ordered(people: PersonSet, asked: View) -> PersonSet:
    by_name = (Lower(Substr("name", 1, 1)), Lower("name"), "pk")
    if asked.sort == "last":
        feeds = Source.objects.followed().filter(person=OuterRef("pk"), feed__newest_at__isnull=False)
        last = Subquery(feeds.order_by("-feed__newest_at").values("feed__newest_at")[:1])
        return people.annotate(last=last).order_by(F("last").desc(nulls_last=True), *by_name)
    if asked.sort == "circle":
        if asked.circle:
            people = people.filter(circles=asked.circle)
        return people.order_by(
            F("circles__position").asc(nulls_last=True), "circles__name", "circles__pk", *by_name
        )
    return people.order_by(*by_name)


def _sources(people: Collection[int]) -> dict[int, list[Columns]]:
    """The sources of these people, in the order they came. One query; rows of values, for most are only named."""
    found: dict[int, list[Columns]] = {}
    for columns in Source.objects.filter(person__in=people).order_by("pk").values(*NEEDED):
        found.setdefault(columns["person_id"], []).append(columns)
    return found


def _source(columns: Columns) -> Source:
    """As a row, with its feed."""
    source = Source.from_db(None, OF_SOURCE, [columns[name] for name in OF_SOURCE])
    source.feed = Feed.from_db(None, OF_FEED, [columns[f"feed__{name}"] for name in OF_FEED])
    return source


def _by_circle(there: Sequence[tuple[int | None, Row]]) -> list[Section]:
    """Under the ids of their circles; whoever shows them has the names."""
    groups = groupby(there, key=lambda each: each[0])
    return [Section("", circle or 0, [row for _, row in group]) for circle, group in groups]


def _plain(found: Sequence[Row], asked: View) -> list[Section]:
    """By name, under their letters; by last word without any heading."""
    if asked.sort != "name":
        return [Section("", 0, list(found))] if found else []
    return [Section(letter, 0, list(group)) for letter, group in groupby(found, key=_letter)]


def _letter(row: Row) -> str:
    letter = row.person.name[:1].upper()
    return letter if letter.isalpha() else "#"


def _in_state(people: PersonSet, state: str, now: datetime) -> PersonSet:
    theirs = Source.objects.filter(person=OuterRef("pk"))
    if state in rows.BY_WISH:
        wished = people.filter(Exists(theirs.filter(state=rows.BY_WISH[state])))
        return wished if state == "trial" else wished.filter(~Exists(theirs.followed()))
    standings = theirs.followed().alias(standing=standing(now, "feed__"))
    found = people.filter(Exists(standings.filter(standing=state)))
    return found.filter(~Exists(standings.filter(standing="well"))) if state == "sleeping" else found


def _tagged(tag: int) -> Any:
    return Tag.people.through.objects.filter(tag=tag, person=OuterRef("pk"))


def _source_tagged(tag: int) -> Any:
    return Tag.sources.through.objects.filter(tag=tag, source__person=OuterRef("pk"))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0
