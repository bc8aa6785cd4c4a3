"""Where the people somebody reads point to: the links of their newest entries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from aggregator.models import EntryBody
from network.models import Circle, Source, User

from .houses import house_of
from .scoring import Citation

SINCE = timedelta(days=730)
MOST = 6000  # newest entries that are read
MOST_LINKS = 60  # of one; whoever links to more keeps a list


def people_of(user: User) -> dict[tuple[int, str], tuple[int, str]]:
    """By feed and author, the person on a member's own roster whose it is: id and name. One query."""
    sources = Source.objects.of(user).followed().filter(person__kind="person").order_by("pk")
    rows = sources.values_list("feed", "author", "person", "person__name")
    return {(feed, author): (person, name) for feed, author, person, name in reversed(rows)}


def circles_of(user: User) -> dict[int, list[int]]:
    """By person, their circles."""
    found: dict[int, list[int]] = {}
    pairs = Circle.people.through.objects.filter(circle__roster__owner=user).values_list("person", "circle")
    for person, circle in pairs:
        found.setdefault(person, []).append(circle)
    return found


def known_houses(user: User) -> set[str]:
    """Where somebody lives whom they follow, paused or let go: none of these is new."""
    places = Source.objects.of(user).values_list(
        "feed__url", "feed__site_url", "person__home", "person__places__url"
    )
    return {house for row in places for url in row if url and (house := house_of(url))}


def citations(
    people: dict[tuple[int, str], tuple[int, str]], known: Collection[str], now: datetime
) -> Iterator[Citation]:
    """Each house an entry points to once, the newest entries first."""
    feeds = {feed for feed, _author in people}
    bodies = EntryBody.objects.filter(entry__feed__in=feeds, entry__sorted_at__gte=now - SINCE).exclude(links=[])
    columns = ("entry", "entry__feed", "entry__author", "entry__sorted_at", "links")
    for entry, feed, author, at, links in bodies.order_by("-entry__sorted_at", "-entry").values_list(*columns)[
        :MOST
    ]:
        citer = people.get((feed, author)) or people.get((feed, ""))
        seen: set[str] = set()
        for url in links[:MOST_LINKS] if citer else ():
            house = house_of(str(url))[:300]
            if citer and house and house not in known and house not in seen:
                seen.add(house)
                yield Citation(house, citer[0], entry, at.year * 12 + at.month, str(url))
