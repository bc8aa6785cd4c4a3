"""Manners between visits to one host: one connection at a time, and a pause before the next visit."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field


class Gate:
    """Lets visits through host by host; hosts never wait for each other, and are forgotten after their pause.

    `delay` is in seconds, from the end of a visit: so requests keep that distance also when they arrive there,
    however long connecting took. Everything takes the same time however many hosts are known.
    """

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self._hosts: dict[str, Line] = {}

    async def enter(self, host: str, *, hop: bool = False) -> None:
        """Wait for the host's connection; a visit also waits out the pause, a redirect's hop does not."""
        line = self._hosts.get(host)
        if line is None:
            line = self._hosts[host] = Line()
        if line.busy or not (hop or line.may_start(asyncio.get_running_loop().time())):
            await self._queue(host, line, hop)
        else:
            line.busy = True

    def leave(self, host: str) -> None:
        """Give the host's connection back."""
        line = self._hosts[host]
        line.busy = False
        line.rests_until = asyncio.get_running_loop().time() + self.delay
        self._next(host)

    def waiting(self, host: str) -> int:
        """How many are at the host or in line for it."""
        line = self._hosts.get(host)
        return line.busy + len(line.hops) + len(line.visits) if line else 0

    def __len__(self) -> int:
        return len(self._hosts)

    async def _queue(self, host: str, line: Line, hop: bool) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = line.hops if hop else line.visits
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.leave(host)  # the turn had just come; the next one has it
            elif turn in queue:
                queue.remove(turn)
            raise

    def _next(self, host: str) -> None:
        """Wake who is next; come back when the pause is over if they may not go yet; forget a host nobody wants."""
        line = self._hosts[host]
        if line.busy:
            return
        for queue in (line.hops, line.visits):
            while queue and queue[0].cancelled():
                queue.popleft()
        loop = asyncio.get_running_loop()
        resting = loop.time() < line.rests_until
        if line.hops or (line.visits and not resting):
            line.busy = True
            (line.hops or line.visits).popleft().set_result(None)
        elif resting:
            line.timer = line.timer or loop.call_at(line.rests_until, self._rested, host)
        else:
            del self._hosts[host]

    def _rested(self, host: str) -> None:
        self._hosts[host].timer = None
        self._next(host)


@dataclass(slots=True)
class Line:
    """Who is at one host, and who waits for it."""

    busy: bool = False
    rests_until: float = 0.0  # loop time
    hops: deque[asyncio.Future[None]] = field(default_factory=deque)
    visits: deque[asyncio.Future[None]] = field(default_factory=deque)
    timer: asyncio.TimerHandle | None = None

    def may_start(self, now: float) -> bool:
        """Whether a new visit may go in at once: nobody was here first, and the pause is over."""
        return not self.visits and now >= self.rests_until
