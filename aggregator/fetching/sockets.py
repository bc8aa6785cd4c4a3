"""Sockets and names: the only addresses looked up or connected to are those that have been judged."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
import threading
from ipaddress import ip_address
from typing import Any, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from . import addresses

Found = list[tuple[Any, ...]]


class Unsafe(OSError):
    """An address one must not connect to; the message says why, to follow "That address"."""


class Connector(aiohttp.TCPConnector):
    """What connects: at most `limit` at once, each used for one request, since every feed is on its own host."""

    def __init__(self, limit: int) -> None:
        super().__init__(socket_factory=guarded, resolver=Names(), ssl=tls_context(), force_close=True, limit=limit)
        self._factory = cast("functools.partial[ResponseHandler]", functools.partial(Wire, loop=self._loop))


class Wire(ResponseHandler):
    """Takes what servers get wrong about the end of an answer the way browsers do.

    Many send more than they announce: a body with a 304, a document longer than its Content-Length. The parser
    throws the whole answer away for that if all of it comes in one piece, and takes it if it comes in two: so it
    is given the head by itself. And where it fails in the middle of a body, whoever reads the body is told.
    """

    headed = False

    def data_received(self, data: bytes) -> None:
        if not self.headed:
            head, end, rest = data.partition(b"\r\n\r\n")
            if end and rest:
                self.headed = True
                super().data_received(head + end)
                data = rest
        super().data_received(data)
        body = self._payload
        if self.exception() is not None and body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(aiohttp.ClientPayloadError("not properly sent"))


def guarded(info: tuple[Any, ...]) -> socket.socket:
    """A socket for exactly this address, if it is a public one. Called for each connection, after any look-up."""
    family, kind, protocol, _name, where = info
    if reason := addresses.judge(ip_address(where[0])):
        raise Unsafe(reason)
    return socket.socket(family, kind, protocol)


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Certificates are always verified, against the system's authorities."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Names(AbstractResolver):
    """Looks names up, each in a thread of its own: a name server that hangs must not keep other names waiting.

    The threads are daemons, so that one which hangs does not keep the program from ending either.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The public addresses among those of a name; Unsafe when it has others only."""
        found = await look_up(host, port, family)
        reasons = [addresses.judge(ip_address(where[0])) for _, _, _, _, where in found]
        public = [info for info, reason in zip(found, reasons, strict=True) if reason is None]
        if not public:
            raise Unsafe(next(filter(None, reasons), "has no address"))
        return [plain(host, info) for info in public]

    async def close(self) -> None:
        """Nothing is kept."""


def plain(host: str, info: tuple[Any, ...]) -> ResolveResult:
    """One answer of getaddrinfo in aiohttp's words: a number, never again a name."""
    family, _kind, protocol, _name, where = info
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return {
        "hostname": host,
        "host": where[0],
        "port": where[1],
        "family": family,
        "proto": protocol,
        "flags": flags,
    }


async def look_up(host: str, port: int, family: int) -> Found:
    """getaddrinfo without the loop's thread pool. Raises OSError."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Found] = loop.create_future()

    def settle(found: Found, error: OSError | None) -> None:
        if answer.done():
            return  # nobody waits any more
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(found)

    def ask() -> None:
        found: Found = []
        error: OSError | None = None
        try:
            found = list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG))
        except OSError as caught:
            error = caught
        except UnicodeError:
            error = socket.gaierror(socket.EAI_NONAME, "no name")  # a label too long for any server
        with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
    return await answer
