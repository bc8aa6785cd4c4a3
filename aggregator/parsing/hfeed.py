"""Reads pages marked up as h-feed (microformats.org/wiki/h-feed): a page that is its own feed."""

from __future__ import annotations

from typing import Any

from ..cleaning import heavy
from ..cleaning.plain import to_html
from .raw import TEXT, RawAuthor, RawEnclosure, RawEntry, RawFeed
from .slow import FAULTS

MOST_CHARACTERS = 2_000_000
MOST_ENTRIES = 500
MOST = 100


def read(html: str, url: str) -> RawFeed | None:
    """The page's feed, or None when it has no entries."""
    if len(html) > MOST_CHARACTERS or html.count("h-entry") > 2 * MOST_ENTRIES or heavy.too_heavy(html):
        return None
    import mf2py  # takes a quarter of a second to load

    try:
        found = mf2py.parse(html, url=url)
    except FAULTS:
        return None
    holder, entries = _feed_in(found.get("items") or [])
    if not entries:
        return None
    feed = RawFeed("h-feed", "h-feed")
    feed.link = url
    feed.title, feed.title_kind = _first(holder, "name"), TEXT
    feed.subtitle, feed.subtitle_kind = _first(holder, "summary"), TEXT
    feed.icon = _first(holder, "photo")
    for rel, attribute in (("hub", "hub"), ("self", "self_url")):
        addresses = (found.get("rels") or {}).get(rel) or [""]
        setattr(feed, attribute, addresses[0])
    feed.entries = [_read_entry(entry) for entry in entries[:MOST_ENTRIES]]
    return feed


def _feed_in(items: list[Any]) -> tuple[dict[str, Any], list[Any]]:
    """The first h-feed with entries; else the entries that stand by themselves on the page."""
    loose = []
    for item in items:
        types = item.get("type") or []
        inside = [child for child in item.get("children") or [] if "h-entry" in (child.get("type") or [])]
        if "h-feed" in types and inside:
            return item.get("properties") or {}, inside
        if "h-entry" in types:
            loose.append(item)
        loose += inside
    return {}, loose


def _read_entry(item: dict[str, Any]) -> RawEntry:
    properties = item.get("properties") or {}
    entry = RawEntry()
    entry.link = _first(properties, "url")
    entry.id = _first(properties, "uid") or entry.link
    entry.content = _html(properties, "content")
    entry.summary = _html(properties, "summary")
    entry.content = entry.content or entry.summary
    entry.title, entry.title_kind = _title(properties), TEXT
    entry.published = _first(properties, "published")
    entry.updated = _first(properties, "updated")
    entry.authors = [author for author in map(_author, (properties.get("author") or [])[:MOST]) if author.name]
    entry.terms = [_text(term) for term in (properties.get("category") or [])[:MOST]]
    for kind in ("audio", "video"):
        entry.enclosures += [RawEnclosure(_text(file), kind + "/*") for file in (properties.get(kind) or [])[:MOST]]
    if photo := _first(properties, "photo"):
        entry.extra["image"] = photo
        if photo not in entry.content:
            entry.content += f'<p><img src="{photo}"></p>' if '"' not in photo else ""
    if reply := _first(properties, "in-reply-to"):
        entry.extra["in_reply_to"] = reply
    return entry


def _title(properties: dict[str, Any]) -> str:
    """The name, unless it is only the whole text again, as parsers imply for notes."""
    name = _first(properties, "name")
    content = (properties.get("content") or [""])[0]
    value = content.get("value", "") if isinstance(content, dict) else str(content)
    squeezed = "".join(name.split())
    return "" if squeezed and squeezed in "".join(value.split())[: len(squeezed) + 5] else name


def _html(properties: dict[str, Any], key: str) -> str:
    value = (properties.get(key) or [""])[0]
    if isinstance(value, dict):
        return str(value.get("html") or to_html(str(value.get("value") or "")))
    return to_html(str(value))


def _author(value: Any) -> RawAuthor:
    if isinstance(value, dict):
        properties = value.get("properties") or {}
        return RawAuthor(_first(properties, "name") or str(value.get("value") or ""), _first(properties, "url"))
    return RawAuthor(str(value))


def _first(properties: dict[str, Any], key: str) -> str:
    return _text((properties.get(key) or [""])[0])


def _text(value: Any) -> str:
    if isinstance(value, dict):
        properties = value.get("properties") or {}
        return str(value.get("value") or _first(properties, "url") or "").strip()
    return str(value).strip()
