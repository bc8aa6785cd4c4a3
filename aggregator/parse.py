"""Bytes to one clean document: the only door to the feed parsers. Runs in the children, or alone in tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .parsed import NotParsed, ParsedArticle, ParsedFeed, ParsedPage, ParsedProfile
from .parsing import decode, fast, guard, jsonfeed, tree
from .parsing.complete import complete
from .parsing.raw import RawFeed

NO_FEED = "There is no feed at this address."
A_PAGE = "This is a web page, not a feed."
EMPTY = "The answer was empty."

_JUNK = b"\xef\xbb\xbf \t\r\n\0"
_html = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_h_feed = re.compile(rb"\bh-(?:feed|entry)\b")


def parse_feed(
    url: str, content_type: str, body: bytes, window: bytes = b"", now: float = 0.0
) -> ParsedFeed | NotParsed:
    """Reads and cleans a feed document; `now` in epoch seconds. Entries unchanged in `window` are left out."""
    raw = read(url, content_type, body)
    return raw if isinstance(raw, NotParsed) else complete(raw, url, window, now)


def parse_page(url: str, content_type: str, body: bytes) -> ParsedPage | NotParsed:
    """Reads a web page for what it says about feeds."""
    from .parsing import page

    return page.read(url, content_type, body)


def parse_profile(url: str, content_type: str, body: bytes) -> ParsedProfile | NotParsed:
    """Reads a web page for whose it is."""
    from .parsing import profile

    return profile.read(url, content_type, body)


def parse_article(url: str, content_type: str, body: bytes) -> ParsedArticle | NotParsed:
    """Reads a web page for the piece that stands on it."""
    from .parsing import article

    return article.read(url, content_type, body)


def read(url: str, content_type: str, body: bytes) -> RawFeed | NotParsed:
    """The raw document by the first reader that can make something of it."""
    start = body[:1000].lstrip(_JUNK)
    if not start:
        return NotParsed(EMPTY)
    if start[:1] in (b"{", b"["):
        return jsonfeed.read(decode.json(body, content_type)) or NotParsed(NO_FEED)
    document = decode.utf8(body, content_type)
    if not decode.may_be_feed(document):
        return _read_page(body, url, content_type)
    if why := guard.refuse(document):
        return NotParsed(why)
    return _read_xml(document, url, content_type) or _read_page(body, url, content_type)


def _read_xml(document: bytes, url: str, content_type: str) -> RawFeed | None:
    if feed := fast.read(document, url):
        return feed
    for attempt in _attempts(document):
        root = tree.grow(attempt)
        if root is not None and (feed := tree.read(root, attempt, url, "lxml")):
            return feed
    return _read_broken(document, url, content_type)


def _attempts(document: bytes) -> Iterator[bytes]:
    """The document as it is, mended, and ended after its last whole entry if it was cut short."""
    yield document
    mended = decode.mend(document)
    yield mended
    if cut := decode.cut_short(mended):
        yield cut


def _read_broken(document: bytes, url: str, content_type: str) -> RawFeed | None:
    """What is no XML even when mended: as much of it as anybody can read."""
    lenient = None
    mended = decode.mend(document)
    root = tree.grow(mended, recover=True)
    if root is not None:
        lenient = tree.read(root, mended, url, "lxml")
    if lenient and tree.only_names_were_wrong():
        return lenient
    if not guard.fit_for_feedparser(document):
        return lenient
    from .parsing import slow

    patient = slow.read(document, content_type)
    if patient is None or (lenient and (not patient.entries or len(lenient.entries) > len(patient.entries))):
        return lenient
    return patient


def _read_page(body: bytes, url: str, content_type: str) -> RawFeed | NotParsed:
    """A page marked up as h-feed, or the reason why it is none."""
    is_html = _html.search(body, 0, 20_000) is not None
    if is_html and _h_feed.search(body):
        from .parsing import hfeed

        if feed := hfeed.read(decode.page(body, content_type), url):
            return feed
    return NotParsed(A_PAGE if is_html else NO_FEED, is_html=is_html)
