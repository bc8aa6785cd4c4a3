"""The parser children: small programs that parse and clean hostile bytes, and can be killed."""

from __future__ import annotations

from .parsed import NotParsed, ParsedFeed, ParsedPage


class Children:
    """A few child programs, kept between calls; `async with Children(2) as children:`."""

    def __init__(self, count: int) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Children:
        raise NotImplementedError

    async def __aexit__(self, *_: object) -> None:
        raise NotImplementedError

    async def feed(
        self, url: str, content_type: str, body: bytes, *, window: bytes = b"", now: float
    ) -> ParsedFeed | NotParsed:
        """Parse and clean a feed document. Entries that stand in `window` unchanged are not sent back."""
        raise NotImplementedError

    async def page(self, url: str, content_type: str, body: bytes) -> ParsedPage | NotParsed:
        """Read a web page for what it says about feeds."""
        raise NotImplementedError
