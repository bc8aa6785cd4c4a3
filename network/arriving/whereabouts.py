"""What is to be said of where somebody is: their places, what may be theirs, and who may be the same person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Value, prefetch_related_objects
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aggregator.asking import GONE, UNREACHED, UNSAFE
from aggregator.finding.typed import host_of
from aggregator.models import Profile
from aggregator.retold import retold
from aggregator.spelling import page_key, page_spelling

from ..models import Person, Place, Source

PATIENCE = timedelta(minutes=3)  # so long a page is said to be looked at, and the Add page asks again


@dataclass(frozen=True, slots=True)
class At:
    """One place, in words."""

    place: Place
    words: str = ""
    feeds: list[dict[str, str]] = field(default_factory=list)  # not followed on this roster yet

    @property
    def address(self) -> str:
        """As people write addresses: without scheme and the slash at the end."""
        return self.place.url.partition("://")[2].rstrip("/")


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody else on the roster who seems to be the same; `url` is by what, to be declined."""

    person: Person
    why: str
    url: str


@dataclass(slots=True)
class Known:
    """Who is on the roster already: by the feed they publish, with what it is called there, and by their home."""

    publishing: dict[str, tuple[Person, str]] = field(default_factory=dict)
    at_home: list[tuple[int, Person]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """All that is said of one person."""

    person: Person
    joined: list[At]
    proposed: list[At]
    declined: list[At]
    twins: list[Twin]
    notes: list[str]  # what is wrong, or was left out, in sentences
    looking: bool = False

    @property
    def profile(self) -> Profile | None:
        return self.person.profile

    @property
    def anything(self) -> bool:
        return bool(self.joined or self.proposed or self.twins or self.notes)


def whereabouts(people: Sequence[Person], now: datetime) -> dict[int, Whereabouts]:
    """Of these people of one roster, by id. Their profiles and places, and at most one query more."""
    prefetch_related_objects(people, "profile", "places")
    if not people:
        return {}
    keys = {person.pk: _keys(person) for person in people}
    known = _known(people, {key for each in keys.values() for key in each})
    return {person.pk: _of(person, known, _twins(person, keys[person.pk], known), now) for person in people}


def _of(person: Person, known: Known, twins: list[Twin], now: datetime) -> Whereabouts:
    links = {page_spelling(link["url"]): link for link in _links(person)}
    by_state: dict[str, list[At]] = {state: [] for state in Place.State.values}
    for place in person.places.all():
        link = links.get(page_spelling(place.url), {})
        feeds = [feed for feed in link.get("feeds", []) if feed["url"] not in known.publishing]
        at = At(place, _words(place, link), feeds)
        if link or place.state != Place.State.DECLINED:  # by others only twins are declined (places.decline)
            by_state[place.state].append(at)
    profile = person.profile
    looking = profile is not None and profile.looked_at is None and person.created_at > now - PATIENCE
    joined, proposed, declined = by_state.values()
    return Whereabouts(person, joined, proposed, declined, twins, _notes(profile), looking)


def _words(place: Place, link: dict[str, Any]) -> str:
    if place.mutual:
        return _("each page names the other")
    if link.get("says") == UNREACHED:
        return retold(str(link["why"]))
    if place.state == Place.State.JOINED:
        return _("you say so")
    return _("the home page names it, but it does not name the home page")


def _notes(profile: Profile | None) -> list[str]:
    if profile is None or profile.looked_at is None:
        return []
    why = retold(profile.trouble)
    notes = [_("The home page could not be read: %(why)s") % {"why": why}] if why else []
    notes += [
        _("%(host)s was not asked: %(why)s") % {"host": host_of(link["url"]), "why": retold(link["why"])}
        for link in profile.links
        if link["says"] == UNSAFE
    ]
    if gone := sum(link["says"] == GONE for link in profile.links):
        words = ngettext("It names one page that is not there.", "It names %(n)d pages that are not there.", gone)
        notes.append(words % {"n": gone})
    if profile.cut:
        words = ngettext(
            "It names one place more, which was not asked.",
            "It names %(n)d places more, which were not asked.",
            profile.cut,
        )
        notes.append(words % {"n": profile.cut})
    return notes


def _links(person: Person) -> list[dict[str, Any]]:
    return person.profile.links if person.profile else []


def _mutual(person: Person) -> list[Place]:
    return [place for place in person.places.all() if place.mutual and place.state == Place.State.JOINED]


def _known(people: Sequence[Person], keys: Collection[int]) -> Known:
    """Whom the roster has already: by the feeds at places of these people, and at home where one of them may be.

    One query for both: neither is worth one of its own on a page of ten.
    """
    urls = {feed["url"] for person in people for link in _links(person) for feed in link["feeds"]}
    roster, no, none = people[0].roster_id, Value("", CharField()), Value(0, BigIntegerField())
    columns = ("url", "feed_called", "key", "who", "called")
    sources = Source.objects.filter(roster=roster, feed__url__in=urls).order_by()
    sources = sources.annotate(
        url=F("feed__url"),
        feed_called=Coalesce(NullIf("title", no), NullIf("feed__title", no), "feed__url"),
        key=none,
        who=F("person"),
        called=F("person__name"),
    )
    homes = Person.objects.filter(roster=roster, profile__key__in=keys).order_by()
    homes = homes.annotate(url=no, feed_called=no, key=F("profile__key"), who=F("pk"), called=F("name"))
    known = Known()
    found = sources.values_list(*columns).union(homes.values_list(*columns), all=True)
    for url, feed_called, key, who, name in sorted(found, key=lambda each: (each[4], each[3])):
        if url:
            known.publishing[url] = (Person(pk=who, name=name), feed_called)
        else:
            known.at_home.append((key, Person(pk=who, name=name)))
    return known


def _twins(person: Person, keys: dict[int, tuple[str, str]], known: Known) -> list[Twin]:
    """Who else is at home where this person is, or where a place of theirs is; or publishes there."""
    no = {page_key(p.url) for p in person.places.all() if p.state == Place.State.DECLINED}
    seen, theirs = {person.pk}, list[Twin]()
    for key, other in known.at_home:
        if other.pk not in seen and key in keys and key not in no:
            seen.add(other.pk)
            theirs.append(Twin(other, *keys[key]))
    for feed in _feeds(person):
        other, called = known.publishing.get(feed, (person, ""))
        if other.pk not in seen and page_key(feed) not in no:
            seen.add(other.pk)
            theirs.append(Twin(other, _("“%(feed)s” is published at a place of theirs") % {"feed": called}, feed))
    return theirs


def _keys(person: Person) -> dict[int, tuple[str, str]]:
    """Addresses whose owner is this person: why, and the address, by key."""
    keys = {
        page_key(place.url): (_("their pages name each other"), place.url) for place in reversed(_mutual(person))
    }
    if person.profile:
        keys[person.profile.key] = (_("they have the same home page"), person.profile.url)
    return keys


def _feeds(person: Person) -> list[str]:
    """The addresses of the feeds at places that name this person back."""
    links = {page_spelling(link["url"]): link for link in _links(person)}
    return [
        feed["url"]
        for place in _mutual(person)
        for feed in links.get(page_spelling(place.url), {"feeds": []})["feeds"]
    ]
