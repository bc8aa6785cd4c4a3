"""Manners between visits to one host: one connection at a time, and a pause between the starts of two visits."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field


class Gate:
    """Lets visits through host by host; hosts never wait for each other, and are forgotten after their pause.

    `delay` is in seconds. Everything takes the same time however many hosts are known.
    """

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self._hosts: dict[str, Line] = {}

    async def enter(self, host: str, *, hop: bool = False) -> None:
        """Wait for the host's connection; a visit also waits out the pause, a redirect's hop does not."""
        line = self._hosts.get(host)
        if line is None:
            line = self._hosts[host] = Line()
        elif line.busy or not line.open(asyncio.get_running_loop().time(), hop):
            await self._queue(host, line, hop)
            return
        self._let_in(line)

    def leave(self, host: str) -> None:
        """Give the host's connection back."""
        line = self._hosts[host]
        line.busy = False
        self._next(host)

    def waiting(self, host: str) -> int:
        """How many are at the host or in line for it."""
        line = self._hosts.get(host)
        return line.busy + len(line.hops) + len(line.visits) if line else 0

    def __len__(self) -> int:
        return len(self._hosts)

    def _let_in(self, line: Line) -> None:
        line.busy = True
        line.next_start = asyncio.get_running_loop().time() + self.delay

    async def _queue(self, host: str, line: Line, hop: bool) -> None:
        turn = asyncio.get_running_loop().create_future()
        (line.hops if hop else line.visits).append(turn)
        if not line.busy:
            self._next(host)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(host)  # the turn had just come; the next one has it
            raise

    def _next(self, host: str) -> None:
        """Wake who is next; if nobody may go yet, come back when the pause is over; if nobody waits, forget."""
        line = self._hosts.get(host)
        if line is None or line.busy:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        for queue, hop in ((line.hops, True), (line.visits, False)):
            while queue and queue[0].done():
                queue.popleft()  # gave up
            if queue and line.open(now, hop):
                self._let_in(line)
                queue.popleft().set_result(None)
                return
        if line.timer:
            line.timer.cancel()
            line.timer = None
        if now >= line.next_start:
            del self._hosts[host]
        else:
            line.timer = loop.call_at(line.next_start, self._next, host)


@dataclass(slots=True)
class Line:
    """Who is at one host, and who waits for it."""

    busy: bool = False
    next_start: float = 0.0  # loop time from which the next visit may start
    hops: deque[asyncio.Future[None]] = field(default_factory=deque)
    visits: deque[asyncio.Future[None]] = field(default_factory=deque)
    timer: asyncio.TimerHandle | None = None

    def open(self, now: float, hop: bool) -> bool:
        """Whether somebody may go in, the connection being free."""
        return hop or now >= self.next_start
