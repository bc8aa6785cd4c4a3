"""Putting feeds on a roster and taking them off: the one place where sources come and change their state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from aggregator.models import Feed

from . import states
from .models import Circle, Person, Roster, Source, User
from .naming import a_name
from .remembering import history, pictures
from .remembering.pictures import Difference, Picture
from .showing import count_subscribers, recount, seen, show_to, when_visible
from .states import bring_back, end_pauses, end_trials, keep, pause, retire, try_out, turn
from .whose import forget, give, give_to

__all__ = [
    "Followed",
    "Wish",
    "a_name",
    "bring_back",
    "count_subscribers",
    "end_pauses",
    "end_trials",
    "forget",
    "give",
    "give_to",
    "keep",
    "pause",
    "recount",
    "retire",
    "show_to",
    "try_out",
    "turn",
    "when_visible",
]  # what others reach through here, beside the acts below


@dataclass(frozen=True, slots=True)
class Wish:
    """One feed somebody wants on their roster, and what they said about it."""

    feed: Feed
    name: str = ""  # of the person; without one the feed's title, without that its host
    who: str = ""  # wishes with the same key are sources of one person
    person: Person | None = None
    circles: tuple[str, ...] = ()  # by name; made when missing
    title: str = ""  # the member's own name for the source
    home: str = ""
    kind: str = Person.Kind.PERSON
    state: str = Source.State.FOLLOWING
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a wish."""

    source: Source
    joined: bool  # the feed was on the roster already


def follow(
    roster: Roster,
    feed: Feed,
    now: datetime,
    *,
    name: str = "",
    person: Person | None = None,
    circles: Iterable[str] = (),
    by: User | None = None,
    why: str = "",
) -> Source:
    """Put one feed on a roster. A feed that is there already is joined, and brought back if it was retired."""
    wish = Wish(feed, name=name, person=person, circles=tuple(circles))
    return follow_many(roster, [wish], now, by=by, why=why)[0].source


@transaction.atomic
def follow_many(
    roster: Roster,
    wishes: Sequence[Wish],
    now: datetime,
    *,
    by: User | None = None,
    act: str = "followed",
    why: str = "",
    circles: Iterable[str] = (),
) -> list[Followed]:
    """Put many feeds on a roster, in a few queries and as one act; answers in the order of the wishes.

    `circles` are made first, in their order, when they are missing.
    """
    Roster.objects.select_for_update(no_key=True).get(pk=roster.pk)  # one at a time on one roster
    there = _sources_there(roster, {wish.feed.pk for wish in wishes})
    people = _people(roster, [wish for wish in wishes if wish.feed.pk not in there], now)
    followed, fresh, back = [], [], []
    for wish in wishes:
        source = there.get(wish.feed.pk)
        joined = source is not None
        if source is None:
            source = _source(roster, wish, wish.person or people[_key(wish)], now)
            fresh.append(source)
            there[wish.feed.pk] = source
        elif source.state == Source.State.RETIRED and source.pk:
            back.append(source)
        followed.append(Followed(source, joined))
    Source.objects.bulk_create(fresh)
    what = states.turned(back, Source.State.FOLLOWING, now) if back else Difference()
    _gather(roster, followed, wishes, circles, people.values(), what)
    for source in fresh:
        what.came("sources", source.pk, pictures.thing(source, "sources", tags=()))
    seen([s for s in fresh if s.state in Source.SHOWN], now)
    if what:
        what.known = _known(followed)
        history.write(roster.pk, act, what, now, by=by, why=why)
    return followed


# ---- the steps


def _sources_there(roster: Roster, feeds: Collection[int]) -> dict[int, Source]:
    sources = Source.objects.filter(roster=roster, feed__in=feeds).select_related("person", "feed").order_by("-pk")
    return {source.feed_id: source for source in sources}


def _key(wish: Wish) -> str:
    return wish.who or f"feed {wish.feed.pk}"


