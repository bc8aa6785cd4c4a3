"""Reads a web page for the piece that stands on it: its text without everything around it, cleaned."""

from __future__ import annotations

import re

import trafilatura

from ..cleaning.heavy import too_heavy
from ..cleaning.plain import from_clean
from ..parsed import NotParsed, ParsedArticle
from ..sanitize import clean
from . import decode
from .page import MOST_BYTES

NO_PIECE = "No text was found on the page; it may need a browser, or an account there."
TOO_HEAVY = "The page is built in a way that cannot be read safely."
FEWEST_WORDS = 40

_twice_pre = re.compile(r"<pre>\s*<pre>(.*?)</pre>\s*</pre>", re.S)
_of_its_own = re.compile(r"^\s+(?=<)|(?<=>)\s+$", re.M)
_pre = re.compile(r"(<pre.*?</pre>)", re.S)


def read(url: str, content_type: str, body: bytes) -> ParsedArticle | NotParsed:
    """The piece on a page; every address absolute."""
    html = decode.page(body[:MOST_BYTES], content_type)
    if too_heavy(html):
        return NotParsed(TOO_HEAVY, is_html=True)
    found = trafilatura.extract(
        html,
        url=url,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_images=True,
        include_links=True,
        include_tables=True,
    )
    safe = clean(_unindented(found or ""), url).html
    text, words = from_clean(safe)
    if words < FEWEST_WORDS:
        return NotParsed(NO_PIECE, is_html=True)
    return ParsedArticle(safe, text, words)


def _unindented(html: str) -> str:
    """Without the blanks the extractor sets for eyes that read markup; code keeps its own."""
    parts = _pre.split(_twice_pre.sub(r"<pre>\1</pre>", html))
    return "".join(part if part.startswith("<pre") else _of_its_own.sub("", part) for part in parts)
