"""What no parser shall see: documents made to take quadratic time or all memory, told by counting a few bytes."""

from __future__ import annotations

import re

TOO_DEEP = "The document is nested too deeply to be a feed."
TOO_MANY_ATTRIBUTES = "An element of the document has too many attributes to be a feed's."
DEEPEST = 200  # XML elements within one another, markup of XHTML content included
MOST_ATTRIBUTES = 500
SUSPICIOUS = 20_000  # `=` or `<` in all; below, nothing takes long

_tag = re.compile(rb"<(?:!\[CDATA\[.*?\]\]>|!--.*?-->|[!?][^>]*>|(/?)[A-Za-z_:][^<>]*?(/?)>)", re.S)
_long_tag = re.compile(rb"<[A-Za-z_:][^<>]{4000,}>?")


def refuse(document: bytes) -> str:
    """Why the document must not be parsed, as a sentence; empty when it may be."""
    if document.count(b"=") > SUSPICIOUS or len(document) > 2**20:
        for tag in _long_tag.finditer(document):
            if tag.group().count(b"=") > MOST_ATTRIBUTES:
                return TOO_MANY_ATTRIBUTES
    if document.count(b"<") > SUSPICIOUS and _depth(document) > DEEPEST:
        return TOO_DEEP
    return ""


def fit_for_feedparser(document: bytes) -> bool:
    """Whether feedparser would be done with it in seconds: its time is far from linear in tags of some kinds."""
    return len(document) < 4 * 2**20 and document.count(b"<") < 60_000 and document.count(b"<category") < 10_000


def _depth(document: bytes) -> int:
    """The deepest nesting, stopping where it is deeper than any feed's."""
    depth = deepest = 0
    for tag in _tag.finditer(document):
        closing, closed = tag.group(1), tag.group(2)
        if closing is None or closed:
            continue
        depth += -1 if closing else 1
        if depth > deepest:
            deepest = depth
            if deepest > DEEPEST:
                break
    return deepest
