"""The verb: visit every feed that is due, many at once, and write what they said in groups.

The loop rests while the database works: visits run until a group of them is done, then the group is written and
more feeds are claimed. One slow or hanging host costs one place among many, never the batch.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import uvloop
from django.conf import settings
from django.db import connection, transaction

from . import beyond, claim, housekeep, icons, index, lookups, profiles, stopping, websub
from .answers import Failed, Trouble
from .children import Children
from .clock import put_right
from .fetch import Client
from .fetching.hosts import Gate
from .finish import Finished, finish
from .models import Heartbeat
from .schedule import Outcome
from .visit import Claimed, Visited, visit

MANY_NEW = 1000  # entries after which the planner looks at the tables anew, as after a first import
OUTAGE = timedelta(minutes=15)  # until the next try when nobody at all could be found
SEVERAL = 3  # hosts
GROUP = 25  # visits written in one transaction
LONGEST_WAIT = 0.3  # seconds a finished visit may wait for others to be written with
ERRANDS = (lookups, beyond, websub)  # each has due, claim, look and settle
IDLE_ERRANDS = (profiles, icons)  # only while no feed waits
ERRANDS_AT_ONCE = 16  # of all kinds together, so that an import of a thousand addresses leaves room for feeds

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Tally:
    """What a drain did."""

    feeds: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    errands: int = 0
    seconds: float = 0.0

    def count(self, finished: Sequence[Finished]) -> None:
        for each in finished:
            self.feeds += 1
            self.fetched += each.outcome in (Outcome.NEW, Outcome.SAME)
            self.not_modified += each.outcome is Outcome.NOT_MODIFIED
            self.failed += each.outcome not in (Outcome.NEW, Outcome.SAME, Outcome.NOT_MODIFIED)
            self.entries_new += each.new
            self.entries_changed += each.changed


def now() -> datetime:
    """The clock of real life; tests hand in another."""
    return datetime.now(UTC)


def run(
    seconds: float,
    *,
    clock: Clock = now,
    watch: Callable[[Tally], None] | None = None,
    idle_errands: bool = True,
) -> Tally:
    """Drain what is due for up to `seconds`; returns at once when nothing is. One at a time in a process."""
    at = clock()
    put_right(at)
    beat(at)
    drain = Drain(engine(), clock, watch, IDLE_ERRANDS if idle_errands else ())
    tally = drain.run(seconds) if drain.anything_due() else drain.tally
    if tally.entries_new >= MANY_NEW:
        housekeep.analyse()
    return tally


def beat(at: datetime) -> None:
    """Say that polling lives; the health page looks for it."""
    Heartbeat.objects.update_or_create(name="drain", defaults={"at": at})


@dataclass
class Engine:
    """What is kept between drains of one process."""

    pid: int
    loop: asyncio.AbstractEventLoop
    children: Children
    gate: Gate  # when each host was last asked

    def close(self) -> None:
        self.loop.run_until_complete(self.children.__aexit__(None, None, None))
        self.loop.close()


_engine: Engine | None = None


def engine() -> Engine:
    """This process's engine; a fork makes its own."""
    global _engine
    if _engine is None or _engine.pid != os.getpid():
        _engine = Engine(
            os.getpid(), uvloop.new_event_loop(), Children(settings.PARSER_CHILDREN), Gate(settings.HOST_DELAY)
        )
    return _engine


def close() -> None:
    """End the parser children of this process; the next drain starts new ones."""
    global _engine
    if _engine is not None and _engine.pid == os.getpid():
        _engine.close()
    _engine = None


