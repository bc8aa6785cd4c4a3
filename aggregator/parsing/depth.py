"""How deep markup is nested, roughly and quickly: cleaners and parsers take quadratic time on depth."""

from __future__ import annotations

import re

DEEPEST = 300  # elements within one another; no article comes near
SUSPICIOUS = 600  # tags; fewer cannot be deep enough to hurt

_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
# Elements that never hold others, or that the next of their kind closes.
_CLOSED = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "optgroup",
        "rp",
        "rt",
    ]
)


def too_deep(html: str) -> bool:
    """Whether elements are nested, or left open, more than DEEPEST deep."""
    if html.count("<") < SUSPICIOUS:
        return False
    depth = 0
    for closing, name in _tag.findall(html):
        if name.lower() in _CLOSED:
            continue
        depth += -1 if closing else 1
        if depth > DEEPEST:
            return True
        depth = max(depth, 0)
    return False
