"""Putting feeds on a roster and taking them off: the one place where sources come and change their state."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from aggregator.models import Feed

from .models import Circle, Person, Roster, Source
from .showing import count_subscribers, hold, recount, seen, show_to, when_visible

__all__ = [
    "Followed",
    "Wish",
    "count_subscribers",
    "recount",
    "show_to",
    "when_visible",
]  # what others reach through here, beside the acts below

# Controls, line and bidirectional marks, what is no character. The joiners within words and emoji stay.
NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


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
) -> Source:
    """Put one feed on a roster. A feed that is there already is joined, and brought back if it was retired."""
    wish = Wish(feed, name=name, person=person, circles=tuple(circles))
    return follow_many(roster, [wish], now)[0].source


@transaction.atomic
def follow_many(roster: Roster, wishes: Sequence[Wish], now: datetime) -> list[Followed]:
    """Put many feeds on a roster, in a few queries; answers in the order of the wishes."""
    if not wishes:
        return []
    Roster.objects.select_for_update().get(pk=roster.pk)  # one at a time on one roster
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
    _gather(roster, [(f.source.person, wish.circles) for f, wish in zip(followed, wishes, strict=True)])
    if back:
        turn(back, Source.State.FOLLOWING, now)
    seen([s for s in fresh if s.state in Source.SHOWN], now)
    return followed


def pause(source: Source, until: datetime | None, now: datetime) -> None:
    """Show nothing of a source until then; without a date, until it is brought back."""
    turn([source], Source.State.PAUSED, now, until=until)


def retire(source: Source, now: datetime, reason: str = "") -> None:
    """Drop a source. What its reader marked and noted stays."""
    turn([source], Source.State.RETIRED, now, reason=reason)


def bring_back(source: Source, now: datetime) -> None:
    """Follow a paused or retired source again."""
    turn([source], Source.State.FOLLOWING, now)


@transaction.atomic
def turn(
    sources: Collection[Source], state: str, now: datetime, *, until: datetime | None = None, reason: str = ""
) -> None:
    """Turn sources to a state, all at once."""
    if not sources:
        return
    before, reason = {source.pk: source.state for source in sources}, a_name(reason, 500)
    hold({source.feed_id for source in sources})
    for source in sources:
        source.state, source.until, source.reason, source.changed_at = state, until, reason, now
    Source.objects.filter(pk__in=before).update(state=state, until=until, reason=reason, changed_at=now)
    if state in Source.SHOWN:
        seen([s for s in sources if before[s.pk] not in Source.SHOWN], now)
    else:
        count_subscribers({source.feed_id for source in sources})


@transaction.atomic
def forget(sources: Collection[Source]) -> None:
    """Take sources off as if they had never come, and the people who have no other."""
    people = {source.person_id for source in sources}
    feeds = {source.feed_id for source in sources}
    hold(feeds)
    Source.objects.filter(pk__in=[source.pk for source in sources]).delete()
    Person.objects.filter(pk__in=people, sources__isnull=True).delete()
    count_subscribers(feeds)


@transaction.atomic
def give_to(source: Source, name: str, now: datetime) -> Person:
    """A source belongs to the other person of this name on its roster, made if there is none; answers who."""
    Roster.objects.select_for_update().get(pk=source.roster_id)  # one at a time on one roster
    source = Source.objects.select_related("person").get(pk=source.pk)
    before, people = source.person, Person.objects.filter(roster=source.roster_id, name=name)
    person = people.exclude(pk=before.pk).first() or people.first()
    if person is None:
        person = Person.objects.create(roster_id=source.roster_id, name=name, created_at=now)
        person.circles.set(before.circles.all())
    give(source, person)
    return person


@transaction.atomic
def give(source: Source, person: Person) -> None:
    """A source belongs to another person of the same roster; who has none left goes."""
    before = source.person_id
    if before == person.pk:
        return
    twin = Source.objects.filter(roster=source.roster_id, feed=source.feed_id, person=person).exclude(pk=source.pk)
    if twin.exists():
        forget([source])
        return
    source.person = person
    source.save(update_fields=["person"])
    Person.objects.filter(pk=before, sources__isnull=True).delete()


def end_pauses(now: datetime) -> int:
    """Bring back the sources whose pause is over; how many."""
    over = list(Source.objects.filter(state=Source.State.PAUSED, until__lte=now))
    turn(over, Source.State.FOLLOWING, now)
    return len(over)


def a_name(text: str, limit: int = 200) -> str:
    """A name as one line of text, without what cannot be seen or turns the words around it."""
    return " ".join(NO_NAME.sub(" ", text).split())[:limit].strip()


# ---- the steps


def _sources_there(roster: Roster, feeds: Collection[int]) -> dict[int, Source]:
    sources = Source.objects.filter(roster=roster, feed__in=feeds).select_related("person").order_by("-pk")
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


def _gather(roster: Roster, wanted: Iterable[tuple[Person, tuple[str, ...]]]) -> None:
    """Put people in the circles named, making those that are missing."""
    pairs = {(person.pk, a_name(name)): None for person, names in wanted for name in names if a_name(name)}
    if not pairs:
        return
    circles = make_circles(roster, dict.fromkeys(name for _, name in pairs))
    member = Circle.people.through
    member._default_manager.bulk_create(
        [member(circle_id=circles[name].pk, person_id=person) for person, name in pairs], ignore_conflicts=True
    )


def make_circles(roster: Roster, names: Iterable[str]) -> dict[str, Circle]:
    """The roster's circles of these names, by name; made in this order when missing."""
    names = [clean for name in names if (clean := a_name(name))]
    there = {circle.name: circle for circle in Circle.objects.filter(roster=roster)}
    last = max((circle.position for circle in there.values()), default=0)
    missing = [name for name in dict.fromkeys(names) if name not in there]
    made = [Circle(roster=roster, name=name, position=last + n) for n, name in enumerate(missing, 1)]
    Circle.objects.bulk_create(made, ignore_conflicts=True)  # another click may have made one in this moment
    return there | {circle.name: circle for circle in Circle.objects.filter(roster=roster, name__in=missing)}
