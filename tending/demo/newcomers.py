"""Whom the people of the demo point to, and nobody follows yet: for the tray of new voices.

They are found as anywhere, by the links of entries; only that nobody is asked whether they have a feed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.text import slugify

from aggregator.models import EntryBody, Feed, Lookup
from aggregator.storing.recount import recount

from ..models import Voice
from ..voices import work
from .cast import CIRCLES, Role
from .writing import YEAR, keep, write

if TYPE_CHECKING:
    from network.models import User

CAST = (
    Role("Halima Osei", "The van and the valley", CIRCLES[1], a_week=0.6, words=800),
    Role("Ragna Lund", "Ledger of tides", CIRCLES[3], a_week=0.3, words=1400),
    Role("Zoë Marek", "Unfinished syllabus", CIRCLES[2], a_week=1.0, words=500),
)
CITED = 3  # times each
SAYS = (
    '<p>Before you go on with this, read what <a href="{url}">{name}</a> wrote about {circle}: it is shorter, and '
    "it is right.</p>"
)


def point_to(user: User, r: random.Random, now: datetime) -> None:
    """They write, are pointed to, are found, and stand in the tray."""
    feeds = [feed_of(role, user, now) for role in CAST]
    keep(sorted(write(CAST, feeds, r, now), key=lambda each: each.entry.sorted_at))
    recount([feed.pk for feed in feeds], now)
    cite(user, feeds, r, now)
    work.look(user, now)
    looking = Voice.objects.of(user).filter(state=Voice.State.LOOKING)
    Lookup.objects.filter(pk__in=looking.values("lookup")).delete()
    for feed in feeds:
        looking.filter(house=feed.host).update(feed=feed, state=Voice.State.READY)
    work.offer(user, now)


def feed_of(role: Role, user: User, now: datetime) -> Feed:
    """At an address that nobody has, of a domain of its own: whose a house is goes by its domain."""
    host = f"{slugify(role.title)}-{user.pk}.example"
    site = f"https://{host}/"
    return Feed.objects.create(
        url=f"{site}feed",
        host=host,
        site_url=site,
        title=role.title,
        subtitle=f"By {role.person}.",
        language="en",
        kind=role.kind,
        created_at=now - timedelta(days=YEAR),
        last_polled_at=now,
        last_ok_at=now,
        next_poll_at=None,
    )


def cite(user: User, feeds: Sequence[Feed], r: random.Random, now: datetime) -> None:
    """Newest entries of people one follows say so, in a sentence."""
    theirs = EntryBody.objects.filter(entry__feed__sources__roster__owner=user, entry__sorted_at__lte=now)
    blogs = theirs.filter(entry__feed__kind="blog", entry__feed__sources__person__kind="person", entry__story=None)
    bodies = list(blogs.order_by("-entry__sorted_at", "-entry")[: 8 * len(CAST)])
    for role, feed in zip(CAST, feeds, strict=True):
        for body in r.sample(bodies, min(CITED, len(bodies))):
            url = f"{feed.site_url}{r.randint(1, 20)}"
            body.links = [*body.links, url]
            body.html += SAYS.format(url=url, name=role.person, circle=role.circle.lower())
            body.save(update_fields=["links", "html"])
