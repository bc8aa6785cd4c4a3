"""Reads with feedparser what nothing quicker can read: forty times the cost, and patient with anything."""

from __future__ import annotations

from typing import Any

from ..cleaning.plain import door
from .more import number
from .raw import HTML, MAYBE, RawAuthor, RawEnclosure, RawEntry, RawFeed

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
    feed.link, feed.language, feed.generator = (_text(head, key) for key in ("link", "language", "generator"))
    image = head.get("image")
    feed.icon = _text(head, "icon") or _text(head, "logo") or _text(image, "href")
    feed.ttl = number(_text(head, "ttl")) * 60
    for link in _parts(head, "links"):
        if link.get("rel") == "hub":
            feed.hub = feed.hub or _text(link, "href")
        elif link.get("rel") == "self":
            feed.self_url = feed.self_url or _text(link, "href")


def _read_entry(found: Any) -> RawEntry:
    entry = RawEntry()
    entry.id, entry.link = _text(found, "id"), _text(found, "link")
    entry.title, entry.title_kind = _line(found, "title")
    summary = door(_text(found, "summary"))
    contents = [door(_text(part, "value")) for part in _parts(found, "content")]
    entry.content = max(contents, key=len, default="") or summary
    entry.summary = summary if contents and summary != entry.content else ""
    details = [*_parts(found, "content"), found.get("summary_detail")]
    entry.base = next(filter(None, (_text(part, "base") for part in details)), "")
    entry.language = next(filter(None, (_text(part, "language") for part in details)), "")
    entry.published = _text(found, "published") or _text(found, "created")
    entry.updated = dict.get(found, "updated") or ""  # by its own get it would be the other date
    entry.authors = _authors(found)
    entry.terms = [_text(tag, "label") or _text(tag, "term") for tag in _parts(found, "tags")]
    entry.enclosures = _files(found)
    for key, name in _EXTRA.items():
        if value := _text(found, name):
            entry.extra[key] = value
    for picture in (found.get("image"), *_parts(found, "media_thumbnail")):
        if address := _text(picture, "href") or _text(picture, "url"):
            entry.extra.setdefault("image", address)
    return entry


_EXTRA = {
    "comments": "comments",
    "comments_feed": "wfw_commentrss",
    "comments_count": "slash_comments",
    "duration": "itunes_duration",
    "episode": "itunes_episode",
    "season": "itunes_season",
}


def _line(found: Any, key: str) -> tuple[str, str]:
    """A title and how it is meant. Of all RSS titles feedparser says plain text, whatever is in them."""
    kind = _text(found.get(key + "_detail"), "type")
    return _text(found, key), HTML if "html" in kind else MAYBE


def _authors(found: Any) -> list[RawAuthor]:
    authors = [
        RawAuthor(_text(author, "name") or _text(author, "email"), _text(author, "href"))
        for author in _parts(found, "authors")
    ]
    return [author for author in authors if author.name] or [
        RawAuthor(name) for name in (_text(found, "author"),) if name
    ]


def _files(found: Any) -> list[RawEnclosure]:
    files = [
        RawEnclosure(_text(link, "href"), _text(link, "type"), _text(link, "length"), None, _text(link, "title"))
        for link in _parts(found, "links")
        if link.get("rel") == "enclosure"
    ]
    known = {file.url for file in files}
    for media in _parts(found, "media_content"):
        if (url := _text(media, "url")) and url not in known:
            size, duration = _text(media, "filesize"), _text(media, "duration")
            files.append(RawEnclosure(url, _text(media, "type"), size, duration))
    return files


def _text(found: Any, key: str) -> str:
    """A value that is a text; of a few keys feedparser makes dictionaries when elements come twice."""
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def _parts(found: Any, key: str) -> list[Any]:
    """At most a hundred values that are dictionaries themselves."""
    value = found.get(key)
    return [part for part in value[:MOST] if isinstance(part, dict)] if isinstance(value, list) else []
