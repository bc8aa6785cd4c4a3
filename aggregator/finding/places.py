"""What an address alone tells: the feeds of well-known places (places.txt). Pure, no request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from .reading_places import READERS

WELL_KNOWN = ["/feed", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json"]
LOOKS_LIKE_FEED = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom)/?$|\.(?:rss|atom|xml|rdf|json)$|/feeds?/", re.IGNORECASE
)


class Known(NamedTuple):
    """A feed whose address follows from another one."""

    url: str
    kind: str  # models.Feed.Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A well-known place. `feeds` are tried before its page is read, `guesses` after; likeliest first."""

    name: str
    kind: str = "blog"
    feeds: list[Known] = field(default_factory=list)
    guesses: list[Known] = field(default_factory=list)
    api: str = ""  # a small document that names the feed, or for `fediverse` the profile's page
    is_sure: bool = False  # its feeds are nowhere but where the table or its page says
    has_none: bool = False  # it offers no feeds to anybody

    def read(self, body: bytes) -> list[str]:
        """Addresses that the place's page or API document names."""
        reader = READERS.get(self.name)
        return reader(body) if reader else []


class Rule(NamedTuple):
    """One line of places.txt."""

    name: str
    kind: str
    pattern: re.Pattern[str]
    feeds: list[str]  # templates


def recognise(url: str) -> Place | None:
    """The well-known place at a tidy address; None when it is no such place.

    An address that is itself spelled like a feed's is asked for first; what is known of its place comes after.
    """
    parts = urlsplit(url)
    if name := NONE.get((parts.hostname or "").removeprefix("www.")):
        return Place(name, has_none=True)
    sure, likely = _first(SURE, url), _first(LIKELY, url)
    if sure is None:
        return likely and Place(likely.name, likely.kind, guesses=likely.feeds)
    guesses = likely.feeds if likely and likely.name == sure.name else []
    if sure.feeds and LOOKS_LIKE_FEED.search(parts.path):
        return Place(sure.name, sure.kind, guesses=sure.feeds, is_sure=True)
    return Place(sure.name, sure.kind, sure.feeds, guesses, sure.api, is_sure=True)


def by_maker(generator: str, url: str) -> list[str]:
    """Where the program that made a page keeps its feed; empty for programs unknown."""
    made_by = generator.lower().replace(" ", "")
    return [_site(url) + path for name, path in MAKERS.items() if name in made_by][:1]


def well_known(url: str) -> list[str]:
    """The handful of places where feeds are usually kept: below the page, then at the top of the site."""
    folder = urlsplit(url).path.rstrip("/")
    below = [f"{_site(url)}{folder}/feed"] if folder and "." not in folder else []
    return below + [_site(url) + path for path in WELL_KNOWN]


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _first(rules: Iterable[Rule], url: str) -> Place | None:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    shape = host + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    for rule in rules:
        if found := rule.pattern.fullmatch(shape):
            return _filled(rule, {"site": _site(url)} | found.groupdict())
    return None


def _filled(rule: Rule, pieces: dict[str, str]) -> Place:
    """The place a rule means, its templates filled with what stood in the address."""
    feeds, api = [], ""
    for template in rule.feeds:
        before, colon, _rest = template.partition(":")
        url = re.sub(r"\{(\w+)\}", lambda name: pieces["_" * name[1].isdigit() + name[1]], template)
        if before == "api":
            api = url.removeprefix("api:")
        elif colon and before in ("comments", "video"):
            feeds.append(Known(url.removeprefix(f"{before}:"), before))
        else:
            feeds.append(Known(url, rule.kind))
    return Place(rule.name, rule.kind, feeds, api=api)


# ---- reading places.txt


def _pattern(text: str) -> re.Pattern[str]:
    """The little language of places.txt as a regular expression; choices are named _1, _2 in their order."""
    pieces = re.split(r"(\{(?:[^{}]|\{[^{}]*\})*\}|\.\.\.|\([^()]*\))", text)
    choices = 0
    out = []
    for piece in pieces:
        if piece.startswith("{"):
            out.append(_piece(piece[1:-1]))
        elif piece.startswith("("):
            choices += 1
            out.append(f"(?P<_{choices}>{'|'.join(_literal(choice) for choice in piece[1:-1].split('|'))})")
        else:
            out.append(_literal(piece))
    return re.compile("".join(out))


def _literal(text: str) -> str:
    return re.escape(text).replace(re.escape("..."), r"(?:[/?].*)?")


def _piece(text: str) -> str:
    name, _sep, rest = text.partition("~") if "~" in text else text.partition("!")
    none_of = rf"(?!(?:{rest})(?:[/?.]|$))" if rest else ""
    inner = rest if "~" in text else none_of + r"[^/?]+"
    return f"(?:{inner})" if name.startswith("_") else f"(?P<{name}>{inner})"


def _sections(text: str) -> dict[str, list[list[str]]]:
    sections: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            rows = sections.setdefault(line[1:].partition(":")[0], [])
        elif line and not line.startswith("#"):
            rows.append(line.split())
    return sections


_TABLE = _sections(Path(__file__).with_name("places.txt").read_text("utf-8"))
SURE = [Rule(name, kind, _pattern(pattern), feeds) for name, kind, pattern, *feeds in _TABLE["sure"]]
LIKELY = [Rule(name, kind, _pattern(pattern), feeds) for name, kind, pattern, *feeds in _TABLE["likely"]]
MAKERS: dict[str, str] = dict(_TABLE["makers"])
NONE: dict[str, str] = dict(_TABLE["none"])
