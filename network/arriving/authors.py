"""Who writes in a feed of several authors, and making people of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aggregator.models import Entry, Feed

from ..models import Circle, Person, Roster, Source, User
from ..naming import a_name
from ..remembering import history
from ..remembering.undoing import Refused
from ..showing import count_subscribers, seen

SAMPLE = 300  # the last entries, in which authors are looked for
MOST = 60  # authors of one feed


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who wrote in a feed of late; `person` where they stand on the roster by themselves already."""

    name: str
    count: int
    latest: datetime
    person: Person | None = None

    @property
    def words(self) -> str:
        return ngettext("%(n)d entry", "%(n)d entries", self.count) % {"n": self.count}


def writing_in(feed: Feed) -> list[Author]:
    """The authors of the last entries, who wrote most first. One query."""
    last = Entry.objects.filter(feed=feed).order_by("-sorted_at", "-pk")[:SAMPLE]
    named = Entry.objects.filter(pk__in=last.values("pk")).exclude(author="").order_by()
    found = named.values("author").annotate(n=Count("pk"), latest=Max("sorted_at"))
    return [Author(each["author"], each["n"], each["latest"]) for each in found.order_by("-n", "author")[:MOST]]


def of(source: Source) -> list[Author]:
    """The same, with who of them is on the source's roster by themselves. Two queries."""
    apart = Source.objects.filter(roster=source.roster_id, feed=source.feed_id).exclude(author="")
    people = {each.author: each.person for each in apart.select_related("person")}
    return [Author(a.name, a.count, a.latest, people.get(a.name)) for a in writing_in(source.feed)]


def one_organisation(person: Person, now: datetime, by: User) -> None:
    """All who write there are one: an organisation."""
    with history.noted(person.roster_id, "described", now, by=by, people=[person.pk]):
        Person.objects.filter(pk=person.pk).update(kind=Person.Kind.ORGANISATION)


@transaction.atomic
def apart(source: Source, names: Collection[str], rest_goes: bool, now: datetime, by: User) -> list[Person]:
    """These authors become people of the roster, each with a source of the same feed that shows what they write.

    The source they come from keeps what is left, or is retired; called like one who is ticked, it is theirs and
    shows what they write. An entry stands nowhere twice: it is shown with its author's source. Refused when none of
    them writes there.
    """
    Roster.objects.select_for_update(no_key=True).get(pk=source.roster_id)  # one at a time on one roster
    chosen = [each.name for each in of(source) if each.name in set(names) and each.person is None]
    own = next((name for name in chosen if a_name(name).casefold() == source.person.name.casefold()), "")
    chosen = [name for name in chosen if name != own]
    if not chosen and not (own and rest_goes):
        raise Refused(_("Tick at least one who is not on the roster by themselves yet."))
    with history.noted(source.roster_id, "split", now, by=by, sources=[source.pk]) as noting:
        known = {person.name: person for person in _without_it(source, chosen)}
        people = [known.get(a_name(name)) or _new(source, name, now) for name in chosen]
        fresh = [_source(source, person, name, now) for person, name in zip(people, chosen, strict=True)]
        Source.objects.bulk_create(fresh)
        if rest_goes and own:
            Source.objects.filter(pk=source.pk).update(author=own, changed_at=now)
        elif rest_goes:
            retired = {"state": Source.State.RETIRED, "reason": _("Its authors are followed one by one.")}
            Source.objects.filter(pk=source.pk).update(**retired, until=None, changed_at=now)
        made = {person.pk for person in people} - {person.pk for person in known.values()}
        noting.also("people", made)
        noting.also("circles_of", made)
        noting.also("sources", [each.pk for each in fresh])
    seen([each for each in fresh if each.state in Source.SHOWN], now)
    count_subscribers([source.feed_id])
    return people or [source.person]


def _without_it(source: Source, names: Collection[str]) -> list[Person]:
    """Those of these names who are on the roster already, and have not the feed."""
    people = Person.objects.filter(roster=source.roster_id, name__in=[a_name(name) for name in names])
    return list(people.exclude(sources__feed=source.feed_id).order_by("-pk"))


def _new(source: Source, name: str, now: datetime) -> Person:
    """Somebody in the same circles."""
    called = a_name(name) or _("Somebody")
    person = Person.objects.create(roster_id=source.roster_id, name=called, created_at=now)
    person.circles.set(Circle.objects.filter(people=source.person_id))
    return person


def _source(source: Source, person: Person, name: str, now: datetime) -> Source:
    state = source.state if source.state in Source.SHOWN else Source.State.FOLLOWING
    return Source(
        roster_id=source.roster_id,
        person=person,
        feed=source.feed,
        author=name,
        title=source.title,
        state=state,
        until=source.until if state == source.state else None,
        created_at=now,
        changed_at=now,
    )
