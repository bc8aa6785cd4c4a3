"""Puts the demo into the tables: feeds and a year of entries, a roster with its history, what was read of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from aggregator.models import Entry, Feed
from aggregator.storing.recount import recount
from network import follow, states
from network.follow import Wish
from network.models import Circle, Person, Roster, Source
from reading.models import Annotation, Mark, Watermark
from reading.watermarks import recount as count_read

from .. import daily
from ..models import Event, Goal, Held
from . import newcomers
from .cast import CIRCLES, Role, cast
from .writing import AT_ONCE, YEAR, keep, write

if TYPE_CHECKING:
    from network.models import User

AWAY = 22  # days since the member was last here
LATER = 7  # of the roster came one by one


@transaction.atomic
def plant(user: User, count: int, seed: int, now: datetime) -> int:
    """All of it, for a member who has nothing yet; how many entries."""
    r = random.Random(seed)  # noqa: S311  a seed, not a secret
    roles = cast(count, r)
    feeds = make_feeds(roles, user, now)
    written = sorted(write(roles, feeds, r, now), key=lambda each: each.entry.sorted_at)
    keep(written)
    recount([feed.pk for feed in feeds], now)
    sources = make_roster(user, roles, feeds, now)
    read(user, roles, feeds, [each.entry for each in written], r, now)
    leave(sources, user, now)
    aim(user, now)
    while daily.run(now):
        pass
    newcomers.point_to(user, r, now)
    return len(written)


def make_feeds(roles: Sequence[Role], user: User, now: datetime) -> list[Feed]:
    """At addresses that nobody has: they are never asked for."""
    feeds = [
        Feed(
            url=f"https://{user.pk}-{n}.demo.example/feed",
            host=f"{user.pk}-{n}.demo.example",
            site_url=f"https://{user.pk}-{n}.demo.example/",
            title=role.title,
            language="en",
            kind=role.kind,
            created_at=now - timedelta(days=YEAR),
            last_polled_at=now,
            last_ok_at=now,
            last_outcome="not_modified",
        )
        for n, role in enumerate(roles)
    ]
    for role, feed in zip(roles, feeds, strict=True):
        if role.trouble == "gone":
            feed.state, feed.gone_at, feed.last_status = Feed.State.GONE, now - timedelta(days=40), 410
        if role.trouble == "failing":
            feed.failing_since, feed.failures = now - timedelta(days=23), 41
            feed.last_error, feed.last_outcome = "the host was not found", "failed"
    return Feed.objects.bulk_create(feeds)


def make_roster(user: User, roles: Sequence[Role], feeds: Sequence[Feed], now: datetime) -> list[Source]:
    """Everybody in their circle, come over the year."""
    roster, since = Roster.objects.mine(user), now - timedelta(days=YEAR)
    wishes = [Wish(feed, name=role.person, circles=(role.circle,)) for role, feed in zip(roles, feeds, strict=True)]
    followed = follow.follow_many(roster, wishes[:-LATER], since, by=user, circles=CIRCLES)
    for n, wish in enumerate(wishes[-LATER:]):
        followed += follow.follow_many(roster, [wish], since + timedelta(days=40 * n + 60), by=user)
    Feed.objects.filter(pk__in=[feed.pk for feed in feeds]).update(next_poll_at=None)
    for role, each in zip(roles, followed, strict=True):
        Person.objects.filter(pk=each.source.person_id).update(kind=role.person_kind)
    return [each.source for each in followed]


# ---- reading


def read(
    user: User,
    roles: Sequence[Role],
    feeds: Sequence[Feed],
    entries: Sequence[Entry],
    r: random.Random,
    now: datetime,
) -> None:
    """What was shown and opened until the member was last here; everything before is read."""
    last_here = now - timedelta(days=AWAY)
    of_feed = {feed.pk: role for role, feed in zip(roles, feeds, strict=True)}
    events, marks, notes = [], [], list[Annotation]()
    seen = [entry for entry in entries if entry.arrived_at < last_here - timedelta(hours=12)]
    for entry in seen:
        if r.random() > 0.85:
            continue
        at = entry.arrived_at + timedelta(hours=r.uniform(0.5, 12))
        events.append(event(user, entry, "shown", "river", at))
        if r.random() < of_feed[entry.feed_id].opened:
            events += opened(user, entry, at, r)
            if events[-1].kind == "kept":
                marks.append(Mark(user=user, entry=entry, feed_id=entry.feed_id, kept_at=at, at=at))
            if r.random() < 0.03:
                notes.append(Annotation(user=user, entry=entry, note="To come back to.", at=at, changed_at=at))
    if seen:
        newest = seen[-1]
        marks = [mark for mark in marks if mark.entry_id != newest.pk]
        marks.append(Mark(user=user, entry=newest, feed_id=newest.feed_id, read=True, at=last_here))
    Event.objects.bulk_create(events, batch_size=AT_ONCE)
    Mark.objects.bulk_create(marks, batch_size=AT_ONCE)
    Annotation.objects.bulk_create(notes, batch_size=AT_ONCE)
    upto = max((entry.pk for entry in seen), default=0)
    Watermark.objects.filter(user=user).update(upto=upto)
    count_read(Watermark.objects.filter(user=user))


def opened(user: User, entry: Entry, at: datetime, r: random.Random) -> list[Event]:
    """Opened; perhaps read to its end, perhaps kept."""
    found = [event(user, entry, "opened", "page", at + timedelta(minutes=3))]
    if r.random() < 0.6:
        found.append(event(user, entry, "finished", "page", at + timedelta(minutes=9)))
    if r.random() < 0.08:
        found.append(event(user, entry, "kept", "page", at + timedelta(minutes=10)))
    return found


def event(user: User, entry: Entry, kind: str, origin: str, at: datetime) -> Event:
    return Event(user=user, kind=kind, entry=entry, feed=entry.feed_id, origin=origin, at=at)


def leave(sources: Iterable[Source], user: User, now: datetime) -> None:
    """Some have left, one rests, one is on trial: a roster has a history."""
    some = list(sources)[-5:]
    if len(some) < 5:
        return
    states.retire(some[0], now - timedelta(days=150), "Only about the market by now.", by=user)
    states.retire(some[1], now - timedelta(days=90), "I had what I came for.", by=user)
    states.pause(some[2], now + timedelta(days=20), now - timedelta(days=30), by=user)
    states.try_out(some[3], now + timedelta(days=6), now - timedelta(days=15), by=user)


def aim(user: User, now: datetime) -> None:
    """A goal that ended while they were away, with the people of one circle."""
    began = now - timedelta(days=120)
    goal = Goal.objects.create(
        user=user,
        name="Gap cards before the board meets",
        why="How do others keep track of what is *missing*?",
        until=(now - timedelta(days=2)).date(),
        made_at=began,
    )
    circle = Circle.objects.get(roster__owner=user, name=CIRCLES[1])
    Held.objects.create(goal=goal, kind="circle", what=circle.pk, at=began)
    people = circle.people.order_by("pk").values_list("pk", flat=True)[:3]
    Held.objects.bulk_create(Held(goal=goal, kind="person", what=pk, at=began) for pk in people)
