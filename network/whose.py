"""Whose a source is: taking sources off, giving them to others, and making one person of two or two of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import deepcopy
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from .models import Change, Person, Roster, Source, User
from .naming import a_name
from .remembering import history, pictures
from .remembering.folding import fold_person, fold_source, without_the_empty
from .remembering.pictures import Picture
from .remembering.undoing import Refused


@transaction.atomic
def forget(
    sources: Collection[Source],
    now: datetime,
    *,
    by: User | None = None,
    act: str = "forgotten",
    why: str = "",
    circles: bool = False,
) -> Change | None:
    """Take sources off as if they had never come, and the people who have no other. With `circles`, those nobody is
    left in go too."""
    change = None
    for roster, some in _by_roster(sources).items():
        Roster.objects.select_for_update(no_key=True).get(pk=roster)
        before = pictures.whole({source.person_id for source in some}, [source.pk for source in some])
        after = deepcopy(before)
        for source in some:
            after["sources"].pop(source.pk, None)
        without_the_empty(after, before)
        if circles:
            _empty_circles(before, after)
        change = history.make(roster, act, before, after, now, by=by, why=why)
    return change


@transaction.atomic
def give(source: Source, person: Person, now: datetime, by: User | None = None) -> Change | None:
    """A source belongs to another person of the same roster; who has none left goes."""
    return give_all([source], person, now, by)


@transaction.atomic
def give_all(
    sources: Collection[Source], person: Person, now: datetime, by: User | None = None, *, new: bool = False
) -> Change | None:
    """Sources of one roster belong to another of its people (made just now, if `new`); who has none left goes."""
    Roster.objects.select_for_update(no_key=True).get(pk=person.roster_id)
    if any(source.roster_id != person.roster_id for source in sources):
        raise Refused(_("They are not on the same roster."))
    before = pictures.whole({source.person_id for source in sources} | {person.pk})
    if person.pk not in before["people"]:
        raise Refused(_("“%(name)s” is not on the roster any more.") % {"name": person.name})
    after = deepcopy(before)
    for source in sources:
        if source.pk in after["sources"]:
            _hand_over(after, source.pk, person.pk)
    without_the_empty(after, before)
    _just_come(before, person, new=new)
    return history.make(person.roster_id, "moved", before, after, now, by=by, new=[person.pk] if new else ())


@transaction.atomic
def give_to(source: Source, name: str, now: datetime, by: User | None = None) -> Person:
    """A source belongs to the other person of this name on its roster, made if there is none; answers who."""
    return give_all_to([source], name, now, by)[0]


@transaction.atomic
def give_all_to(
    sources: Sequence[Source], name: str, now: datetime, by: User | None = None
) -> tuple[Person, Change | None]:
    """The same of many sources of one roster. Whoever is made is in the circles of those they come from."""
    roster = sources[0].roster_id
    Roster.objects.select_for_update(no_key=True).get(pk=roster)  # one at a time on one roster
    owners = set(Source.objects.filter(pk__in=[source.pk for source in sources]).values_list("person", flat=True))
    people = Person.objects.filter(roster=roster, name=name)
    person = people.exclude(pk__in=owners).first() or people.first()
    if person:
        return person, give_all(sources, person, now, by)
    person = _new(roster, name, now, owners)
    return person, give_all(sources, person, now, by, new=True)


@transaction.atomic
def merge(kept: Person, other: Person, now: datetime, *, name: str = "", by: User | None = None) -> Change | None:
    """Two people of one roster are one: sources, circles, tags, places and notes come together under a name."""
    if kept.pk == other.pk:
        raise Refused(_("They are the same already. Choose somebody else."))
    if kept.roster_id != other.roster_id:
        raise Refused(_("They are not on the same roster."))
    Roster.objects.select_for_update(no_key=True).get(pk=kept.roster_id)
    before = pictures.whole([kept.pk, other.pk])
    for person in (kept, other):
        if person.pk not in before["people"]:
            raise Refused(_("“%(name)s” is not on the roster any more.") % {"name": person.name})
    after = deepcopy(before)
    fold_person(after, other.pk, kept.pk)
    after["people"][kept.pk]["name"] = a_name(name) or kept.name
    return history.make(kept.roster_id, "merged", before, after, now, by=by)


@transaction.atomic
def split(
    person: Person, sources: Collection[int], name: str, now: datetime, by: User | None = None
) -> tuple[Person, Change | None]:
    """Some of somebody's sources belong to a new person, who is in the same circles."""
    if not name:
        raise Refused(_("Write whose they are."))
    Roster.objects.select_for_update(no_key=True).get(pk=person.roster_id)
    theirs = list(Source.objects.filter(person=person))
    chosen = [source for source in theirs if source.pk in set(sources)]
    if not chosen:
        raise Refused(_("Tick at least one source that is somebody else’s."))
    if len(chosen) == len(theirs):
        raise Refused(_("Leave at least one source with %(name)s.") % {"name": person.name})
    new = _new(person.roster_id, name, now, {person.pk})
    before = pictures.whole([person.pk, new.pk])
    after = deepcopy(before)
    for source in chosen:
        after["sources"][source.pk]["person_id"] = new.pk
    _just_come(before, new, new=True)
    return new, history.make(person.roster_id, "split", before, after, now, by=by, new=[new.pk])


def _new(roster: int, name: str, now: datetime, like: Collection[int]) -> Person:
    """Somebody in the circles of these people."""
    person = Person.objects.create(roster_id=roster, name=name, created_at=now)
    memberships = pictures.memberships("people", "circles", like)
    person.circles.set({circle for each in memberships.values() for circle in each["circles"]})
    return person


def _just_come(before: Picture, person: Person, *, new: bool) -> None:
    """Whoever was made for an act was not there before it."""
    if new:
        before["people"].pop(person.pk)


def _hand_over(after: Picture, source: int, person: int) -> None:
    """To a person; one who has the feed already keeps theirs."""
    own = after["sources"][source]
    twin = _twin(after, own["feed_id"], person)
    if twin and twin != source:
        fold_source(after, source, twin)
    else:
        own["person_id"] = person


def _twin(after: Picture, feed: int, person: int) -> int | None:
    theirs = (n for n, each in after["sources"].items() if (each["feed_id"], each["person_id"]) == (feed, person))
    return next(theirs, None)


def _empty_circles(before: Picture, after: Picture) -> None:
    """The circles of those who go go with them, if nobody is left there."""
    going = before["people"].keys() - after["people"].keys()
    ids = {circle for number in going for circle in before["people"][number]["circles"]}
    through, what, who = pictures.LISTS["people", "circles"]
    left = through._default_manager.filter(**{f"{what}__in": ids}).exclude(**{f"{who}__in": going})
    empty = ids - set(left.values_list(what, flat=True))
    before["circles"] = pictures.rows("circles", pk__in=empty) if empty else {}


def _by_roster(sources: Collection[Source]) -> dict[int, list[Source]]:
    found: dict[int, list[Source]] = {}
    for source in sources:
        found.setdefault(source.roster_id, []).append(source)
    return found
