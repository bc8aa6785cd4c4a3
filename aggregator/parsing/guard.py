"""What no parser shall see: documents made to take quadratic time or all memory, told by counting a few bytes."""

from __future__ import annotations

import re

from .sections import markup

TOO_DEEP = "The document is nested too deeply to be a feed."
TOO_MANY_ATTRIBUTES = "An element of the document has too many attributes to be a feed's."
DEEPEST = 200  # XML elements within one another, markup of XHTML content included
MOST_ATTRIBUTES = 500
SUSPICIOUS = 20_000  # `=` or `<` in all; below, nothing takes long

_tag = re.compile(rb"<(/?)[A-Za-z_:][^<>]*?(/?)>")
_long_tag = re.compile(rb"<[A-Za-z_:][^<>]{4000,}")


def refuse(document: bytes) -> str:
    """Why the document must not be parsed, as a sentence; empty when it may be."""
    if document.count(b"=") < SUSPICIOUS and document.count(b"<") < SUSPICIOUS:
        return ""
    bare = markup(document)
    if any(tag.group().count(b"=") > MOST_ATTRIBUTES for tag in _long_tag.finditer(bare)):
        return TOO_MANY_ATTRIBUTES
    return TOO_DEEP if _is_too_deep(bare) else ""


def fit_for_feedparser(document: bytes) -> bool:
    """Whether feedparser would be done with it in seconds: its time is far from linear in tags of some kinds."""
    return len(document) < 4 * 2**20 and document.count(b"<") < 60_000 and document.count(b"<category") < 10_000


def _is_too_deep(bare: bytes) -> bool:
    depth = 0
    for tag in _tag.finditer(bare):
        closing, closed = tag.groups()
        if not closed:
            depth += -1 if closing else 1
        if depth > DEEPEST:
            return True
    return False