@dataclass
class Drain:
    """One drain: what is in flight, what came back, what it amounts to."""

    engine: Engine
    clock: Clock
    watch: Callable[[Tally], None] | None
    idle_errands: Sequence[Any]
    tally: Tally = field(default_factory=Tally)
    in_flight: dict[asyncio.Task[None], tuple[Any, Any]] = field(default_factory=dict)  # whose claim, and the claim
    came: list[Visited] = field(default_factory=list)
    findings: list[tuple[Any, Any]] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)  # our own faults; a publisher's are values
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def run(self, seconds: float) -> Tally:
        """Until nothing is due, the time is over, or the program is asked to stop."""
        start = time.monotonic()
        client = self.engine.loop.run_until_complete(opened(Client(clock=lambda: self.clock().timestamp())))
        try:
            while True:
                over = time.monotonic() - start >= seconds or stopping.requested()
                if not over:
                    self.fill(client)
                if not self.in_flight and (over or not self.anything_due()):
                    break
                self.engine.loop.run_until_complete(self.until_a_group_is_back())
                self.write()
                if self.broken:
                    raise self.broken[0]
                self.tally.seconds = time.monotonic() - start
                if self.watch:
                    self.watch(self.tally)
                if stopping.requested():
                    break
        finally:
            try:
                self.abandon()
                if self.tally.entries_new:
                    with transaction.atomic(), connection.cursor() as cursor:
                        index.gather(cursor)
            finally:  # also when the database is away
                self.engine.loop.run_until_complete(client.__aexit__(None, None, None))
        return self.tally

    def anything_due(self) -> bool:
        at = self.clock()
        return claim.anything_due(at) or any(errand.due(at) for errand in (*ERRANDS, *self.idle_errands))

    @property
    def heard_anybody(self) -> bool:
        return self.tally.fetched + self.tally.not_modified > 0

    def fill(self, client: Client) -> None:
        """Claim as many more feeds and errands as there is room for."""
        at = self.clock()
        for errand in ERRANDS:
            self.run_errand(errand, client, at)
        room = settings.FETCHES_AT_ONCE - len(self.in_flight)
        if room < min(GROUP, settings.FETCHES_AT_ONCE) and self.in_flight:
            return
        for feed in claim.claim(at, room):
            self.start(self.ask(client, feed), claim, feed)
        if not self.in_flight:
            for errand in self.idle_errands:
                self.run_errand(errand, client, at)

    def run_errand(self, errand: Any, client: Client, at: datetime) -> None:
        room = ERRANDS_AT_ONCE - sum(whose is not claim for whose, _ in self.in_flight.values())
        if room > 0 and errand.due(at):
            for claimed in errand.claim(at, room):
                self.start(self.look(errand, client, claimed), errand, claimed)

    def start(self, work: Coroutine[Any, Any, None], whose: Any, claimed: Any) -> None:
        task = self.engine.loop.create_task(work)
        self.in_flight[task] = whose, claimed
        task.add_done_callback(self.came_back)

    def came_back(self, task: asyncio.Task[None]) -> None:
        """Wake the drain when a group is back, or nothing more is out."""
        del self.in_flight[task]
        if not task.cancelled() and (error := task.exception()):
            self.broken.append(error)
        if self.broken or len(self.came) >= GROUP or self.findings or not self.in_flight:
            self.bell.set()

    async def ask(self, client: Client, feed: Claimed) -> None:
        visited = await visit(client, self.engine.children, feed, self.clock())
        visited = replace(visited, at=self.clock())  # an hour from now is an hour after the request, however slow
        self.came.append(visited)  # only now: the list may have been taken away meanwhile

    async def look(self, errand: Any, client: Client, claimed: Any) -> None:
        finding = await errand.look(client, self.engine.children, claimed, self.clock())
        self.findings.append((errand, finding))

    async def until_a_group_is_back(self) -> None:
        """Let the visits run for a while; they rest when this returns."""
        self.bell.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.bell.wait(), LONGEST_WAIT)

    def write(self) -> None:
        """Write what came back."""
        came, self.came = self.came, []
        findings, self.findings = self.findings, []
        if not self.heard_anybody and our_own_outage(came):
            claim.release([visited.feed for visited in came], self.clock() + OUTAGE)
            came = []
        for start in range(0, len(came), GROUP):
            self.tally.count(finish(came[start : start + GROUP]))
        for errand, finding in findings:
            errand.settle(finding, self.clock())
            self.tally.errands += 1
        beat(self.clock())

    def abandon(self) -> None:
        """End what is still out and give it back as if it had not been begun."""
        out = list(self.in_flight.values())
        tasks = list(self.in_flight)
        for task in tasks:
            task.cancel()
        self.engine.loop.run_until_complete(ended(tasks))
        for room in (claim, lookups):
            room.release([claimed for whose, claimed in out if whose is room], self.clock())


def our_own_outage(came: Sequence[Visited]) -> bool:
    """No name of several could be looked up: the line is down, and no publisher is to blame."""
    lost = [isinstance(v.answer, Failed) and v.answer.trouble is Trouble.DNS for v in came]
    return all(lost) and len({v.feed.host for v in came}) >= SEVERAL


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


async def opened(client: Client) -> Client:
    return await client.__aenter__()
