"""Reads a web page for whose it is: what a page says at all, its rel=me links, and whom it represents."""

from __future__ import annotations

from ..parsed import NotParsed, ParsedProfile
from ..spelling import page_spelling
from . import decode, hcard, page


def read(url: str, content_type: str, body: bytes) -> ParsedProfile | NotParsed:
    """Whose page this is; every address absolute."""
    read_page = page.read(url, content_type, body)
    if isinstance(read_page, NotParsed):
        return read_page
    me = [link for link in read_page.links if link.rel == "me"]
    html = decode.page(body[: page.MOST_BYTES], content_type)
    return ParsedProfile(read_page, me, hcard.read(html, url, {page_spelling(link.url) for link in me}))
