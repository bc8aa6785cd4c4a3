"""The guarded client for whoever cannot await: it runs in a thread of its own, as long as the process does."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.conf import settings

from .answers import Answer
from .fetch import Client
from .fetching.hosts import Gate

PAUSE = 0.1  # seconds between two requests to one host: somebody looks at the page the pictures are of

_door: Door | None = None
_opening = threading.Lock()


def answer_to(url: str, *, limit: int, seconds: float, accept: str) -> Answer | None:
    """What is answered there within so many seconds, the wait for one's turn at the host included; else None."""
    waits = door().ask(url, limit, seconds, accept)
    try:
        return waits.result(timeout=seconds + 1)
    except TimeoutError:
        return None
    finally:
        waits.cancel()


@dataclass
class Door:
    """A loop in its thread, the client in it, and what is being asked, so that two who want one thing ask once."""

    pid: int = field(default_factory=os.getpid)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    client: Client | None = None
    asked: dict[str, asyncio.Task[Answer]] = field(default_factory=dict)

    def ask(self, url: str, limit: int, seconds: float, accept: str) -> Future[Answer]:
        return asyncio.run_coroutine_threadsafe(self._within(url, limit, seconds, accept), self.loop)

    async def _within(self, url: str, limit: int, seconds: float, accept: str) -> Answer:
        task = self.asked.get(url)
        if task is None:
            task = self.asked[url] = self.loop.create_task(self._get(url, limit, seconds, accept))
            task.add_done_callback(lambda _: self.asked.pop(url, None))
        return await asyncio.shield(task)

    async def _get(self, url: str, limit: int, seconds: float, accept: str) -> Answer:
        if self.client is None:
            self.client = await Client(gate=Gate(min(PAUSE, settings.HOST_DELAY))).__aenter__()
        async with asyncio.timeout(seconds):
            return await self.client.get(url, limit=limit, seconds=seconds, accept=accept)

    async def _close(self) -> None:
        for task in list(self.asked.values()):
            task.cancel()
        if self.client is not None:
            await self.client.__aexit__(None, None, None)

    def close(self) -> None:
        """End what is asked, the client and the thread; waits until it is done."""
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(timeout=5)
        self.loop.call_soon_threadsafe(self.loop.stop)


def door() -> Door:
    """This process's; a fork opens its own."""
    global _door
    with _opening:
        if _door is None or _door.pid != os.getpid():
            _door = Door()
            threading.Thread(target=_door.loop.run_forever, name="door", daemon=True).start()
        return _door


@atexit.register
def close() -> None:
    """For the end of the process, and of a test."""
    global _door
    if _door is not None and _door.pid == os.getpid():
        _door.close()
    _door = None
