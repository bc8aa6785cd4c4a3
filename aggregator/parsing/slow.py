"""Reads with feedparser what nothing quicker can read: forty times the cost, and patient with anything."""

from __future__ import annotations

from typing import Any

from ..plain import door
from .raw import HTML, MAYBE, TEXT, RawAuthor, RawEnclosure, RawEntry, RawFeed

MOST = 100
MOST_ENTRIES = 20_000
# What a parser of strangers' bytes is seen to raise; anything else ends the child, which is replaced.
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read(document: bytes, content_type: str) -> RawFeed | None:
    """The whole document, or None when feedparser takes it for no feed."""
    import feedparser

    # No content-location: ids would be resolved against it, and be other ids than the next good document's.
    headers = {"content-type": content_type or "application/xml"}
    try:
        found = feedparser.parse(
            document, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except FAULTS:
        return None
    head = found.get("feed", {})
    if not found.entries and not found.get("version") and not any(map(head.get, ("title", "subtitle", "link"))):
        return None
    feed = RawFeed(_format(found.get("version") or "cdf"), "feedparser")
    _read_feed(head, feed)
    feed.entries = [_read_entry(entry) for entry in found.entries[:MOST_ENTRIES]]
    return feed


def _format(version: str) -> str:
    if version.startswith("atom"):
        return "atom"
    if version.startswith("cdf"):
        return "cdf"
    return "rdf" if version in ("rss10", "rss090") else "rss"


def _read_feed(head: Any, feed: RawFeed) -> None:
    feed.title, feed.title_kind = _line(head, "title")
    feed.subtitle, feed.subtitle_kind = _line(head, "subtitle")
    feed.link = head.get("link") or ""
    feed.language = head.get("language") or ""
    feed.generator = head.get("generator") or ""
    image = head.get("image") or {}
    feed.icon = head.get("icon") or head.get("logo") or image.get("href") or image.get("url") or ""
    ttl = str(head.get("ttl") or "")
    feed.ttl = int(ttl) * 60 if ttl.isascii() and ttl.isdigit() and len(ttl) < 10 else 0
    for link in head.get("links") or []:
        if link.get("rel") == "hub":
            feed.hub = feed.hub or link.get("href") or ""
        elif link.get("rel") == "self":
            feed.self_url = feed.self_url or link.get("href") or ""


def _line(found: Any, key: str) -> tuple[str, str]:
    kind = (found.get(key + "_detail") or {}).get("type") or ""
    if kind == "text/plain":
        # feedparser says so of all RSS titles, whatever is in them
        return found.get(key) or "", MAYBE
    return found.get(key) or "", HTML if "html" in kind else TEXT if kind else MAYBE


def _read_entry(found: Any) -> RawEntry:
    entry = RawEntry()
    entry.id = found.get("id") or ""
    entry.link = found.get("link") or ""
    entry.title, entry.title_kind = _line(found, "title")
    summary = door(found.get("summary") or "")
    contents = [door(part.get("value") or "") for part in found.get("content") or []]
    entry.content = max(contents, key=len, default="") or summary
    entry.summary = summary if contents and summary != entry.content else ""
    details = [*(found.get("content") or []), found.get("summary_detail") or {}]
    entry.base = next((part["base"] for part in details if part.get("base")), "")
    entry.language = next((part["language"] for part in details if part.get("language")), "")
    entry.published = found.get("published") or found.get("created") or ""
    entry.updated = found.get("updated") or ""
    entry.authors = _authors(found)
    entry.terms = [tag.get("label") or tag.get("term") or "" for tag in (found.get("tags") or [])[:MOST]]
    _read_more(found, entry)
    return entry


def _authors(found: Any) -> list[RawAuthor]:
    authors = [
        RawAuthor(author.get("name") or author.get("email") or "", author.get("href") or "")
        for author in (found.get("authors") or [])[:MOST]
        if author.get("name") or author.get("email")
    ]
    if not authors and found.get("author"):
        authors = [RawAuthor(found["author"])]
    return authors


def _read_more(found: Any, entry: RawEntry) -> None:
    for link in (found.get("links") or [])[:MOST]:
        if link.get("rel") == "enclosure":
            entry.enclosures.append(
                RawEnclosure(
                    link.get("href") or "",
                    link.get("type") or "",
                    link.get("length"),
                    None,
                    link.get("title") or "",
                )
            )
    for media in (found.get("media_content") or [])[:MOST]:
        if media.get("url") and all(media["url"] != enclosure.url for enclosure in entry.enclosures):
            entry.enclosures.append(
                RawEnclosure(media["url"], media.get("type") or "", media.get("filesize"), media.get("duration"))
            )
    for key, name in (
        ("comments", "comments"),
        ("comments_feed", "wfw_commentrss"),
        ("comments_count", "slash_comments"),
        ("duration", "itunes_duration"),
        ("episode", "itunes_episode"),
        ("season", "itunes_season"),
    ):
        if found.get(name):
            entry.extra[key] = found[name]
    thumbnails = found.get("media_thumbnail") or []
    image = (found.get("image") or {}).get("href") or (thumbnails[0].get("url") if thumbnails else "")
    if image:
        entry.extra["image"] = image
