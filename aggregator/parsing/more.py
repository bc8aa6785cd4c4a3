"""What few feeds have: media, podcasts, threads, comments, sources, and what a publisher asks of pollers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .markup import text_of
from .names import short
from .raw import RawEnclosure, RawEntry, RawFeed

Element = Any  # lxml.etree._Element; lxml ships no types
MOST = 100

_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": 30 * 86400, "yearly": 365 * 86400}


def replies(element: Element, entry: RawEntry, href: str) -> None:
    """RFC 4685: rel=replies is a comment feed, or the page with comments."""
    kind = element.get("type") or ""
    key = "comments" if "html" in kind else "comments_feed"
    entry.extra.setdefault(key, href)
    for attribute, value in element.attrib.items():
        if short(attribute) == "thr:count":
            entry.extra.setdefault("comments_count", value)


def media(element: Element, entry: RawEntry) -> None:
    """media:content and media:group (Media RSS 1.5.1): files, and a picture to stand for the entry."""
    for below in element.iter():
        name = short(below.tag) if isinstance(below.tag, str) else ""
        if name == "media:content":
            _media_content(below, entry)
        elif name == "media:thumbnail":
            thumbnail(below, entry)


def _media_content(element: Element, entry: RawEntry) -> None:
    url = element.get("url")
    if not url:
        return
    kind, medium = element.get("type") or "", element.get("medium") or ""
    if medium == "image" or kind.startswith("image/"):
        entry.extra.setdefault("image", url)
        return
    if kind == "application/x-shockwave-flash" or len(entry.enclosures) >= MOST:
        return  # players nobody has any more
    if any(enclosure.url == url for enclosure in entry.enclosures):
        return
    if not kind and medium in ("audio", "video"):
        kind = medium + "/*"
    entry.enclosures.append(RawEnclosure(url, kind, element.get("fileSize"), element.get("duration")))


def thumbnail(element: Element, entry: RawEntry) -> None:
    entry.extra.setdefault("image", element.get("url") or text_of(element))


def _text(key: str) -> Callable[[Element, RawEntry], None]:
    def read(element: Element, entry: RawEntry) -> None:
        value = text_of(element)
        if value:
            entry.extra.setdefault(key, value)

    return read


def _attribute(key: str, *names: str) -> Callable[[Element, RawEntry], None]:
    def read(element: Element, entry: RawEntry) -> None:
        for name in names:
            if value := element.get(name):
                entry.extra.setdefault(key, value)
                return

    return read


def _transcript(element: Element, entry: RawEntry) -> None:
    known = entry.extra.setdefault("transcripts", [])
    if element.get("url") and len(known) < MOST:
        known.append(
            {
                "url": element.get("url"),
                "type": element.get("type") or "",
                "language": element.get("language") or "",
            }
        )


def _person(element: Element, entry: RawEntry) -> None:
    known = entry.extra.setdefault("persons", [])
    name = text_of(element)
    if name and len(known) < MOST:
        known.append(
            {
                "name": name,
                "role": (element.get("role") or "host").lower(),
                "url": element.get("href") or "",
                "image": element.get("img") or "",
            }
        )


def _source(element: Element, entry: RawEntry) -> None:
    """RSS's source (a line with url) or Atom's (the head of the feed the entry came from)."""
    url, title = element.get("url") or "", "" if len(element) else text_of(element)
    for child in element:
        name = short(child.tag) if isinstance(child.tag, str) else ""
        if name == "title":
            title = title or text_of(child)
        elif name == "link" and child.get("href") and (child.get("rel") or "alternate") in ("alternate", "self"):
            url = child.get("href") if not url or child.get("rel") != "self" else url
    if url or title:
        entry.extra.setdefault("source", {"title": title, "url": url})


OF_ENTRY: dict[str, Callable[[Element, RawEntry], None]] = {
    "comments": _text("comments"),
    "wfw:commentrss": _text("comments_feed"),
    "slash:comments": _text("comments_count"),
    "thr:total": _text("comments_count"),
    "thr:in-reply-to": _attribute("in_reply_to", "href", "ref"),
    "source": _source,
    "source:inreplyto": _text("in_reply_to"),
    "itunes:image": _attribute("image", "href", "url"),
    "itunes:duration": _text("duration"),
    "itunes:episode": _text("episode"),
    "itunes:season": _text("season"),
    "podcast:episode": _text("episode"),
    "podcast:season": _text("season"),
    "podcast:chapters": _attribute("chapters", "url"),
    "podcast:transcript": _transcript,
    "podcast:person": _person,
    "image": _text("image"),
}


def _image(element: Element, feed: RawFeed) -> None:
    for child in element:
        if isinstance(child.tag, str) and short(child.tag) == "url":
            feed.icon = feed.icon or text_of(child)


def _itunes_image(element: Element, feed: RawFeed) -> None:
    feed.icon = feed.icon or element.get("href") or ""


def _generator(element: Element, feed: RawFeed) -> None:
    resource = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource")
    feed.generator = (
        feed.generator or text_of(element) or element.get("uri") or element.get("url") or resource or ""
    )


def _ttl(element: Element, feed: RawFeed) -> None:
    feed.ttl = max(feed.ttl, number(text_of(element)) * 60)


def _period(element: Element, feed: RawFeed) -> None:
    feed.ttl = max(feed.ttl, _PERIODS.get(text_of(element).lower(), 0) // _frequency(element))


def _frequency(element: Element) -> int:
    """sy:updateFrequency, the sibling of sy:updatePeriod: how often in that period; 1 when absent."""
    for sibling in element.getparent():
        if isinstance(sibling.tag, str) and short(sibling.tag) == "sy:updatefrequency":
            return max(1, number(text_of(sibling)))
    return 1


def _hours(element: Element, feed: RawFeed) -> None:
    feed.skip_hours += [text_of(child) for child in element if isinstance(child.tag, str)][:24]


def _days(element: Element, feed: RawFeed) -> None:
    feed.skip_days += [text_of(child) for child in element if isinstance(child.tag, str)][:7]


def _blogroll(element: Element, feed: RawFeed) -> None:
    if len(feed.blogrolls) < 10 and text_of(element):
        feed.blogrolls.append(text_of(element))


def _new_feed_url(element: Element, feed: RawFeed) -> None:
    feed.new_feed_url = feed.new_feed_url or text_of(element)


def _podcast(_: Element, feed: RawFeed) -> None:
    feed.podcast = True


def number(text: str) -> int:
    """A small count as written, or 0 for nonsense."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


OF_FEED: dict[str, Callable[[Element, RawFeed], None]] = {
    "image": _image,
    "itunes:image": _itunes_image,
    "generator": _generator,
    "admin:generatoragent": _generator,
    "ttl": _ttl,
    "sy:updateperiod": _period,
    "skiphours": _hours,
    "skipdays": _days,
    "source:blogroll": _blogroll,
    "itunes:new-feed-url": _new_feed_url,
    "itunes:category": _podcast,
    "itunes:explicit": _podcast,
    "podcast:guid": _podcast,
    "podcast:locked": _podcast,
}
