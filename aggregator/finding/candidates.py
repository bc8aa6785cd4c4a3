"""The feeds an address may stand for: gathered from what a page says, each once, the sensible one first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ..parsed import FoundLink, ParsedPage
from .typed import tidy

MAYBE = "maybe-feed"  # the rel of plain links that look like feeds
MOST = 30  # candidates of one address; a page that names more has an index of feeds, not a choice


class Why(TextChoices):
    """How a feed came to be offered, in words for whoever chooses."""

    ITSELF = "itself", _("the address is a feed")
    NAMED = "named", _("the page names it as its feed")
    PLACE = "place", _("known from the kind of address")
    LINKED = "linked", _("the page links to it")
    GUESSED = "guessed", _("found where such feeds usually are")
    MARKED_UP = "marked_up", _("the page itself can be read as a feed")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that may be followed."""

    url: str
    title: str = ""
    kind: str = "blog"  # models.Feed.Kind
    format: str = ""  # rss, atom, rdf, json, h-feed; empty when not said
    why: str = Why.NAMED
    verified: bool = False  # it was read, or is followed here already

    @property
    def is_comments(self) -> bool:
        return self.kind == "comments"


FORMATS = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
    "application/json": "json",
    "text/xml": "rss",
    "application/xml": "rss",
    "text/rss": "rss",
    "application/x-rss+xml": "rss",
    "application/x.atom+xml": "atom",
}
NO_FEED = re.compile(r"/wp-json/|/oembed|oembed[.?/]|/manifest\.(?:json|webmanifest)|/opensearch", re.IGNORECASE)

COMMENTS_TITLE = re.compile(
    r"\bcomments?\b|kommentar|commentaire|coment[aá]rio|commenti\b|コメント|评论|評論", re.I
)
COMMENTS_URL = re.compile(r"[/._=-]comments?(?:[/._&-]|$)|/replies(?:[/.]|$)", re.IGNORECASE)
NARROW = re.compile(
    r"/(?:category|categories|tags?|topics?|authors?|labels?|search|kategorie|schlagwort)/|/-/", re.I
)
PODCASTS = (
    r"podcast|\.libsyn\.|podbean|buzzsprout|feeds\.(?:transistor|acast|simplecast)|anchor\.fm|feeds\.soundcloud"
)
KINDS = [
    ("video", re.compile(r"youtube\.com/feeds/|vimeo\.com/.*rss|/feeds/videos\.xml", re.I)),
    ("podcast", re.compile(PODCASTS, re.I)),
    ("releases", re.compile(r"/(?:releases|tags)\.(?:atom|rss)|releases\.xml|/-/tags", re.I)),
    ("microblog", re.compile(r"/@[\w.-]+(?:\.rss|\.atom|/feed)|/users/[\w.-]+(?:\.atom|/feed)|bsky\.app/", re.I)),
    ("other", re.compile(r"github\.com/[^/]+(?:/[^/]+/commits[^/]*|)\.atom", re.I)),
]
RANK = {"blog": 0, "podcast": 1, "video": 2, "microblog": 3, "releases": 4, "other": 5, "comments": 6}

FORMAT_WORDS = re.compile(
    r"\b(?:rss|atom|json|rdf|xml|feeds?|newsfeed|2\.0|1\.0|0\.3|0\.9\d?|1\.1|subscribe|via)\b", re.I
)
FORMAT_PATH = re.compile(
    r"\.(?:xml|rss|atom|rdf|json|php|html?)$|\b(?:feeds?|rss2?|atom|json|rdf|index|xml)\b", re.I
)


def kind_of(url: str, title: str = "", otherwise: str = "blog") -> str:
    """What a feed's address and title tell of its kind."""
    parts = urlsplit(url)
    if COMMENTS_TITLE.search(title) or COMMENTS_URL.search(f"{parts.path}?{parts.query}"):
        return "comments"
    return next((kind for kind, signs in KINDS if signs.search(f"{url} {title}")), otherwise)


def named(page: ParsedPage | None, http_links: Iterable[tuple[str, str, str]]) -> list[Candidate]:
    """Feeds that a page or the answer's Link headers name, in their order."""
    links = [FoundLink(url, rel, type_) for rel, url, type_ in http_links]
    links += page.links if page else []
    return _each_once(_candidate(link) for link in links if _names_feed(link))


def linked(page: ParsedPage) -> list[Candidate]:
    """Plain links of a page that look like feeds: not to be believed before they are read."""
    links = [link for link in page.links if link.rel in ("", "anchor", "maybe-feed")]
    return _each_once(replace(_candidate(link), why=Why.LINKED) for link in links)


def ordered(candidates: Sequence[Candidate], address: str) -> list[Candidate]:
    """One of each feed, whatever its formats, the sensible one first: never comments, all posts before some."""
    chosen: list[list[Candidate]] = []
    for candidate in _each_once(candidates)[: 3 * MOST]:
        group = next((group for group in chosen if same_feed(group[0], candidate)), None)
        if group is None:
            chosen.append([candidate])
        else:
            group.append(candidate)
    best = [next((c for c in group if c.format in ("atom", "rss")), group[0]) for group in chosen]
    return sorted(best, key=lambda c: (c.is_comments, is_narrow(c.url, address), RANK.get(c.kind, 5)))[:MOST]


def same_feed(one: Candidate, other: Candidate) -> bool:
    """Whether two are one feed in two formats."""
    if one.kind != other.kind or (one.format and one.format == other.format):
        return False
    titles = {FORMAT_WORDS.sub("", c.title.lower()).strip(" -–—|:»›()[]") for c in (one, other)} - {""}
    return len(titles) < 2 and _place(one.url) == _place(other.url)


def is_narrow(url: str, address: str) -> bool:
    """Whether it brings only some of the posts, and not just those the address is about."""
    path, asked = urlsplit(url).path, urlsplit(address).path.rstrip("/")
    return bool(NARROW.search(path)) and not (asked and NARROW.search(asked + "/") and path.startswith(asked))


def _names_feed(link: FoundLink) -> bool:
    rels = link.rel.lower().split()
    type_ = link.type.partition(";")[0].strip().lower()
    if NO_FEED.search(link.url) or "stylesheet" in rels or not tidy(link.url):
        return False
    return "feed" in rels or ("alternate" in rels and type_ in FORMATS)


def _candidate(link: FoundLink) -> Candidate:
    format_ = FORMATS.get(link.type.partition(";")[0].strip().lower(), "")
    title = " ".join(link.title.split())[:500]
    return Candidate(tidy(link.url), title, kind_of(link.url, title), format_)


def _each_once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Without those that differ from an earlier one only in scheme or a slash at the end."""
    once: dict[str, Candidate] = {}
    for candidate in candidates:
        once.setdefault(candidate.url.partition("://")[2].rstrip("/"), candidate)
    return list(once.values())


def _place(url: str) -> str:
    """Where a feed is kept, without the words that only say in which format."""
    parts = urlsplit(url)
    pieces = [piece for piece in FORMAT_PATH.sub("", parts.path).split("/") if piece.strip("-_.")]
    query = re.sub(r"(?:^|&)(?:alt|format|type|feed)=[\w.+-]+", "", parts.query)
    return f"{parts.netloc}/{'/'.join(pieces)}?{query}"
