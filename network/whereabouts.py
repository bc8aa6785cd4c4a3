"""What is to be said of where somebody is: their places, what may be theirs, and who may be the same person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aggregator.asking import GONE, UNREACHED, UNSAFE
from aggregator.finding.typed import host_of
from aggregator.models import Profile
from aggregator.spelling import page_key, page_spelling

from .models import Person, Place, Source

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
    """Of these people of one roster, by id. Their profiles and places, and at most three queries more."""
    prefetch_related_objects(people, "profile", "places")
    if not people:
        return {}
    followed = _followed(people)
    twins = _twins(people, followed)
    return {person.pk: _of(person, followed, twins.get(person.pk, []), now) for person in people}


def _of(person: Person, followed: dict[str, Source], twins: list[Twin], now: datetime) -> Whereabouts:
    links = {page_spelling(link["url"]): link for link in _links(person)}
    by_state: dict[str, list[At]] = {state: [] for state in Place.State.values}
    for place in person.places.all():
        link = links.get(page_spelling(place.url), {})
        feeds = [feed for feed in link.get("feeds", []) if feed["url"] not in followed]
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
        return str(link["why"])
    if place.state == Place.State.JOINED:
        return _("you say so")
    return _("the home page names it, but it does not name the home page")


def _notes(profile: Profile | None) -> list[str]:
    if profile is None or profile.looked_at is None:
        return []
    notes = [_("The home page could not be read: %(why)s") % {"why": profile.trouble}] if profile.trouble else []
    notes += [
        _("%(host)s was not asked: %(why)s") % {"host": host_of(link["url"]), "why": link["why"]}
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


def _followed(people: Sequence[Person]) -> dict[str, Source]:
    """The sources of the roster whose feeds are those of some place of these people, by the feed's address."""
    urls = {feed["url"] for person in people for link in _links(person) for feed in link["feeds"]}
    if not urls:
        return {}
    sources = Source.objects.filter(roster=people[0].roster_id, feed__url__in=urls)
    return {source.feed.url: source for source in sources.select_related("feed", "person")}


def _twins(people: Sequence[Person], followed: dict[str, Source]) -> dict[int, list[Twin]]:
    """Who else is at home where one is, or where a place of theirs is; or publishes there."""
    keys = {person.pk: _keys(person) for person in people}
    wanted = {key for each in keys.values() for key in each}
    others = Person.objects.filter(roster=people[0].roster_id, profile__key__in=wanted).select_related("profile")
    there = list(others.exclude(profile=None)) if wanted else []
    found: dict[int, list[Twin]] = {}
    for person in people:
        no = {page_key(p.url) for p in person.places.all() if p.state == Place.State.DECLINED}
        seen, theirs = {person.pk}, found.setdefault(person.pk, [])
        for other in there:
            key = other.profile.key if other.profile else 0
            if other.pk not in seen and key in keys[person.pk] and key not in no:
                seen.add(other.pk)
                why, url = keys[person.pk][key]
                theirs.append(Twin(other, why, url))
        for feed in _feeds(person):
            source = followed.get(feed)
            if source and source.person_id not in seen and page_key(feed) not in no:
                seen.add(source.person_id)
                why = _("“%(feed)s” is published at a place of theirs") % {"feed": source}
                theirs.append(Twin(source.person, why, feed))
    return found


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
