"""The parser children: small programs that parse and clean hostile bytes, and can be killed.

A pool belongs to the event loop that first used it. It starts programs when they are needed, keeps them between
calls and may be kept between drains; they end when it is closed, and by themselves when this process ends.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import msgspec

from .child import KINDS, MEMORY, SLIM, Request
from .parsed import NotParsed, ParsedArticle, ParsedFeed, ParsedPage, ParsedProfile

SECONDS = 10.0  # for one document; then its program is killed
TOO_LONG = "The document took too long to read."
TOO_MUCH = "The document took too much memory to read, or broke what reads it."
LONGEST_ANSWER = 2**28  # bytes; no document within the size limit yields as much

_ROOT = Path(__file__).resolve().parent.parent
_encode = msgspec.msgpack.Encoder().encode
_decoders: dict[bytes, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(type_) for kind, type_ in KINDS.items()
}


class Children:
    """A few child programs, kept between calls; `async with Children(2) as children:`."""

    def __init__(self, count: int, *, seconds: float = SECONDS, memory: int = MEMORY, slim: int = SLIM) -> None:
        self.seconds = seconds
        self.memory = memory  # MiB, more than which no program gets
        self.slim = slim  # MiB, more than which none may keep
        self.started = 0  # programs in all, so that replacements can be counted
        self._free = asyncio.Semaphore(count)
        self._idle: list[Process] = []

    async def __aenter__(self) -> Children:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the idle programs; those at work end when their documents do."""
        idle, self._idle = self._idle, []
        for child in idle:
            _close(child)
        await asyncio.gather(*(_end(child) for child in idle))

    async def feed(
        self, url: str, content_type: str, body: bytes, *, window: bytes = b"", now: float
    ) -> ParsedFeed | NotParsed:
        """Parse and clean a feed document. Entries that stand in `window` unchanged are not sent back."""
        answer = await self._ask(Request("feed", url, content_type, body, window, now))
        assert isinstance(answer, (ParsedFeed, NotParsed))
        return answer

    async def page(self, url: str, content_type: str, body: bytes) -> ParsedPage | NotParsed:
        """Read a web page for what it says about feeds."""
        answer = await self._ask(Request("page", url, content_type, body))
        assert isinstance(answer, (ParsedPage, NotParsed))
        return answer

    async def profile(self, url: str, content_type: str, body: bytes) -> ParsedProfile | NotParsed:
        """Read a web page for whose it is."""
        answer = await self._ask(Request("profile", url, content_type, body))
        assert isinstance(answer, (ParsedProfile, NotParsed))
        return answer

    async def article(self, url: str, content_type: str, body: bytes) -> ParsedArticle | NotParsed:
        """Read a web page for the piece on it."""
        answer = await self._ask(Request("article", url, content_type, body))
        assert isinstance(answer, (ParsedArticle, NotParsed))
        return answer

    async def _ask(self, request: Request) -> Any:
        async with self._free:
            message = _encode(request)  # a copy of the document, so only when it is its turn
            child = await self._child()
            finished = False
            try:
                async with asyncio.timeout(self.seconds):
                    answer = await _talk(child, message)
                finished = True
            except TimeoutError:
                return NotParsed(TOO_LONG, gave_up=True)
            except (asyncio.IncompleteReadError, ConnectionError):
                return NotParsed(TOO_MUCH, gave_up=True)
            finally:
                if not finished:
                    await _kill(child)
            if answer[:1].isupper():
                self._idle.append(child)
            else:  # it has said that it ends
                _close(child)
                await _end(child)
            return _decoders[answer[:1].upper()].decode(memoryview(answer)[1:])

    async def _child(self) -> Process:
        """An idle program that lives, else a new one."""
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None:
                return child
        self.started += 1
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "aggregator.child", str(self.memory), str(self.slim),
            stdin=PIPE, stdout=PIPE, cwd=_ROOT, limit=2**20,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
        )  # fmt: skip


async def _talk(child: Process, message: bytes) -> bytes:
    """Sends one message and returns the answer to it."""
    assert child.stdin
    assert child.stdout
    child.stdin.writelines((len(message).to_bytes(4, "big"), message))
    await child.stdin.drain()
    size = int.from_bytes(await child.stdout.readexactly(4), "big")
    if not 0 < size < LONGEST_ANSWER:
        raise ConnectionError
    return await child.stdout.readexactly(size)


def _close(child: Process) -> None:
    if child.stdin:
        child.stdin.close()


async def _end(child: Process) -> None:
    """Waits for a program whose stdin has been closed."""
    try:
        async with asyncio.timeout(2):
            await child.wait()
    except TimeoutError:
        await _kill(child)


async def _kill(child: Process) -> None:
    if child.returncode is None:
        child.kill()
    _close(child)
    await child.wait()
