"""Where the CPU time goes: `python -m benchmarks profile [first-fill|unchanged|parse]`, the top 30 by own time.

The profiler makes small Python functions look dearer than they are: read shares, not seconds.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import resource
import time
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

from . import stage

TOP = 30
SUBJECTS = ("first-fill", "unchanged", "parse")


def run(what: str, feeds: int, farm: stage.Farm) -> None:
    """Profile one thing against a farm that runs."""
    with stage.data_dir() as data:
        os.environ.update(stage.environment(data))
        if what == "parse":
            return parse(farm)
        prepare(farm)
        profiled("first fill", feeds, drain) if what == "first-fill" else drain()
        if what == "unchanged":
            make_due()
            profiled("unchanged", feeds, drain)
        from aggregator import poll

        poll.close()
    return None


def profiled(name: str, feeds: int, work: Callable[[], Any]) -> None:
    """Run it under the profiler and print where the time went; children count as one line."""
    profile = cProfile.Profile()
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    print(f"{name}:", profile.runcall(work))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    wall = time.perf_counter() - begun
    print(f"{name}: {1000 * cpu / feeds:.2f} ms CPU of this process a feed, under the profiler; {wall:.2f} s")
    pstats.Stats(profile).sort_stats("tottime").print_stats(TOP)


def prepare(farm: stage.Farm) -> None:
    """An empty database in which every feed of the farm is followed and due."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from aggregator import feeds
    from aggregator.models import Feed

    call_command("migrate", verbosity=0, interactive=False)
    for url in addresses(farm):
        feeds.remember(url, timezone.now())
    Feed.objects.update(subscribers=1)


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
