"""What a person’s page says: who, where, how often, about what, whom they point to, and what is yours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast

from .. import markdown, rows
from ..models import Circle, Mute, Note, Person, Roster, Source, Tag, User
from ..models.person import PersonSet
from . import pointing, reach, topics, writing, year

LATEST = 5
FEW = 3  # sources whose forms may all stand on the page: they are most of what it costs
FIRST = 8  # sources that stand before the fold, where there are twice as many


@dataclass(frozen=True, slots=True)
class Ticked:
    """A circle or a tag, and whether the person has it."""

    pk: int
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class Where:
    """One source on the page: how it is, and what the member keeps about it."""

    row: rows.Row
    key: str  # what its note and tags are called in addresses and drafts
    tags: list[Ticked]
    note: str
    note_html: str
    muted: bool
    forms: bool  # whether its forms stand here; where there are many sources, only those of the one asked for


@dataclass(slots=True)
class Lists:
    """What stands in short lists of a person: circles and tags of the roster, entries week by week."""

    circles: list[Ticked] = field(default_factory=list)
    tags: list[Ticked] = field(default_factory=list)
    of_sources: dict[int, list[Ticked]] = field(default_factory=dict)
    weeks: list[int] = field(default_factory=lambda: [0] * writing.WEEKS)

    def tick(self, circles: Collection[int]) -> None:
        """As a refused form had them."""
        self.circles = [replace(circle, on=circle.pk in circles) for circle in self.circles]


def seen_by(user: User) -> PersonSet:
    """The people a member may look at, each with `tended` and `read` (may they), `note` and `noted_at`."""
    note = Note.objects.filter(user=user, person=OuterRef("pk"))
    people = Person.objects.seen_by(user).select_related("roster__group", "profile")
    return people.annotate(
        tended=Exists(Roster.objects.tended_by(user).filter(pk=OuterRef("roster"))),
        read=Exists(Roster.objects.read_by(user).filter(pk=OuterRef("roster"))),
        note=Subquery(note.values("text")[:1]),
        noted_at=Subquery(note.values("changed_at")[:1]),
    )


def page(person: Any, user: User, now: datetime, at: str = "") -> dict[str, Any]:
    """All of it. `person` is one of `seen_by`. Four queries, whatever there is."""
    mine = person.roster.owner_id == user.pk
    sources = list(sources_of(person, user, mine))
    speaking, few = writing.shown(sources), len(sources) <= FEW
    lists = lists_of(person, writing.by_week(speaking, now))
    newest = max((s.feed.newest_at for s in speaking if s.feed.newest_at), default=None)
    said = {
        "person": person,
        "key": f"person-{person.pk}",
        "mine": mine,
        "tended": person.tended,
        "shelves": shelves([where(s, lists, now, few or at == f"source-{s.pk}") for s in sources], at),
        "sources": sources,
        "twin": next((s.twin for s in sources if s.twin), None),
        "says": next((s.feed.subtitle for s in speaking if s.feed.subtitle), ""),
        "strip": year.strip(lists.weeks, newest, now),
        "lists": lists,
        "in_circles": [circle for circle in lists.circles if circle.on],
        "tags": [tag for tag in lists.tags if tag.on],
        "ways": reach.ways(person.reach),
        "note_html": markdown.render(person.note) if person.note else "",
        "kinds": Person.Kind.choices,
        "now": now,
    }
    return said | written(person, sources, user)


def written(person: Person, sources: Sequence[Any], user: User) -> dict[str, Any]:
    """What their newest entries say of them."""
    entries = writing.sample(writing.shown(sources), user)
    own = [person.home, *(url for s in sources for url in (s.feed.url, s.feed.site_url))]
    heard = [s for s in sources if s.state in Source.SHOWN and not s.muted]
    followed = {(s.feed_id, s.author) for s in heard}
    latest = [e for e in entries if {(e.feed_id, ""), (e.feed_id, e.author)} & followed]
    return {
        "topics": topics.topics(entries, [person.name, *(s.feed.title for s in sources)]),
        "latest": latest[:LATEST],
        "pointed": pointing.pointed_to(entries, own, Source.objects.of(user).exclude(person=person.pk)),
    }


def shelves(places: list[Where], at: str) -> list[tuple[list[Where], bool]]:
    """The first few where there are many, and the others behind a fold, open if one of them is asked for."""
    if len(places) <= 2 * FIRST:
        return [(places, True)]
    rest = places[FIRST:]
    return [(places[:FIRST], True), (rest, any(place.key == at for place in rest))]


def where(source: Any, lists: Lists, now: datetime, forms: bool) -> Where:
    note = source.note or ""
    html = markdown.render(note) if note else ""
    return Where(
        rows.row(source, now),
        f"source-{source.pk}",
        lists.of_sources.get(source.pk, []),
        note,
        html,
        bool(source.muted),
        forms,
    )


def sources_of(person: Person, user: User, mine: bool) -> Any:
    """Their sources in the order they came, those that are no longer followed last."""
    note = Note.objects.filter(user=user, source=OuterRef("pk"))
    sources = person.sources.select_related("feed").defer("feed__window")
    sources = sources.annotate(
        note=Subquery(note.values("text")[:1]),
        muted=Value(False),
        twin=Value(None, BigIntegerField()),
    )
    if not mine:
        theirs = Source.objects.of(user).filter(feed=OuterRef("feed")).order_by("pk")
        muted = Exists(Mute.objects.filter(user=user, source=OuterRef("pk")))
        sources = sources.annotate(twin=Subquery(theirs.values("person")[:1]), muted=muted)
    over = Case(When(state=Source.State.RETIRED, then=Value(1)), default=Value(0))
    return sources.order_by(over, "created_at", "pk")


def lists_of(person: Person, by_week: Any) -> Lists:
    """One query for all of them: a page may not ask for everything apart."""
    in_circle = Circle.people.through.objects.filter(circle=OuterRef("pk"), person=person.pk)
    tagged = Tag.people.through.objects.filter(tag=OuterRef("pk"), person=person.pk)
    on_sources = Tag.sources.through.objects.filter(source__person=person.pk)
    found = _said(Circle.objects.filter(roster=person.roster_id), "circle", n=F("position"), on=Exists(in_circle))
    found = found.union(
        _said(Tag.objects.filter(roster=person.roster_id), "tag", on=Exists(tagged)),
        _said(on_sources, "of", number=F("tag"), words=Value(""), of=F("source")),
        _said(by_week.values("week"), "week", number=F("week"), words=Value(""), n=Count("pk")),
        all=True,
    )
    return _sorted(list(found))


def _said(things: Any, kind: str, **columns: Any) -> Any:
    """Things of one kind as rows of six columns: kind, number, words, n, on, of."""
    said: dict[str, Any] = (
        {"number": F("pk"), "words": F("name")} | {"n": Value(0), "on": Value(False), "of": Value(None)} | columns
    )
    types: dict[str, Any] = {"n": IntegerField(), "on": BooleanField(), "of": BigIntegerField()}
    types["number"] = BigIntegerField()
    cast = {name: Cast(value, types[name]) if name in types else value for name, value in said.items()}
    return things.order_by().annotate(kind=Value(kind, CharField()), **cast).values_list("kind", *cast)


def _sorted(found: Sequence[tuple[str, int, str, int, bool, int | None]]) -> Lists:
    lists = Lists()
    sources: dict[int, list[int]] = {}  # by tag
    for kind, number, words, n, on, source in sorted(found, key=lambda each: (each[3], each[2], each[1])):
        if kind == "week":
            lists.weeks[min(max(number, 0), writing.WEEKS - 1)] += n
        elif kind == "circle":
            lists.circles.append(Ticked(number, words, bool(on)))
        elif kind == "tag":
            lists.tags.append(Ticked(number, words, bool(on)))
        elif source:
            sources.setdefault(number, []).append(source)
    for tag in lists.tags:
        for source in sources.get(tag.pk, ()):
            lists.of_sources.setdefault(source, []).append(tag)
    return lists
