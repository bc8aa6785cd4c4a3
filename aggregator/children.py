"""The parser children: small programs that parse and clean hostile bytes, and can be killed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from pathlib import Path
from typing import Any

import msgspec

from .child import KINDS, Request
from .parsed import NotParsed, ParsedFeed, ParsedPage

SECONDS = 10.0  # for one document; then its child is killed
TOO_LONG = "The document took too long to read."
TOO_MUCH = "The document could not be read within the memory allowed, or broke the parser."
_ROOT = Path(__file__).resolve().parent.parent
_PIPE = 2**20  # bytes a pipe may hold, so that a usual document goes over in one write

_encode = msgspec.msgpack.Encoder().encode
_decoders = {kind: msgspec.msgpack.Decoder(type_) for kind, type_ in KINDS.items()}


class Children:
    """A few child programs, kept between calls; `async with Children(2) as children:`."""

    def __init__(self, count: int, *, seconds: float = SECONDS) -> None:
        self.count = count
        self.seconds = seconds
        self._idle: deque[asyncio.subprocess.Process] = deque()
        self._free = asyncio.Semaphore(count)

    async def __aenter__(self) -> Children:
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._idle:
            await _end(self._idle.popleft())

    async def feed(
        self, url: str, content_type: str, body: bytes, *, window: bytes = b"", now: float
    ) -> ParsedFeed | NotParsed:
        """Parse and clean a feed document. Entries that stand in `window` unchanged are not sent back."""
        answer = await self._ask(Request("feed", url, content_type, body, window, now))
        assert not isinstance(answer, ParsedPage)
        return answer

    async def page(self, url: str, content_type: str, body: bytes) -> ParsedPage | NotParsed:
        """Read a web page for what it says about feeds."""
        answer = await self._ask(Request("page", url, content_type, body))
        assert not isinstance(answer, ParsedFeed)
        return answer

    async def _ask(self, request: Request) -> Any:
        async with self._free:
            child = self._idle.pop() if self._idle else await _start()
            try:
                answer = await asyncio.wait_for(_talk(child, _encode(request)), self.seconds)
            except TimeoutError:
                await _kill(child)
                return NotParsed(TOO_LONG)
            except (asyncio.IncompleteReadError, ConnectionError):
                await _kill(child)
                return NotParsed(TOO_MUCH)
            except BaseException:
                child.kill()
                raise
            self._idle.append(child)
            return answer


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aggregator.child",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24, cwd=_ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip


async def _talk(child: asyncio.subprocess.Process, message: bytes) -> Any:
    assert child.stdin and child.stdout
    child.stdin.write(len(message).to_bytes(4, "big"))
    child.stdin.write(message)
    await child.stdin.drain()
    size = int.from_bytes(await child.stdout.readexactly(4), "big")
    answer = await child.stdout.readexactly(size)
    return _decoders[answer[:1]].decode(answer[1:])


async def _kill(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
    await child.wait()


async def _end(child: asyncio.subprocess.Process) -> None:
    assert child.stdin
    child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), 2)
    except TimeoutError:
        await _kill(child)
