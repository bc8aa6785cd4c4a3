"""What a reader takes from a document, before anything is judged or cleaned."""

from __future__ import annotations

from typing import Any, NamedTuple

# How the characters of a title or text are meant.
TEXT, HTML, MAYBE = "text", "html", "maybe"


class RawEnclosure(NamedTuple):
    """A file as the document named it; the address may still be relative."""

    url: str
    type: str = ""
    length: str | int | None = None
    duration: str | int | None = None
    title: str = ""


class RawAuthor(NamedTuple):
    """Somebody who wrote; either may be empty."""

    name: str
    url: str = ""


class RawEntry:
    """One entry as it stands. Texts are whole and uncleaned, addresses as written, dates as written."""

    __slots__ = (
        "authors", "base", "content", "enclosures", "extra", "id", "language", "link",
        "published", "summary", "terms", "title", "title_kind", "updated",
    )  # fmt: skip

    def __init__(self) -> None:
        self.id = ""
        self.link = ""
        self.base = ""  # xml:base in force at the entry, absolute; empty when there is none
        self.language = ""  # xml:lang in force at the entry
        self.title = ""
        self.title_kind = MAYBE
        self.content = ""  # HTML
        self.summary = ""  # HTML
        self.published = ""
        self.updated = ""
        self.authors: list[RawAuthor] = []
        self.terms: list[str] = []
        self.enclosures: list[RawEnclosure] = []
        self.extra: dict[str, Any] = {}  # keys of ParsedEntry.extra, addresses as written


class RawFeed:
    """One document as it stands; `entries` in document order."""

    __slots__ = (
        "base", "blogrolls", "entries", "format", "generator", "hub", "icon", "language", "lesser_subtitle", "link",
        "new_feed_url", "parser", "podcast", "self_url", "skip_days", "skip_hours", "subtitle", "subtitle_kind",
        "title", "title_kind", "ttl",
    )  # fmt: skip

    def __init__(self, format: str, parser: str) -> None:
        self.format = format
        self.parser = parser
        self.title = ""
        self.title_kind = MAYBE
        self.subtitle = ""
        self.subtitle_kind = MAYBE
        self.lesser_subtitle = ""
        self.link = ""
        self.base = ""
        self.self_url = ""
        self.hub = ""
        self.language = ""
        self.icon = ""
        self.generator = ""
        self.ttl = 0  # seconds
        self.skip_hours: list[str] = []
        self.skip_days: list[str] = []
        self.new_feed_url = ""
        self.blogrolls: list[str] = []
        self.podcast = False  # says of itself that it is one (iTunes categories and the like)
        self.entries: list[RawEntry] = []