def _people(roster: Roster, wishes: Iterable[Wish], now: datetime) -> dict[str, Person]:
    """A new person for each key that brings none."""
    people: dict[str, Person] = {}
    for wish in wishes:
        if wish.person is None and _key(wish) not in people:
            name = a_name(wish.name) or a_name(wish.feed.title) or urlsplit(wish.feed.url).hostname or wish.feed.url
            people[_key(wish)] = Person(
                roster=roster, name=name[:200], kind=wish.kind, home=wish.home or wish.feed.site_url, created_at=now
            )
    Person.objects.bulk_create(people.values())
    return people


def _source(roster: Roster, wish: Wish, person: Person, now: datetime) -> Source:
    return Source(
        roster=roster,
        person=person,
        feed=wish.feed,
        title=a_name(wish.title, 300),
        state=wish.state,
        until=wish.until,
        reason=wish.reason[:500],
        created_at=now,
        changed_at=now,
    )


def _gather(
    roster: Roster,
    followed: Sequence[Followed],
    wishes: Sequence[Wish],
    first: Iterable[str],
    new: Collection[Person],
    what: Difference,
) -> None:
    """Put people in the circles named, making those that are missing; what came of it goes into `what`."""
    wanted = [(f.source.person, wish.circles) for f, wish in zip(followed, wishes, strict=True)]
    pairs = {(person.pk, a_name(name)): None for person, names in wanted for name in names if a_name(name)}
    names = dict.fromkeys([*(a_name(name) for name in first), *(name for _, name in pairs)])
    circles, made = _circles(roster, names) if names else ({}, [])
    for circle in made:
        what.came("circles", circle.pk, pictures.thing(circle, "circles"))
    inside: dict[int, set[int]] = {person.pk: set() for person in new}
    for person, name in pairs:
        inside.setdefault(person, set()).add(circles[name].pk)
    old = inside.keys() - {person.pk for person in new}
    before = pictures.memberships("people", "circles", old) if old else {}
    member = Circle.people.through
    member._default_manager.bulk_create(
        [member(circle_id=circle, person_id=person) for person, ids in inside.items() for circle in sorted(ids)],
        ignore_conflicts=True,
    )
    for made_now in new:
        own = pictures.thing(made_now, "people", circles=inside[made_now.pk], tags=())
        what.came("people", made_now.pk, own)
    for number, was in before.items():
        what.became("people", number, was, {"circles": sorted(inside[number].union(was["circles"]))})


def make_circles(roster: Roster, names: Iterable[str]) -> dict[str, Circle]:
    """The roster's circles of these names, by name; made in this order when missing."""
    return _circles(roster, names)[0]


def _circles(roster: Roster, names: Iterable[str]) -> tuple[dict[str, Circle], list[Circle]]:
    """The roster's circles, by name, and those of them that were made for these names."""
    names = [clean for name in names if (clean := a_name(name))]
    there = {circle.name: circle for circle in Circle.objects.filter(roster=roster)}
    last = max((circle.position for circle in there.values()), default=0)
    missing = [name for name in dict.fromkeys(names) if name not in there]
    if not missing:
        return there, []
    made = [Circle(roster=roster, name=name, position=last + n) for n, name in enumerate(missing, 1)]
    Circle.objects.bulk_create(made, ignore_conflicts=True)  # another click may have made one in this moment
    made = list(Circle.objects.filter(roster=roster, name__in=missing))
    return there | {circle.name: circle for circle in made}, made


def _known(followed: Sequence[Followed]) -> Picture:
    """The names of whom it is about, so that nobody looks them up."""
    people = {f.source.person_id: {"name": f.source.person.name} for f in followed}
    sources = {
        f.source.pk: {
            "person_id": f.source.person_id,
            "named": pictures.called(f.source.title, f.source.feed.title, f.source.feed.url),
        }
        for f in followed
    }
    return {"people": people, "sources": sources}
