"""What a document said, whoever parsed it. Imports nothing of ours; crosses the pipe from the parser children."""

from __future__ import annotations

from typing import Any

import msgspec


class ParsedEnclosure(msgspec.Struct, frozen=True, array_like=True):
    """A file that comes with an entry."""

    url: str
    type: str = ""
    length: int = 0  # bytes
    duration: int = 0  # seconds
    title: str = ""


class ParsedEntry(msgspec.Struct, frozen=True, array_like=True):
    """One entry, cleaned: `html` is safe, everything else is plain text, every address absolute http(s)."""

    uid: str  # at most 255 characters, never empty: id, else link, else a digest of title and text
    digest: int  # signed 64 bits of what the publisher sent (title, link, content, author, enclosures, terms)
    title: str = ""
    link: str = ""
    author: str = ""
    html: str = ""
    text: str = ""  # html without markup, for search, counting and comparing
    gist: str = ""  # the first 300 characters of summary or text
    language: str = ""
    words: int = 0
    published: float | None = None  # epoch seconds; None when absent or not a date one can believe
    updated: float | None = None
    terms: list[str] = []
    enclosures: list[ParsedEnclosure] = []
    links: list[str] = []  # outbound, as they stand in html, each once
    extra: dict[str, Any] = {}
    """What few entries have. Keys: comments (url), comments_feed (url), comments_count (int), image (url),
    chapters (url), transcripts (list of {url, type, language}), persons (list of {name, role, url, image}),
    in_reply_to (url), source ({title, url}), authors (list of {name, url}) when there are several,
    summary (plain text) when both summary and content were given, episode, season, id (the whole id if longer)."""


class ParsedFeed(msgspec.Struct, frozen=True, array_like=True):
    """A whole document. `entries` holds only those the caller did not know by uid and digest."""

    format: str  # rss, atom, rdf, json, h-feed, cdf
    title: str = ""
    subtitle: str = ""
    site_url: str = ""
    self_url: str = ""
    hub_url: str = ""
    language: str = ""
    icon_url: str = ""
    kind: str = "blog"  # models.Feed.Kind
    generator: str = ""
    ttl: int = 0  # seconds asked for by ttl or sy:updatePeriod/Frequency; 0 when absent or nonsense
    skip_hours: int = 0  # bit h for hour h, GMT
    skip_days: int = 0  # bit d for weekday d, Monday 0
    window: bytes = b""  # 16 bytes an entry standing in the document: uid hash, digest (both signed, big-endian)
    entries: list[ParsedEntry] = []
    new_feed_url: str = ""  # itunes:new-feed-url
    blogrolls: list[str] = []  # source:blogroll
    parser: str = ""  # fast, feedparser, json, h-feed: who read it


class FoundLink(msgspec.Struct, frozen=True, array_like=True):
    """A link on a page that names a feed, a profile or an icon."""

    url: str
    rel: str  # one word: alternate, feed, me, icon …; "maybe-feed" for an anchor that only looks like a feed
    type: str = ""
    title: str = ""


class ParsedPage(msgspec.Struct, frozen=True, array_like=True):
    """What a web page says about where its feeds are."""

    title: str = ""
    base: str = ""
    canonical: str = ""
    language: str = ""
    links: list[FoundLink] = []  # link and a elements with a rel of interest, and anchors that look like feeds
    generator: str = ""
    has_h_feed: bool = False
    meta: dict[str, str] = {}  # property or name to content, the few that discovery reads


class ParsedProfile(msgspec.Struct, frozen=True, array_like=True):
    """What a web page says about whose it is."""

    page: ParsedPage
    me: list[FoundLink] = []  # rel=me
    card: dict[str, str] = {}  # of the representative h-card: name, photo, note, organisation ("yes")


class ParsedArticle(msgspec.Struct, frozen=True, array_like=True):
    """The piece on a web page, cleaned."""

    html: str
    text: str
    words: int


class NotParsed(msgspec.Struct, frozen=True, array_like=True):
    """The bytes were no feed (or page) one can read; `why` is a sentence for a person."""

    why: str
    is_html: bool = False
    gave_up: bool = False  # whoever read it did, so nothing is known of the bytes
