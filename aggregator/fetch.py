"""The only place that opens a socket: one guarded HTTP client for every purpose."""

from __future__ import annotations

import asyncio
import time
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import aiohttp
from django.conf import settings
from django.utils.translation import gettext as _
from yarl import URL

from .answers import Answer, Failed, Fetched, NotModified, Refused, Trouble
from .fetching import addresses, hints
from .fetching.addresses import BadAddress
from .fetching.hosts import Gate
from .fetching.sockets import Connector
from .fetching.troubles import FAILURES, explain, no_http, too_slow
from .fetching.unpack import Garbled, unpacker
from .fetching.walk import Walk

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.1"
)
FOR_GOOD = {
    301: True,
    302: False,
    303: False,
    307: False,
    308: True,
}  # the redirects, and whether they are permanent
HOPS = 5
HEADER_BYTES = 32 * 1024  # of one header; some servers' policies and cookies are long
SMALL = 256 * 1024  # bytes of a body anybody may hold while it comes in
LARGE_AT_ONCE = 6  # tasks that may hold larger ones, while these come in, wait to be parsed and are parsed


class Client:
    """`async with Client() as client:`; one for a drain. Keeps manners towards hosts and judges every address.

    Bodies hold at most FETCHES_AT_ONCE x SMALL + LARGE_AT_ONCE x `limit` bytes together: a task that asked for a
    larger one keeps its place until it ends, since what comes in quickly may wait long to be parsed.
    `clock` gives epoch seconds; it is compared with the dates servers send. A `gate` that outlives the client keeps
    the pauses between the visits of one client and the next.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, gate: Gate | None = None) -> None:
        self._clock = clock
        self._gate = Gate(settings.HOST_DELAY) if gate is None else gate
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._holding = set[asyncio.Task[Any]]()  # who has a place among the large

    async def __aenter__(self) -> Client:
        self._session = aiohttp.ClientSession(
            connector=Connector(settings.FETCHES_AT_ONCE),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # one timer for the whole visit instead
            auto_decompress=False,
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
        )
        self._session._retry_connection = False  # a server that hangs up is not asked a second time
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        subscribers: int = 0,
        limit: int | None = None,
        seconds: float | None = None,
        accept: str = "",
    ) -> Answer:
        """One GET, redirects followed by hand. Never raises for what a server or network does.

        `limit` is in decoded bytes, `seconds` for everything from the moment it is this visit's turn at the host.
        """
        headers = {
            "User-Agent": user_agent(subscribers),
            "Accept": accept or ACCEPT,
            "Accept-Encoding": "gzip, deflate, br",
        }
        if etag and (sent := sendable(etag)):
            headers["If-None-Match"] = sent
        if last_modified and (sent := sendable(last_modified)):
            headers["If-Modified-Since"] = sent
        return await self._visit(Walk(url, "GET", headers), limit, seconds)

    async def post(
        self, url: str, data: bytes, headers: Mapping[str, str] | None = None, *, seconds: float | None = None
    ) -> Answer:
        """One POST, for hubs and webmentions: the same guards and manners, redirects not followed.

        Fetched for any 2xx, with at most 1 MiB of what was answered; else Refused or Failed.
        """
        named = {"User-Agent": user_agent(0), "Accept-Encoding": "gzip, deflate, br", **(headers or {})}
        return await self._visit(Walk(url, "POST", named, data), 2**20, seconds)

    def waiting(self, url: str) -> int:
        """How many visits are at this address' host or in line for it: a caller can turn to other hosts first."""
        try:
            return self._gate.waiting(addresses.read(url).host)
        except BadAddress:
            return 0

    async def _visit(self, walk: Walk, limit: int | None, seconds: float | None) -> Answer:
        """Wait for our turn at the host, then go, for so long and no longer."""
        if refused := walk.start():
            return refused
        seconds = seconds or settings.FETCH_SECONDS
        await self._gate.enter(walk.at.host)
        walk.holds = walk.at.host
        walk.started = time.monotonic()
        try:
            async with walk.timer:
                walk.timer.reschedule(asyncio.get_running_loop().time() + seconds)
                return await self._walk(walk, limit or settings.MAX_FEED_BYTES)
        except TimeoutError:
            return walk.failed(Trouble.TIMEOUT, too_slow(seconds, reading=walk.reading))
        except FAILURES as error:
            return walk.failed(*explain(error, reading=walk.reading))
        finally:
            if walk.holds:
                self._gate.leave(walk.holds)

    async def _walk(self, walk: Walk, limit: int) -> Answer:
        """From hop to hop until something else than a redirect is answered."""
        seen = set[str]()
        while True:
            at = walk.at
            if at.url in seen or len(seen) > HOPS:
                return walk.failed(Trouble.LOOP, _("The address leads from redirect to redirect without end."))
            seen.add(at.url)
            answer = await self._ask(walk)
            try:
                location = answer.headers.get("Location")
                if walk.method != "GET" or location is None or answer.status not in FOR_GOOD:
                    return await self._read(walk, answer, limit)
            finally:
                answer.close()
            if failure := walk.turn(location, for_good=FOR_GOOD[answer.status]):
                return failure
            await self._change_hosts(walk)

    async def _ask(self, walk: Walk) -> aiohttp.ClientResponse:
        """The answer's head; its body has still to be read."""
        headers = walk.headers
        if walk.at.authorization:
            headers = {**headers, "Authorization": walk.at.authorization}
        url = URL(walk.at.url, encoded=True)
        return await self._session.request(walk.method, url, headers=headers, data=walk.data, allow_redirects=False)

    async def _change_hosts(self, walk: Walk) -> None:
        """Wait for the next host's connection, having given back the last one's; the time limit stands still."""
        if walk.at.host == walk.holds:
            return
        loop = asyncio.get_running_loop()
        before = loop.time()
        deadline = walk.timer.when()
        walk.timer.reschedule(None)
        self._gate.leave(walk.holds)
        walk.holds = ""
        await self._gate.enter(walk.at.host, hop=True)
        walk.holds = walk.at.host
        waited = loop.time() - before
        walk.started += waited
        walk.timer.reschedule(deadline + waited if deadline else None)

    async def _read(self, walk: Walk, answer: aiohttp.ClientResponse, limit: int) -> Answer:
        """What the last hop said, as a value."""
        status, said = answer.status, answer.headers
        if status == 304 and walk.method == "GET":
            return self._not_modified(walk, answer)
        if not (status in (200, 203) or (walk.method == "POST" and 200 <= status < 300)):
            if status < 100:
                return walk.failed(Trouble.PROTOCOL, no_http())
            wait = hints.retry_after(said.get("Retry-After", ""), said.get("Date", ""), self._clock())
            return Refused(walk.at.url, status, wait, walk.milliseconds)
        body = await self._body(walk, answer, limit)
        if isinstance(body, Failed):
            return body
        return Fetched(
            walk.at.url,
            status,
            body,
            said.get("Content-Type", ""),
            received(said.get("ETag", "")),
            received(said.get("Last-Modified", "")),
            self._max_age(answer),
            walk.moved_to,
            hints.links(said.getall("Link", []), walk.at.url) if "Link" in said else [],
            walk.milliseconds,
        )

    def _not_modified(self, walk: Walk, answer: aiohttp.ClientResponse) -> Answer:
        if not ("If-None-Match" in walk.headers or "If-Modified-Since" in walk.headers):
            return walk.failed(
                Trouble.PROTOCOL, _("The server says that nothing changed, without having been asked.")
            )
        etag, modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        return NotModified(
            walk.at.url,
            None if etag is None else received(etag),
            None if modified is None else received(modified),
            self._max_age(answer),
            walk.moved_to,
            walk.milliseconds,
        )

    def _max_age(self, answer: aiohttp.ClientResponse) -> int | None:
        said = answer.headers
        cached, expires = said.get("Cache-Control", ""), said.get("Expires", "")
        if not cached and not expires:
            return None
        return hints.max_age(cached, expires, said.get("Date", ""), self._clock())

    async def _body(self, walk: Walk, answer: aiohttp.ClientResponse, limit: int) -> bytes | Failed:
        """The decoded body, while it is within the limit."""
        try:
            pieces = await self._pieces(walk, answer, limit)
        except Garbled:
            return walk.failed(Trouble.CUT_SHORT, _("The document came packed in a way that could not be read."))
        if pieces is None:
            size = limit / 2**20
            return walk.failed(Trouble.TOO_LARGE, _("The document is larger than %(size)g MB.") % {"size": size})
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _pieces(self, walk: Walk, answer: aiohttp.ClientResponse, limit: int) -> list[bytes] | None:
        """None beyond the limit. Raises Garbled."""
        unpack = unpacker(answer.headers.get("Content-Encoding", ""))
        walk.reading = True
        pieces: list[bytes] = []
        came = size = 0
        while data := await answer.content.readany():
            came += len(data)
            for piece in unpack.feed(data):
                pieces.append(piece)
                size += len(piece)
                if max(came, size) > limit:
                    return None
                if size > SMALL:
                    await self._take_place()
        if not unpack.whole:
            raise Garbled
        return pieces

    async def _take_place(self) -> None:
        """A place among those who hold a large body; given back when the task that asks for it ends."""
        task = asyncio.current_task()
        if task is None or task in self._holding:
            return
        await self._large.acquire()
        self._holding.add(task)
        task.add_done_callback(self._give_back)

    def _give_back(self, task: asyncio.Task[Any]) -> None:
        self._holding.discard(task)
        self._large.release()


@cache
def version() -> str:
    """As pyproject.toml states it."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def user_agent(subscribers: int) -> str:
    """Who asks, where to read about it, and for how many: publishers count their readers by it."""
    return f"plnet/{version()} (+{settings.BASE_URL}/about; {subscribers} subscribers)"


def received(value: str) -> str:
    """A header's value as its bytes read as latin-1."""
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("latin-1")


def sendable(value: str) -> str:
    """A received value so that the same bytes go out again; empty for bytes that no header can carry."""
    if value.isascii():
        return value if value.isprintable() else ""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return ""
