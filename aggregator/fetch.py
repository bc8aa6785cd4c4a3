"""The only place that opens a socket: one guarded HTTP client for every purpose."""

from __future__ import annotations

from .answers import Answer


class Client:
    """`async with Client() as client:`; one for a drain. Keeps manners towards hosts and judges every address."""

    async def __aenter__(self) -> Client:
        raise NotImplementedError

    async def __aexit__(self, *_: object) -> None:
        raise NotImplementedError

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
        raise NotImplementedError
