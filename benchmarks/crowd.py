"""A made-up instance full of people: 200 members, 2,000 feeds, 1,000,000 entries, grown in plain SQL.

A program of its own (`python -m benchmarks.crowd`), so that Django knows which database is meant before it loads.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from .stage import MEMBER, SEED

MEMBERS, FEEDS, ENTRIES = 200, 2000, 1_000_000
CIRCLES, TAGS = 40, 15
GROUPED = 300  # sources on the group's roster
OF_EACH = 20  # sources on the roster of every other member
PASSWORD = MEMBER
FIRST = (
    "Ada", "Bo", "Cees", "Dara", "Eli", "Femi", "Gus", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Mats", "Nora",
    "Otto", "Pia", "Quinn", "Rosa", "Sami", "Tove",
)  # fmt: skip
LAST = (
    "Abel", "Berg", "Costa", "Dunaj", "Eze", "Frey", "Gold", "Holm", "Ito", "Jones", "Kaya", "Lund", "Mori",
    "Nagy", "Okafor", "Park", "Rossi", "Silva", "Tan", "Wrona",
)  # fmt: skip
KINDS = ("blog", "blog", "blog", "blog", "podcast", "video", "microblog", "releases")
WORDS = (
    "archive", "bees", "cataloguing", "ferries", "glass", "harbours", "indexes", "lichen", "maps", "orchards",
    "paper", "rivers", "tides",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd")
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--feeds", type=int, default=FEEDS)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    o = parser.parse_args(arguments)
    django.setup()
    print(json.dumps(grow(o.members, o.feeds, o.entries, datetime.now(UTC))))


def grow(members: int, feeds: int, entries: int, now: datetime) -> dict[str, int]:
    """Fill an empty database; the ids of what pages are asked about."""
    from aggregator.storing.recount import recount

    r = random.Random(SEED)
    ids = make_feeds(r, feeds, now)
    make_entries(ids, entries // feeds, now)
    for some in steps(ids, 100):
        recount(some, now)
    analyse()  # as a database does by itself in the hours in which so much arrives
    make_troubles(r, ids, now)
    users = make_members(members, now)
    group = make_group(users, ids[:: max(1, len(ids) // GROUPED)][:GROUPED], r, now)
    make_rosters(r, users, ids, now)
    analyse()
    return {"group": group, **of_the_member(users[0])}


def make_feeds(r: random.Random, count: int, now: datetime) -> list[int]:
    from aggregator.models import Feed

    rows = [
        Feed(
            url=f"https://site{n}.invalid/feed.xml",
            host=f"site{n}.invalid",
            site_url=f"https://site{n}.invalid/",
            title=f"{r.choice(WORDS).title()} and {r.choice(WORDS)} {n}",
            kind=r.choice(KINDS),
            created_at=now - timedelta(days=500),
            last_polled_at=now - timedelta(hours=1),
            last_ok_at=now - timedelta(hours=1),
            last_outcome="not_modified",
            next_poll_at=now + timedelta(days=400),
            why_then="rhythm",
        )
        for n in range(count)
    ]
    return [feed.pk for feed in Feed.objects.bulk_create(rows, batch_size=500)]


def make_entries(ids: Sequence[int], each: int, now: datetime) -> None:
    """So many entries a feed, at a rhythm of its own: from several a day to one in three weeks; some stopped."""
    from django.db import connection

    lite = connection.vendor == "sqlite"
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {each - 1}) "
    seconds = f"({now.timestamp():.0f} - ({each - 1} - i) * gap - rest)"
    at = f"datetime({seconds}, 'unixepoch')" if lite else f"to_timestamp({seconds})"
    pace = (
        "(SELECT id, 3000 + (id * 7919 % 997) * (id * 7919 % 997) * 2 AS gap, "
        "(id * 31 % 9000) + CASE WHEN id % 9 = 0 THEN 20000000 ELSE 0 END AS rest, id % 2000 AS spread "
        "FROM aggregator_feed) AS f"
    )
    words = "CAST(i AS varchar(9)) || ' of ' || CAST(f.id AS varchar(9))"
    insert = (
        "INSERT INTO aggregator_entry (id, feed_id, uid, sorted_at, arrived_at, published_at, title, link, author, "
        f"gist, language, words, medium, duration, digest) {numbers if lite else ''}"
        f"SELECT i * {len(ids)} + f.id, f.id, 'uid ' || i, {at}, {at}, {at}, 'What the tide brought: ' || {words}, "
        "'https://site' || f.id || '.invalid/' || i, 'Author ' || (f.id % 50), "
        "'A few first words of what was written about ' || i, 'en', 300 + i % 900, 'text', 0, i "
        "FROM n CROSS JOIN " + pace
    )
    insert = insert if lite else numbers + insert
    bodies = (
        "INSERT INTO aggregator_entrybody (entry_id, html, text, terms, links, extra) "
        "SELECT id, '<p>' || gist || '</p>', gist, '[\"ferries\", \"maps\"]', "
        "'[\"https://elsewhere.invalid/page\"]', '{}' FROM aggregator_entry"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert)
        cursor.execute(bodies)
        if not lite:
            sequence = "pg_get_serial_sequence('aggregator_entry', 'id')"
            cursor.execute(f"SELECT setval({sequence}, (SELECT max(id) FROM aggregator_entry))")


def make_troubles(r: random.Random, ids: Sequence[int], now: datetime) -> None:
    """A tenth have something the matter with them."""
    from aggregator.models import Feed

    some = r.sample(list(ids), len(ids) // 10)
    cut = len(some) // 4
    failing = {"failing_since": now - timedelta(days=9), "failures": 9, "last_outcome": "missing"}
    Feed.objects.filter(pk__in=some[:cut]).update(**failing)
    Feed.objects.filter(pk__in=some[cut : 2 * cut]).update(state="gone", gone_at=now - timedelta(days=40))
    Feed.objects.filter(pk__in=some[2 * cut : 3 * cut]).update(moved_at=now - timedelta(days=20))
    Feed.objects.filter(pk__in=some[3 * cut :]).update(per_day=9.0, earlier_per_day=0.5)


def make_members(count: int, now: datetime) -> list[Any]:
    from django.contrib.auth.hashers import make_password

    from network.models import Roster, User

    secret = make_password(PASSWORD)
    names = [MEMBER, *(f"member{n}" for n in range(1, count))]
    users = User.objects.bulk_create(
        [User(username=name, email=f"{name}@bench.invalid", password=secret, date_joined=now) for name in names]
    )
    Roster.objects.bulk_create([Roster(owner=user) for user in users])
    return list(User.objects.select_related("roster").order_by("pk"))


def make_rosters(r: random.Random, users: Sequence[Any], ids: Sequence[int], now: datetime) -> None:
    """Everything in 40 circles for the first member; a few sources for each of the others."""
    from aggregator.models import Feed
    from network import follow
    from network.models import Source, Tag

    feeds = list(Feed.objects.filter(pk__in=ids).only("pk", "title", "site_url", "url"))
    first, *others = users
    wishes = [
        follow.Wish(
            feed,
            name=f"{r.choice(FIRST)} {r.choice(LAST)} {n}",
            who=f"{n - n % 10 % 3}",  # three in ten have more than one source
            circles=tuple(r.sample([f"Circle {c:02}" for c in range(CIRCLES)], r.choice((1, 1, 2, 3)))),
        )
        for n, feed in enumerate(feeds)
    ]
    sources = [done.source for done in follow.follow_many(first.roster, wishes, now)]
    for n in range(TAGS):
        tag = Tag.objects.create(roster=first.roster, name=r.choice(WORDS) + str(n))
        tag.sources.add(*r.sample(sources, len(sources) // 20))
    paused = r.sample(sources, len(sources) // 20)
    follow.turn(paused, Source.State.PAUSED, now, until=now + timedelta(days=20))
    for user in others:
        follow.follow_many(user.roster, [follow.Wish(feed) for feed in r.sample(feeds, OF_EACH)], now)


def make_group(users: Sequence[Any], ids: Sequence[int], r: random.Random, now: datetime) -> int:
    """A group everybody is in; the first member curates it."""
    from aggregator.models import Feed
    from network import follow
    from network.models import Group, Membership, Roster

    group = Group.objects.create(
        name="Everybody", slug="everybody", about="Ferries.", opml_key="k" * 43, made_at=now
    )
    Membership.objects.bulk_create(
        [
            Membership(group=group, user=user, role="member" if n else "curator", at=now)
            for n, user in enumerate(users)
        ]
    )
    roster = Roster.objects.create(group=group)
    wishes = [follow.Wish(feed, name=f"{r.choice(FIRST)} {feed.pk}") for feed in Feed.objects.filter(pk__in=ids)]
    follow.follow_many(roster, wishes, now)
    return group.pk


def of_the_member(user: Any) -> dict[str, int]:
    """What pages are asked about: a person with several sources, a circle."""
    from django.db.models import Count

    from network.models import Circle, Person

    person = Person.objects.of(user).annotate(n=Count("sources")).order_by("-n", "pk")[0]
    return {"person": person.pk, "circle": Circle.objects.of(user)[0].pk}


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def steps(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


if __name__ == "__main__":
    main()
