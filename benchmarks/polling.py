"""What polling costs: CPU of all processes a feed, feeds a second, peak memory, and whether every entry came once.

The program under measure runs as in real life: `manage.py up`, with nobody looking at pages, for a member who
brought an OPML file. Counted are its web server, worker, parser children and supervisor, and the processes of
its PostgreSQL server; never the farm. A refresh begins by making every feed due; the worker's bell rings within
two seconds, so the wall clock starts with the first request. CPU is counted until all is quiet again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import database, machine, processes, stage

FIRST, UNCHANGED, NEW = "first fill", "unchanged", "3 new entries in 10 %"
IDLE_SECONDS = 5.0
LONGEST = 3600.0
AGAIN = 1.2  # seconds between two refreshes: a host is left alone for one


@dataclass(frozen=True)
class Refresh:
    """One round of polling all feeds."""

    name: str
    feeds: int
    cpu: float  # seconds of all processes
    wall: float  # seconds from the first request until the last feed is written
    bell: float  # seconds from the wish to the first request
    stored: int  # entries in the database afterwards
    different: int
    served: int  # entries the farm has ever published
    requests: int

    @property
    def milliseconds(self) -> float:
        return 1000 * self.cpu / self.feeds

    @property
    def a_second(self) -> float:
        return self.feeds / self.wall

    @property
    def exact(self) -> bool:
        return self.stored == self.different == self.served


@dataclass(frozen=True)
class Run:
    """One whole life of an instance: three refreshes and what it held in memory."""

    refreshes: list[Refresh]
    idle: float  # CPU milliseconds a second with nothing to do
    pss: int
    rss: int
    by_process: dict[str, tuple[int, int]]
    facts: dict[str, str]
    icons: float | None = None  # CPU milliseconds a site, where it was measured


@dataclass
class Instance:
    """A running plnet whose member follows the farm, and how to see into it."""

    roots: list[int]
    base: database.Database
    farm: stage.Farm
    feeds: int

    def refresh(self, name: str) -> Refresh:
        """Poll everything now, and wait until it is done and quiet."""
        self.farm.reset()
        before, asked = processes.cpu_seconds(self.roots), time.time()
        self.base.make_due()
        stage.wait_for(self.base.is_done, LONGEST, name)
        done = time.time()
        self.until_quiet()
        cpu = processes.cpu_seconds(self.roots) - before
        stats, (stored, different) = self.farm.stats(), self.base.entries()
        return Refresh(
            name=name,
            feeds=self.feeds,
            cpu=cpu,
            wall=done - stats["first"],
            bell=stats["first"] - asked,
            stored=stored,
            different=different,
            served=stats["clean_entries"],
            requests=stats["requests"],
        )

    def icons(self) -> float:
        """CPU milliseconds a site of asking each for its icon, as happens once after its first feed came."""
        before = processes.cpu_seconds(self.roots)
        self.base.ask_for_icons()
        stage.wait_for(self.base.has_icons, LONGEST, "asking for icons", pause=1.0)
        self.until_quiet()
        return 1000 * (processes.cpu_seconds(self.roots) - before) / self.feeds

    def until_quiet(self) -> None:
        """Until all processes together use less than 4 % of a core."""

        def is_quiet() -> bool:
            before = processes.cpu_seconds(self.roots)
            time.sleep(AGAIN)
            return processes.cpu_seconds(self.roots) - before < 0.04 * AGAIN

        stage.wait_for(is_quiet, LONGEST, "becoming quiet")

    def idle(self) -> float:
        """CPU milliseconds a second with nothing to do."""
        before = processes.cpu_seconds(self.roots)
        time.sleep(IDLE_SECONDS)
        return 1000 * (processes.cpu_seconds(self.roots) - before) / IDLE_SECONDS


def run(
    feeds: int, kind: str, script: Path | None = None, port: int = stage.PORT, *, with_icons: bool = False
) -> Run:
    """One run from nothing to the third refresh. The farm is at `port`, the site and PostgreSQL at the next two.

    Asking for icons takes a second a site, eight at a time, since manners hold between requests to one host.
    """
    with (
        stage.data_dir() as data,
        stage.farm(feeds, port=port, script=script) as farm,
        instance(data, farm, feeds, kind, port) as it,
    ):
        with machine.watched(data, it.base) as facts, processes.watched(it.roots) as peak:
            idle = it.idle()
            refreshes = [it.refresh(FIRST), it.refresh(UNCHANGED)]
            farm.publish(0.1, 3)
            refreshes.append(it.refresh(NEW))
            icons = it.icons() if with_icons else None
        return Run(refreshes, idle, peak.pss, peak.rss, peak.by_process, facts, icons)


@contextmanager
def instance(
    data: Path, farm: stage.Farm, feeds: int, kind: str = "sqlite", port: int = stage.PORT
) -> Iterator[Instance]:
    """Everything set up, running and quiet; no feed has been asked for yet."""
    with store(data, kind, port + 2) as url:
        env = stage.environment(data, url, site_port=port + 1)
        stage.prepare(env, farm)
        base = database.connected(url, data) if url else database.sqlite(data)
        base.hold()
        with stage.site(env, port + 1) as up:
            stage.wait_for(base.is_drained, 60, "the worker")
            it = Instance([up.pid, *([base.pid] if base.pid else [])], base, farm, feeds)
            it.until_quiet()
            yield it
        base.connection.close()


@contextmanager
def store(data: Path, kind: str, port: int) -> Iterator[str]:
    """The address of the database; empty for SQLite."""
    if kind == "sqlite":
        yield ""
        return
    with database.postgres(data, port) as url:
        yield url
