"""The only place that opens a socket: one guarded HTTP client for every purpose."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import Any

import aiohttp
from django.conf import settings
from django.utils.translation import gettext as _
from yarl import URL

from . import addresses
from .addresses import Address, BadAddress
from .answers import Answer, Failed, Fetched, NotModified, Refused, Trouble
from .hosts import Gate

VERSION = "0.1.0"
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.1"
)
REDIRECTS = {301: True, 302: False, 303: False, 307: False, 308: True}  # status: whether for good
HOPS = 5


class Unsafe(OSError):
    """An address one must not connect to."""


def guarded(info: tuple[Any, ...]) -> socket.socket:
    """A socket for exactly this address, if it is a public one; called for every connection."""
    family, kind, protocol, _name, where = info
    if reason := addresses.judge(ip_address(where[0])):
        raise Unsafe(reason)
    return socket.socket(family, kind, protocol)


class Client:
    """`async with Client() as client:`; one for a drain. Keeps manners towards hosts and judges every address."""

    async def __aenter__(self) -> Client:
        connector = aiohttp.TCPConnector(socket_factory=guarded, force_close=True, limit=settings.FETCHES_AT_ONCE)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            auto_decompress=True,
        )
        self._gate = Gate(settings.HOST_DELAY)
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
        """One GET, redirects followed by hand. Never raises for what a server or network does."""
        try:
            at = addresses.read(url)
        except BadAddress as error:
            return Failed(url, Trouble.BAD_URL, str(error))
        headers = {
            "User-Agent": f"plnet/{VERSION} (+{settings.BASE_URL}/about; {subscribers} subscribers)",
            "Accept": accept or ACCEPT,
            "Accept-Encoding": "gzip, deflate, br",
        }
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        if at.authorization:
            headers["Authorization"] = at.authorization
        await self._gate.enter(at.host)
        try:
            async with asyncio.timeout(seconds or settings.FETCH_SECONDS):
                return await self._visit(at, headers, limit or settings.MAX_FEED_BYTES)
        except TimeoutError:
            return Failed(at.url, Trouble.TIMEOUT, _("Nobody answered within 30 seconds."))
        except (aiohttp.ClientError, OSError) as error:
            return Failed(at.url, Trouble.CONNECT, str(error))
        finally:
            self._gate.leave(at.host)

    async def _visit(self, at: Address, headers: dict[str, str], limit: int) -> Answer:
        for_good = True
        start = at
        for _hop in range(HOPS + 1):
            async with self._session.get(
                URL(at.url, encoded=True), headers=headers, allow_redirects=False
            ) as answer:
                moved_to = at.url if for_good and at is not start else ""
                location = answer.headers.get("Location", "")
                if answer.status in REDIRECTS and location:
                    for_good = for_good and REDIRECTS[answer.status]
                    at = addresses.follow(at, location)
                    continue
                etag = answer.headers.get("ETag")
                modified = answer.headers.get("Last-Modified")
                if answer.status == 304:
                    return NotModified(at.url, etag, modified, moved_to=moved_to)
                if answer.status != 200:
                    return Refused(at.url, answer.status)
                body = await answer.content.read(limit + 1)
                while not answer.content.at_eof() and len(body) <= limit:
                    body += await answer.content.read(limit + 1 - len(body))
                if len(body) > limit:
                    return Failed(at.url, Trouble.TOO_LARGE, _("The document is too large."))
                kind = answer.headers.get("Content-Type", "")
                return Fetched(at.url, 200, body, kind, etag or "", modified or "", moved_to=moved_to)
        return Failed(at.url, Trouble.LOOP, _("The address leads in a circle."))
