"""A small real web server for tests: scripted page by page, on as many loopback addresses as asked, recording all.

    web.page("/feed", "<rss/>", headers={"ETag": '"1"'}, conditional=True)
    answer = await client.get(web.url("/feed", host="127.0.0.2"))
    assert web.requests[0].header("user-agent").startswith("plnet/")

Every answer closes its connection. It runs in a thread of its own, so blocking and async tests, subprocesses and
browsers can all use it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path

CERTIFICATES = Path(__file__).parent / "certificates"
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """What a client sent; header values byte for byte, read as latin-1."""

    method: str
    path: str  # the request target as sent, query included
    headers: list[tuple[str, str]]
    time: float  # monotonic seconds
    host: str  # the address it was sent to: 127.0.0.2
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None when it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Reply:
    """What the server does: a whole answer, or one of the ways in which servers misbehave."""

    body: bytes | str = b""
    status: int = 200
    headers: Headers = ()
    type: str = "application/xml"
    delay: float = 0.0  # seconds before the first byte
    drip: float = 0.0  # bytes a second of the body; 0 for all at once
    raw: bytes | None = None  # these bytes and nothing else, instead of all above
    hang: bool = False  # say nothing (or nothing after `raw`) and keep the connection open
    reset: bool = False  # end with RST instead of FIN
    conditional: bool = False  # answer 304 to a request that repeats ETag or Last-Modified
    hold: threading.Event | None = None  # answer only once this is set

    def pairs(self) -> list[tuple[str, str]]:
        return list(self.headers.items() if isinstance(self.headers, Mapping) else self.headers)

    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body

    def head(self) -> bytes:
        """The status line and headers; Content-Type, Content-Length and Connection unless the test set them."""
        given = self.pairs()
        names = {name.lower() for name, _ in given}
        if self.status != 304 and "content-type" not in names:
            given.append(("Content-Type", self.type))
        if self.status != 304 and not names & {"content-length", "transfer-encoding"}:
            given.append(("Content-Length", str(len(self.content()))))
        if "connection" not in names:
            given.append(("Connection", "close"))
        known = {status.value: status.phrase for status in HTTPStatus}
        lines = [f"HTTP/1.1 {self.status} {known.get(self.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in given]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


Answer = Reply | Callable[[Request], Reply]
NOT_FOUND = Reply("nothing here", 404, type="text/plain")


@dataclass
class Web:
    """The server. `with Web() as web:`, or the `web` fixture; `Web(tls=context)` speaks https."""

    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0  # open right now
    accepted: int = 0  # ever
    busiest: dict[str, int] = field(default_factory=dict)  # most connections open at once, by address

    def __post_init__(self) -> None:
        self._pages: dict[tuple[str, str], Answer] = {}
        self._ports: dict[str, int] = {}
        self._servers: list[asyncio.Server] = []
        self._open: dict[str, int] = {}
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test web", daemon=True)

    def __enter__(self) -> Web:
        self._thread.start()
        self.listen("127.0.0.1")
        return self

    def __exit__(self, *_: object) -> None:
        for page in self._pages.values():
            if isinstance(page, Reply) and page.hold:
                page.hold.set()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._loop.shutdown_default_executor()

    # ---- what a test says

    def page(
        self, path: str, body: bytes | str = b"", status: int = 200, *, host: str = "", **more: object
    ) -> None:
        """What is answered at `path` (query apart), on every address or only on `host`: the fields of Reply."""
        self._pages[host, path] = Reply(body, status, **more)  # type: ignore[arg-type]

    def answer(self, path: str, script: Callable[[Request], Reply], *, host: str = "") -> None:
        """Let `script` decide on each request to `path`."""
        self._pages[host, path] = script

    def remove(self, path: str, *, host: str = "") -> None:
        """Answer 404 there from now on."""
        self._pages.pop((host, path), None)

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        """The address of a page; any 127.x.y.z, ::1 or name may be the host, and is listened on from now on."""
        port = self.listen(host)
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls else 'http'}://{shown}:{port}{path}"

    def listen(self, host: str) -> int:
        """The port on which `host` is served; a name is taken for 127.0.0.1."""
        try:
            address = str(ip_address(host))
        except ValueError:
            address = "127.0.0.1"
        if address not in self._ports:
            self._ports[address] = asyncio.run_coroutine_threadsafe(self._listen(address), self._loop).result(10)
        return self._ports[address]

    # ---- what a test asks

    def asked(self, path: str) -> list[Request]:
        """The requests for `path`, query apart, in the order they came."""
        return [request for request in list(self.requests) if request.path.partition("?")[0] == path]

    def wait(self, until: Callable[[Web], bool], seconds: float = 10.0) -> None:
        """Block until something is so: `web.wait(lambda web: len(web.requests) == 3)`."""
        with self._news:
            if not self._news.wait_for(lambda: until(self), seconds):
                raise TimeoutError(f"not within {seconds} s; requests so far: {[r.path for r in self.requests]}")

    # ---- how it serves

    async def _listen(self, address: str) -> int:
        server = await asyncio.start_server(self._serve, address, 0, ssl=self.tls, limit=2**20)
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self._count(host, 1)
        try:
            request = await read_request(reader, host)
            if request:
                await self._reply(request, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass  # the client left, or the test is over
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError, ssl.SSLError):
                await writer.wait_closed()
            self._count(host, -1)

    def _count(self, host: str, change: int) -> None:
        with self._news:
            self.connections += change
            self.accepted += max(change, 0)
            self._open[host] = self._open.get(host, 0) + change
            self.busiest[host] = max(self.busiest.get(host, 0), self._open[host])
            self._news.notify_all()

    def _script(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        page = self._pages.get((request.host, path)) or self._pages.get(("", path), NOT_FOUND)
        reply = page if isinstance(page, Reply) else page(request)
        return replace(reply, status=304, body=b"") if reply.conditional and repeats(request, reply) else reply

    async def _reply(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reply = self._script(request)
        with self._news:
            self.requests.append(request)
            self._news.notify_all()
        if reply.hold:
            await asyncio.to_thread(reply.hold.wait, 60)
        await asyncio.sleep(reply.delay)
        if reply.raw is not None:
            writer.write(reply.raw)
        elif not reply.hang:
            writer.write(reply.head())
            await self._drip(reply, writer, silent=request.method == "HEAD")
        await writer.drain()
        if reply.hang:
            await reader.read()  # until the client gives up
        if reply.reset:
            raw_socket: socket.socket = writer.get_extra_info("socket")
            raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async def _drip(self, reply: Reply, writer: asyncio.StreamWriter, *, silent: bool) -> None:
        content = b"" if silent else reply.content()
        if not reply.drip:
            writer.write(content)
            return
        size = max(1, int(reply.drip / 10))
        for start in range(0, len(content), size):
            writer.write(content[start : start + size])
            await writer.drain()
            await asyncio.sleep(size / reply.drip)


def repeats(request: Request, reply: Reply) -> bool:
    """Whether the client already has what the page would say, as a plain server decides it."""
    said = {name.lower(): value for name, value in reply.pairs()}
    if (known := request.header("if-none-match")) is not None:
        return known == said.get("etag")
    since = request.header("if-modified-since")
    return since is not None and since == said.get("last-modified")


async def read_request(reader: asyncio.StreamReader, host: str) -> Request | None:
    """One request from the wire; None when the client left without asking."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1")[:-4].split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = [line.split(":", 1) for line in lines]
    request = Request(method, path, [(name, value[1:]) for name, value in pairs], time.monotonic(), host)
    length = int(request.header("content-length") or 0)
    return replace(request, body=await reader.readexactly(length)) if length else request


def tls(certificate: str = "good") -> ssl.SSLContext:
    """What an https server is made of: `Web(tls=tls("expired"))`; see tests/certificates/."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    return context
