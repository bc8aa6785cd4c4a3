"""Where else somebody is: what their home page says becomes places, portrait and, as they come in, a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aggregator import profiles, websub
from aggregator.asking import GONE, MUTUAL, UNSAFE
from aggregator.feeds import remember
from aggregator.finding.typed import NoAddress, host_of, normalise, tidy
from aggregator.models import Icon, Profile
from aggregator.spelling import page_spelling

from .. import follow
from ..models import Arrival, Change, Person, Place, Roster, Source, User
from ..naming import a_name
from ..remembering import history
from ..remembering.undoing import Refused

NEW = timedelta(days=1)  # so long somebody who came in by Add may be named by what their page says
WITHIN = timedelta(days=1)  # the pages of a whole list are asked over a day, not in a moment
MOST_AT_ONCE = 2000
MOST_PLACES = 100  # of one person


# ---- asking


@transaction.atomic
def ask(people: Sequence[Person], now: datetime, within: timedelta = timedelta(0)) -> None:
    """Have the home pages of these people looked at; what is known of them already is theirs at once."""
    homes = {person.home for person in people if person.home}
    asked = profiles.ask(homes, now, within)
    found = [person for person in people if person.home in asked]
    for person in found:
        person.profile = asked[person.home]
    Person.objects.bulk_update(found, ["profile"], batch_size=500)
    for profile in {each.pk: each for each in asked.values() if each.looked_at}.values():
        learn(profile, [person for person in found if person.profile_id == profile.pk], now)


def came_in(source: Source, address: str, now: datetime) -> None:
    """Somebody has come in by an address: that is their home, unless their feed says a better one. Ask there."""
    person = Person.objects.get(pk=source.person_id)
    if not person.home:
        typed = normalise(address)
        page = "" if isinstance(typed, NoAddress) or typed.url == source.feed.url else typed.url
        page = "" if websub.tells_a_secret(page) else page
        person.home = source.feed.site_url or page
        person.save(update_fields=["home"])
    if person.home and person.profile_id is None:
        ask([person], now)


def look_again(person: Person, now: datetime) -> datetime | None:
    """Look at somebody's home page again, as soon as manners allow; when. None where they have no home."""
    if person.profile is None:
        ask([person], now)
        return now if person.profile else None
    return profiles.look_again(person.profile, now)


def filled(feeds: dict[int, int]) -> None:
    """Registered in aggregator.finish.when_filled: a feed that has come in says where its people are at home."""
    at_home(timezone.now(), feeds)  # a door: the aggregator calls


def tend(now: datetime) -> None:
    """Every hour: people without a home get their feed's, homes are asked for, pages nobody follows are not."""
    at_home(now)
    homeless = Person.objects.filter(profile=None, sources__feed__subscribers__gt=0).exclude(home="").distinct()
    ask(list(homeless.order_by("pk")[:MOST_AT_ONCE]), now, WITHIN)
    followed = Person.objects.filter(sources__feed__subscribers__gt=0).exclude(profile=None)
    profiles.keep_only(followed.values("profile"), now)


def at_home(now: datetime, feeds: Collection[int] | None = None) -> None:
    """People who have no home are at home on the site of their feed; not its single authors, who share it."""
    some = Source.objects.filter(person__home="", author="").exclude(feed__site_url="")
    some = some if feeds is None else some.filter(feed__in=feeds)
    people: dict[int, Person] = {}
    for source in some.select_related("person", "feed").order_by("pk")[:MOST_AT_ONCE]:
        people.setdefault(source.person_id, source.person).home = source.feed.site_url
    Person.objects.bulk_update(people.values(), ["home"], batch_size=500)
    ask(list(people.values()), now, WITHIN)


# ---- learning


def learned(profile: Profile) -> None:
    """Registered in aggregator.profiles.when_looked."""
    now = timezone.now()  # a door: the aggregator calls
    learn(profile, list(Person.objects.filter(profile=profile)), now)


def portrayed(icon: Icon) -> None:
    """Registered in aggregator.icons.when_kept: a picture that came is the portrait of whose page names it."""
    Person.objects.filter(profile__photo_url=icon.site).update(portrait=icon)


@transaction.atomic
def learn(profile: Profile, people: Sequence[Person], now: datetime) -> None:
    """What a page said is so for everybody who is at home there: their places, portrait and name."""
    if not people or profile.trouble:
        return
    theirs: dict[int, list[Place]] = {person.pk: [] for person in people}
    for place in Place.objects.filter(person__in=people):
        theirs[place.person_id].append(place)
    fresh: list[Place] = []
    changed: list[Place] = []
    for person in people:
        new, other = _differences(person, theirs[person.pk], profile.links, now)
        fresh, changed = fresh + new, changed + other
    Place.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    Place.objects.bulk_update(changed, ["state", "mutual", "name"], batch_size=500)
    named = {page_spelling(link["url"]) for link in profile.links if link["says"] != GONE}
    proposed = [place for places in theirs.values() for place in places if place.state == Place.State.PROPOSED]
    gone = [place.pk for place in proposed if page_spelling(place.url) not in named]
    Place.objects.filter(pk__in=gone).delete()
    icon = Icon.objects.defer("content").filter(site=profile.photo_url).exclude(media_type="").first()
    if profile.photo_url and icon:
        Person.objects.filter(pk__in=[person.pk for person in people]).update(portrait=icon)
    _name(profile, people, now)


