"""The budget of one roster: what it asks for, who takes it, and what would make it fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from network.models import Circle, Person, Source
from network.models.person import SourceSet

from ..models import FeedWeeks
from . import minutes, weighing
from .minutes import Cost
from .weighing import Key

if TYPE_CHECKING:
    from network.models import Roster, User


@dataclass(frozen=True, slots=True)
class Share:
    """What a person, a circle or a source takes of a usual week."""

    pk: int
    name: str
    minutes: float
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """What a roster costs a week, and against what."""

    cost: Cost
    given: int  # minutes a week; 0 where its reader has named none
    people: list[Share]  # the dearest first
    circles: list[Share]  # somebody in two of them counts in both
    by_source: dict[int, Share] = field(default_factory=dict)
    heard: float = 0.0  # of the minutes to be expected, those with sound
    uncounted: int = 0  # sources nobody has weighed yet

    @property
    def expected(self) -> float:
        return sum(share.minutes for share in self.people)

    @property
    def estimated(self) -> list[Share]:
        return [share for share in self.by_source.values() if share.estimated]

    @property
    def excess(self) -> float:
        return max(0.0, self.cost.usual - self.given) if self.given else 0.0


def of_member(user: User, now: datetime) -> Budget:
    """A member's own roster against the minutes they give a day. Four queries at most."""
    return budget(list(followed(Source.objects.of(user))), Circle.objects.of(user), 7 * user.minutes, now)


def of_roster(roster: Roster, now: datetime) -> Budget:
    """Any roster, against nothing."""
    sources = Source.objects.filter(roster=roster)
    return budget(list(followed(sources)), Circle.objects.filter(roster=roster), 0, now)


def followed(sources: SourceSet) -> QuerySet[Source]:
    """Those whose entries are shown, with their people."""
    columns = ("roster", "author", "title", "state", "person__name", "person__kind", "feed__title", "feed__url")
    return sources.followed().select_related("person", "feed").only(*columns).order_by("pk")


def budget(sources: Sequence[Source], circles: Iterable[Circle], given: int, now: datetime) -> Budget:
    rows, uncounted = weeks_of({(source.feed_id, source.author) for source in sources}, now)
    by_source = {
        source.pk: Share(source.pk, str(source), minutes.foretold(row.weeks), row.estimated)
        for source in sources
        if (row := rows.get((source.feed_id, source.author)))
    }
    people = shares(
        (source.person_id, source.person.name, by_source[source.pk]) for source in sources if source.pk in by_source
    )
    of_person = {share.pk: share for share in people}
    once = [row for key, row in rows.items() if not key[1] or (key[0], "") not in rows]
    heard = sum(row.heard * minutes.foretold(row.weeks) for row in once)
    cost = minutes.together(row.weeks for row in once)
    return Budget(cost, given, people, by_circle(circles, of_person), by_source, heard, len(uncounted))


def weeks_of(keys: set[Key], now: datetime) -> tuple[dict[Key, FeedWeeks], set[Key]]:
    """The weeks of feeds and of authors in them; those nobody has weighed yet are, as far as it is quick."""
    found = FeedWeeks.objects.filter(feed__in={feed for feed, _ in keys})
    rows = {(row.feed_id, row.author): row for row in found if (row.feed_id, row.author) in keys}
    missing = sorted({feed for feed, _ in keys - rows.keys()})[: weighing.AT_ONCE]
    rows |= {key: row for row in weighing.weighed(missing, now) if (key := (row.feed_id, row.author)) in keys}
    return rows, keys - rows.keys()


def shares(parts: Iterable[tuple[int, str, Share]]) -> list[Share]:
    """Parts of the same thing added up, the dearest first."""
    minutes_of: dict[int, float] = defaultdict(float)
    names: dict[int, str] = {}
    guessed: set[int] = set()
    for pk, name, part in parts:
        minutes_of[pk] += part.minutes
        names[pk] = name
        if part.estimated:
            guessed.add(pk)
    found = [Share(pk, names[pk], taken, pk in guessed) for pk, taken in minutes_of.items()]
    return sorted(found, key=lambda share: (-share.minutes, share.name, share.pk))


def by_circle(circles: Iterable[Circle], people: Mapping[int, Share]) -> list[Share]:
    """What the people of each circle take together. One query."""
    inside = Circle.people.through.objects.filter(circle__in=[circle.pk for circle in circles])
    pairs = list(inside.values_list("circle", "circle__name", "person"))
    return shares((circle, name, people[person]) for circle, name, person in pairs if person in people)


def alone_in_a_circle(roster: Roster) -> dict[int, list[str]]:
    """The bridges: people who alone still link their reader to a circle, with its name. One query."""
    speaking = Person.objects.filter(roster=roster, sources__state__in=Source.SHOWN)
    inside = Circle.people.through.objects.filter(circle__roster=roster, person__in=speaking)
    by: dict[tuple[int, str], set[int]] = defaultdict(set)
    for circle, name, person in inside.values_list("circle", "circle__name", "person"):
        by[circle, name].add(person)
    found: dict[int, list[str]] = defaultdict(list)
    for (_circle, name), people in sorted(by.items(), key=lambda each: each[0][1]):
        if len(people) == 1:
            found[people.pop()].append(name)
    return dict(found)
