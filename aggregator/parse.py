"""Bytes to one clean document: the only door to the feed parsers. Runs in the children, or alone in tests."""

from __future__ import annotations

from .parsed import NotParsed, ParsedFeed
from .parsing import decode, fast, jsonfeed, tree
from .parsing.complete import complete
from .parsing.raw import RawFeed


def parse_feed(
    url: str, content_type: str, body: bytes, window: bytes = b"", now: float = 0.0
) -> ParsedFeed | NotParsed:
    """Reads and cleans a feed document; `now` in epoch seconds. Entries unchanged in `window` are left out."""
    raw = read(url, content_type, body)
    if isinstance(raw, NotParsed):
        return raw
    return complete(raw, url, window, now)


def read(url: str, content_type: str, body: bytes) -> RawFeed | NotParsed:
    """The raw document by the first reader that can make something of it."""
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{" and (feed := jsonfeed.read(body.lstrip(b"\xef\xbb\xbf \t\r\n"))):
        return feed
    document = decode.utf8(body, content_type)
    if feed := fast.read(document, url):
        return feed
    for attempt in _attempts(document):
        root = tree.grow(attempt)
        if root is not None and (feed := tree.read(root, attempt, url, "lxml")):
            return feed
    from .parsing import slow

    if feed := slow.read(document, url, content_type):
        return feed
    return NotParsed("There is no feed at this address.", is_html=b"<html" in body[:5000].lower())


def _attempts(document: bytes):
    yield document
    mended = decode.mend(document)
    yield mended
    cut = decode.cut_short(mended)
    if cut:
        yield cut
