"""HTML that parsers take quadratic time on: nested too deeply, or with thousands of attributes in a tag."""

from __future__ import annotations

import re

DEEPEST = 300  # elements within one another; no article comes near
SUSPICIOUS = 600  # tags or attributes; fewer cannot hurt
MOST_ATTRIBUTES = 500

_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_long_tag = re.compile(r"<[a-zA-Z][^<>]{2000,}")
# Elements that never hold others, or that the next of their kind closes.
_NEVER_DEEP = """
    area base br col embed hr img input link meta param source track wbr
    p li dt dd tr td th thead tbody tfoot option optgroup rp rt
"""
_CLOSED = frozenset(_NEVER_DEEP.split())


def too_heavy(html: str) -> bool:
    """Whether it must not be given to an HTML parser."""
    if html.count("=") > SUSPICIOUS and any(tag.count("=") > MOST_ATTRIBUTES for tag in _long_tag.findall(html)):
        return True
    return html.count("<") >= SUSPICIOUS and _is_too_deep(html)


def _is_too_deep(html: str) -> bool:
    """Whether elements are nested, or left open, more than DEEPEST deep."""
    depth = 0
    for closing, name in _tag.findall(html):
        if name.lower() in _CLOSED:
            continue
        depth = max(depth + (-1 if closing else 1), 0)
        if depth > DEEPEST:
            return True
    return False