def _differences(
    person: Person, places: Iterable[Place], links: Iterable[dict[str, Any]], now: datetime
) -> tuple[list[Place], list[Place]]:
    """The places a person gets, and those that are otherwise than they were."""
    there = {page_spelling(place.url): place for place in places}
    fresh: list[Place] = []
    changed: list[Place] = []
    answers = {page_spelling(link["url"]): link for link in links}
    for spelled, link in answers.items():
        place, mutual = there.get(spelled), link["says"] == MUTUAL
        if link["says"] in (UNSAFE, GONE):
            continue
        if place is None and len(there) + len(fresh) < MOST_PLACES:
            state = Place.State.JOINED if mutual else Place.State.PROPOSED
            name = a_name(link["name"])
            fresh.append(Place(person=person, url=link["url"], name=name, state=state, mutual=mutual, at=now))
        elif place and (place.mutual != mutual or (mutual and place.state == Place.State.PROPOSED)):
            place.mutual = mutual
            if mutual and place.state == Place.State.PROPOSED:
                place.state = Place.State.JOINED
            changed.append(place)
    for spelled, place in there.items():
        if place.mutual and spelled not in answers:
            place.mutual = False  # it stays theirs: joined is joined
            changed.append(place)
    return fresh, changed


def _name(profile: Profile, people: Sequence[Person], now: datetime) -> None:
    """Who has just come in and is called like their feed is called as their page says; nobody else is renamed."""
    added = Arrival.objects.filter(batch=None, title="", joined=False, at__gt=now - NEW)
    for arrival in added.filter(source__person__in=people).select_related("source__person", "source__feed"):
        source = arrival.source
        if source is None:
            continue
        person, host = source.person, host_of(source.feed.url).partition(":")[0]
        by_feed = a_name(source.feed.title)
        name = a_name(profile.name) or (a_name(profile.site_name) if person.name == host else "")
        if name and person.name in (by_feed, host):
            person.name = name
            person.kind = Person.Kind.ORGANISATION if profile.organisation else person.kind
            person.save(update_fields=["name", "kind"])


# ---- deciding


def answer(place: Place, theirs: bool, now: datetime, by: User) -> Change | None:
    """A member says whether a place is somebody's. One that is not is never proposed again."""
    state = Place.State.JOINED if theirs else Place.State.DECLINED
    person = place.person
    with history.noted(person.roster_id, "placed", now, by=by, people=[person.pk], places=[place.pk]) as noting:
        Place.objects.filter(pk=place.pk).update(state=state)
    return noting.change


@transaction.atomic
def add(person: Person, typed: str, now: datetime, by: User) -> Change | None:
    """A member says where somebody is also to be found. Whose home nobody knew is at home there, and is looked up.

    Refused says what is wrong with it.
    """
    read = normalise(typed)
    if isinstance(read, NoAddress):
        raise Refused(read.why)
    Roster.objects.select_for_update(no_key=True).get(pk=person.roster_id)
    theirs = {page_spelling(place.url): place for place in Place.objects.filter(person=person)}
    there = theirs.get(page_spelling(read.url))
    if there and there.state == Place.State.JOINED:
        raise Refused(_("That is one of their places already."))
    if there:
        return answer(there, True, now, by)
    if page_spelling(person.home) == page_spelling(read.url):
        raise Refused(_("That is their home page."))
    if len(theirs) >= MOST_PLACES:
        raise Refused(_("So many places of theirs are known already that there is no room for another."))
    with history.noted(person.roster_id, "placed", now, by=by, people=[person.pk]) as noting:
        if person.home:
            noting.also("places", [Place.objects.create(person=person, url=read.url, at=now).pk])
        else:
            person.home = read.url
            person.save(update_fields=["home"])
            ask([person], now)
    return noting.change


def decline(person: Person, other: Person, url: str, now: datetime) -> None:
    """Two people who seem to be the same, by this address, are not: that is said to neither again."""
    if not tidy(url):
        return
    declined = {"state": Place.State.DECLINED}
    for each in (person, other):
        Place.objects.update_or_create(
            person=each, url=tidy(url), defaults=declined, create_defaults=declined | {"at": now}
        )


@transaction.atomic
def follow_there(place: Place, url: str, now: datetime, by: User) -> Source | None:
    """Follow a feed of a place as one more source of its person; None when the place has no such feed."""
    feeds = {feed["url"]: feed for feed in feeds_at(place)}
    if url not in feeds or not tidy(url):
        return None
    Roster.objects.select_for_update(no_key=True).get(pk=place.person.roster_id)
    feed = remember(url, now, feeds[url]["title"])
    return follow.follow(place.person.roster, feed, now, person=place.person, by=by)


def feeds_at(place: Place) -> list[dict[str, str]]:
    """The feeds a place has, as the person's home page was last looked at."""
    profile = place.person.profile
    links = profile.links if profile else []
    spelled = page_spelling(place.url)
    return next((link["feeds"] for link in links if page_spelling(link["url"]) == spelled), [])
