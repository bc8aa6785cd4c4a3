"""Where the CPU time goes: `python -m benchmarks profile [first-fill|unchanged|new|parse]`, by own time.

The profiler makes small Python functions look dearer than they are: read shares, not seconds.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

from . import stage

TOP = 30
SUBJECTS = ("first-fill", "unchanged", "new", "parse")


def run(what: str, feeds: int, farm: stage.Farm) -> None:
    """Profile one thing against a farm that runs."""
    with stage.data_dir() as data:
        os.environ.update(stage.environment(data))
        if what == "parse":
            return parse(farm)
        prepare(farm)
        if what != "first-fill":
            drain()
            make_due()
        if what == "new":
            farm.publish(0.1, 3)
        with statements(feeds):
            profiled(what, feeds, drain)
        from aggregator import poll

        poll.close()
    return None


def profiled(name: str, feeds: int, work: Callable[[], Any]) -> None:
    """Run it under the profiler and print where the time went; children count as one line."""
    profile = cProfile.Profile(time.process_time)  # CPU time: neighbours and waiting do not count
    begun = time.process_time()
    print(f"{name}:", profile.runcall(work))
    cpu = 1000 * (time.process_time() - begun) / feeds
    print(f"{name}: {cpu:.2f} ms CPU of this process a feed, under the profiler")
    pstats.Stats(profile).sort_stats("tottime").print_stats(TOP)


@contextmanager
def statements(feeds: int) -> Iterator[None]:
    """Print what each SQL statement cost in the block, by its first words."""
    from django.db import connection

    spent: dict[str, float] = {}
    times: Counter[str] = Counter()

    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.process_time()
        answer = execute(sql, params, many, context)
        key = " ".join(sql.split())[:100]
        spent[key] = spent.get(key, 0.0) + time.process_time() - begun
        times[key] += 1
        return answer

    with connection.execute_wrapper(timed):
        yield
    print(f"SQL: {1000 * sum(spent.values()) / feeds:.2f} ms CPU of this process a feed, without BEGIN and COMMIT")
    for key, seconds in sorted(spent.items(), key=lambda item: -item[1])[: TOP // 2]:
        print(f"{1000 * seconds / feeds:8.3f} ms a feed {times[key]:6} times  {key}")


def prepare(farm: stage.Farm) -> None:
    """An empty database in which every feed of the farm is followed and due."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from aggregator import feeds, icons
    from aggregator.models import Feed, Heartbeat

    call_command("migrate", verbosity=0, interactive=False)
    for url in addresses(farm):
        feeds.remember(url, timezone.now())
    Feed.objects.update(subscribers=1)
    Heartbeat.objects.create(name=icons.ROUND, at="2999-01-01T00:00:00Z")  # sites' icons are another story


def drain() -> Any:
    from aggregator import poll

    return poll.run(600.0)


def make_due() -> None:
    from aggregator.models import Feed

    time.sleep(1.1)  # the pause between two requests to one host
    Feed.objects.update(next_poll_at="2000-01-01T00:00:00Z")


def parse(farm: stage.Farm) -> None:
    """What the parser children do, here and now: decode, parse, clean, without pipes."""
    from aggregator.parse import parse_feed
    from aggregator.parsed import ParsedFeed

    documents = []
    for url in addresses(farm):
        with urlopen(url) as answer:
            documents.append((url, answer.headers["Content-Type"], answer.read()))

    def parse_all() -> int:
        parsed = [parse_feed(*document, b"", time.time()) for document in documents]
        return sum(len(feed.entries) for feed in parsed if isinstance(feed, ParsedFeed))

    begun = time.process_time()
    entries = parse_all()
    cpu = time.process_time() - begun
    print(f"parse: {1000 * cpu / len(documents):.2f} ms CPU a feed without the profiler, {entries} entries")
    profiled("parse", len(documents), parse_all)


def addresses(farm: stage.Farm) -> list[str]:
    """Every feed of the farm."""
    from xml.etree import ElementTree

    tree = ElementTree.parse(farm.opml)
    return [outline.attrib["xmlUrl"] for outline in tree.iter("outline") if "xmlUrl" in outline.attrib]
