"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): strict about nothing, since nobody who writes it is."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from ..cleaning.plain import door, to_html
from .raw import HTML, MAYBE, TEXT, RawAuthor, RawEnclosure, RawEntry, RawFeed

MOST = 100
MOST_ENTRIES = 20_000

_control = re.compile(rb"\\u00[01][0-9a-fA-F]|\\[bf]|\\u007[fF]|\\u[fF]{3}")


def read(document: bytes) -> RawFeed | None:
    """The whole document, or None when it is no JSON Feed."""
    top = _decode(document)
    if not isinstance(top, dict):
        return None
    items = top.get("items")
    named = "jsonfeed" in _text(top.get("version"))
    if not isinstance(items, list) and not named:
        return None
    feed = RawFeed("json", "json")
    _read_feed(top, feed)
    for item in (items if isinstance(items, list) else [])[:MOST_ENTRIES]:
        if isinstance(item, dict):
            feed.entries.append(_read_entry(item))
    return feed


def _decode(document: bytes) -> Any:
    """The value; without the control characters and half characters some programs write."""
    try:
        top = msgspec.json.decode(document)
        return _scrubbed(top) if _control.search(document) else top
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:  # the library's own reader takes lone surrogates and bare line ends in strings
        return _scrubbed(json.loads(document.decode("utf-8", "replace"), strict=False))
    except (ValueError, RecursionError):
        return None


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return door(value)
    if isinstance(value, list):
        return [_scrubbed(part) for part in value]
    if isinstance(value, dict):
        return {key: _scrubbed(part) for key, part in value.items()}
    return value


def _read_feed(top: dict[str, Any], feed: RawFeed) -> None:
    feed.title, feed.title_kind = _text(top.get("title")), TEXT
    feed.subtitle, feed.subtitle_kind = _text(top.get("description")), MAYBE
    feed.link = _text(top.get("home_page_url"))
    feed.self_url = _text(top.get("feed_url"))
    feed.icon = _text(top.get("icon")) or _text(top.get("favicon"))
    feed.language = _text(top.get("language"))
    feed.generator = _text(top.get("generator"))
    for hub in _list(top.get("hubs")):
        if isinstance(hub, dict) and _text(hub.get("type")).lower() == "websub":
            feed.hub = feed.hub or _text(hub.get("url"))


def _read_entry(item: dict[str, Any]) -> RawEntry:
    entry = RawEntry()
    entry.id = _text(item.get("id"))
    entry.link = _text(item.get("url")) or _text(item.get("external_url"))
    entry.title, entry.title_kind = _text(item.get("title")), TEXT
    entry.language = _text(item.get("language"))
    html, text, summary = (_text(item.get(key)) for key in ("content_html", "content_text", "summary"))
    entry.content = html or to_html(text)
    if summary:
        entry.summary = to_html(summary)
        entry.content = entry.content or entry.summary
    entry.published = _text(item.get("date_published"))
    entry.updated = _text(item.get("date_modified"))
    entry.authors = _authors(item)
    entry.terms = [term for term in map(_text, _list(item.get("tags"))[:MOST]) if term]
    entry.enclosures = _attachments(item)
    if image := _text(item.get("image")) or _text(item.get("banner_image")):
        entry.extra["image"] = image
    if entry.title_kind == TEXT and "<" in entry.title and "</" in entry.title:
        entry.title_kind = HTML
    return entry


def _authors(item: dict[str, Any]) -> list[RawAuthor]:
    found = _list(item.get("authors"))[:MOST] or [item.get("author")]
    authors = []
    for author in found:
        if isinstance(author, dict) and (_text(author.get("name")) or _text(author.get("url"))):
            authors.append(RawAuthor(_text(author.get("name")), _text(author.get("url"))))
        elif isinstance(author, str) and author.strip():
            authors.append(RawAuthor(author.strip()))
    return authors


def _attachments(item: dict[str, Any]) -> list[RawEnclosure]:
    return [
        RawEnclosure(
            _text(part.get("url")),
            _text(part.get("mime_type")),
            _text(part.get("size_in_bytes")),
            _text(part.get("duration_in_seconds")),
            _text(part.get("title")),
        )
        for part in _list(item.get("attachments"))[:MOST]
        if isinstance(part, dict)
    ]


def _text(value: Any) -> str:
    """A string as it is, a number as people write it (ids are numbers at times), nothing else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value) if isinstance(value, int) or not value.is_integer() else str(int(value))
    return ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
