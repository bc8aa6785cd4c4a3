"""Splits XML into what is markup and what only looks like it: CDATA sections and comments. In linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_opening = re.compile(r"<!(?:\[CDATA\[|--)")
_opening_bytes = re.compile(rb"<!(?:\[CDATA\[|--)")


def split(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces in order; True for a whole section or comment. One without end is markup like the rest."""
    at = 0
    while found := _opening.search(text, at):
        closer = "]]>" if found.end() - found.start() > 4 else "-->"
        end = text.find(closer, found.end())
        if end < 0:
            break
        yield text[at : found.start()], False
        at = end + 3
        yield text[found.start() : at], True
    yield text[at:], False


def markup(document: bytes) -> bytes:
    """The document without sections and comments."""
    parts, at = [], 0
    while found := _opening_bytes.search(document, at):
        closer = b"]]>" if found.end() - found.start() > 4 else b"-->"
        end = document.find(closer, found.end())
        if end < 0:
            break
        parts.append(document[at : found.start()])
        at = end + 3
    return b"".join(parts) + document[at:]
