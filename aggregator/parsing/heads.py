"""What each element says of a feed as a whole; read by tree.py, one function an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import more
from .markup import line, text_of
from .raw import RawFeed

Element = Any  # lxml.etree._Element; lxml ships no types


def _feed_title(element: Element, feed: RawFeed) -> None:
    if not feed.title:
        feed.title, feed.title_kind = line(element)


def _feed_subtitle(element: Element, feed: RawFeed) -> None:
    if not feed.subtitle:
        feed.subtitle, feed.subtitle_kind = line(element)


def _feed_link(element: Element, feed: RawFeed) -> None:
    href = element.get("href")
    if href is None:
        feed.link = feed.link or text_of(element)
        return
    rel = (element.get("rel") or "alternate").lower().rpartition("/")[2]
    if rel == "hub":
        feed.hub = feed.hub or href
    elif rel == "self":
        feed.self_url = feed.self_url or href
    elif rel == "alternate" and "html" in (element.get("type") or "html"):
        feed.link = feed.link or href


def _set(attribute: str) -> Callable[[Element, RawFeed], None]:
    def read(element: Element, feed: RawFeed) -> None:
        if not getattr(feed, attribute):
            setattr(feed, attribute, text_of(element))

    return read


OF_FEED: dict[str, Callable[[Element, RawFeed], None]] = {
    "title": _feed_title,
    "dc:title": _feed_title,
    "subtitle": _feed_subtitle,
    "tagline": _feed_subtitle,
    "description": _feed_subtitle,
    "dc:description": _feed_subtitle,
    "itunes:subtitle": _set("lesser_subtitle"),
    "itunes:summary": _set("lesser_subtitle"),
    "link": _feed_link,
    "language": _set("language"),
    "dc:language": _set("language"),
    "icon": _set("icon"),
    "logo": _set("icon"),
    **more.OF_FEED,
}
