"""What tending does once a day costs: 200 members with 500 sources each, a half year of events behind them.

The instance is a made-up one (crowd.py), in which every member's roster is filled up to so many sources and their
reading is written down. Then all that is done once a day is done in one go, in this process, and pages are asked.
A program of its own (`python -m benchmarks.tending`), so that Django knows which database is meant before it loads.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from . import database, machine, stage
from .polling import store

MEMBERS, SOURCES, FEEDS, ENTRIES = 200, 500, 2000, 500_000
SHOWN = 4000  # events of each member in half a year; a sixth of them opened
WITHIN = 600.0  # seconds
TIMES = 10  # a page is asked


def run(kind: str) -> tuple[dict[str, float], dict[str, str]]:
    """Seconds of each step, and the machine's facts."""
    with stage.data_dir() as data, store(data, kind, stage.PORT + 2) as url:
        env = stage.environment(data, url)
        stage.manage(env, "migrate", "--verbosity", "0")
        stage.manage(env, "collectstatic", "--no-input", "--verbosity", "0")
        base = database.connected(url, data) if url else database.sqlite(data)
        with machine.watched(data, base) as facts:
            argv = [sys.executable, "-m", "benchmarks.tending"]
            done = subprocess.run(argv, cwd=stage.ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
        base.connection.close()
        return json.loads(done.stdout.splitlines()[-1]), facts


def table(seconds: dict[str, float]) -> str:
    said = {
        "weighing": "weighing every feed",
        "looking": "looking through every roster",
        "page": "the first page of tending, for one of them",
        "review": "the review, for one of them",
    }
    rows = [f"| {said[name]} | {seconds[name]:.2f} s |" for name in said]
    whole = seconds["weighing"] + seconds["looking"]
    head = (
        f"{seconds['members']:.0f} members, {seconds['sources']:,.0f} sources, {seconds['events']:,.0f} events.\n"
    )
    return "\n".join(
        [
            head,
            "| | |",
            "|---|---|",
            *rows,
            f"| **once a day, altogether** (target ≤ {WITHIN:.0f} s) | {whole:.0f} s |",
        ]
    )


# ---- the program of its own


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plnet.settings")
    django.setup()
    from . import crowd

    now = datetime.now(UTC)
    crowd.grow(MEMBERS, FEEDS, ENTRIES, now)
    fill(now)
    print(json.dumps(measure(now)))


def fill(now: datetime) -> None:
    """Every member's roster to so many sources, and half a year of their reading."""
    from aggregator.models import Entry, Feed
    from network.models import Person, Roster, Source
    from tending.models import Event

    r = random.Random(stage.SEED)
    feeds = list(Feed.objects.values_list("pk", flat=True))
    since = now - timedelta(days=180)
    recent = list(Entry.objects.filter(sorted_at__gte=since).values_list("pk", "feed", "sorted_at"))
    by_feed: dict[int, list[tuple[int, datetime]]] = {}
    for entry, feed, at in recent:
        by_feed.setdefault(feed, []).append((entry, at))
    for roster in Roster.objects.filter(owner__isnull=False).order_by("pk"):
        there = set(Source.objects.filter(roster=roster).values_list("feed", flat=True))
        wanted = r.sample([feed for feed in feeds if feed not in there], max(0, SOURCES - len(there)))
        people = Person.objects.bulk_create(
            [Person(roster=roster, name=f"P{feed}", created_at=now) for feed in wanted], batch_size=500
        )
        sources = [
            Source(roster=roster, feed_id=feed, person=person, created_at=since, changed_at=since)
            for feed, person in zip(wanted, people, strict=True)
        ]
        Source.objects.bulk_create(sources, batch_size=500)
        seen = [(feed, *each) for feed in {*there, *wanted} for each in by_feed.get(feed, ())]
        some = r.sample(seen, min(SHOWN, len(seen)))
        events = [
            Event(user_id=roster.owner_id, kind=kind, entry_id=entry, feed=feed, at=at)
            for feed, entry, at in some
            for kind in (("shown", "opened") if r.random() < 1 / 6 else ("shown",))
        ]
        Event.objects.bulk_create(events, batch_size=1000)
    Feed.objects.update(subscribers=1)


def measure(now: datetime) -> dict[str, float]:
    from django.test import Client

    from network.models import Roster, Source, User
    from tending.budget import weighing
    from tending.models import Event
    from tending.reviewing import looking

    took = {"weighing": timed(steps(weighing.weigh_due, now)), "looking": timed(steps(looking.look_due, now))}
    roster = Roster.objects.filter(owner__isnull=False).order_by("-pk").first()
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(pk=roster.owner_id if roster else 0))
    for name, path in (("page", "/tend/"), ("review", "/tend/review/")):
        assert client.get(path).status_code == 200, path
        took[name] = timed(client.get(path) for _ in range(TIMES)) / TIMES
    counts = {"members": MEMBERS, "sources": Source.objects.count(), "events": Event.objects.count()}
    return took | {name: float(n) for name, n in counts.items()}


def steps(step: Any, now: datetime) -> Iterator[Any]:
    while done := step(now):
        yield done


def timed(work: Iterator[Any]) -> float:
    begun = time.perf_counter()
    for _ in work:
        pass
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
