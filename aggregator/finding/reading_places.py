"""What the pages and API documents of some well-known places say about where a feed is: bytes → addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

CHANNEL = rb'(UC[\w-]{22})"'
# The page's own channel stands under these names; other channels it shows only under the last.
CHANNEL_MARKS = [
    rb'"externalId":"',
    rb'itemprop="(?:identifier|channelId)" content="',
    rb'"externalChannelId":"',
    rb'rel="canonical" href="https://www\.youtube\.com/channel/',
    rb'"channelId":"',
]
SOUNDCLOUD_USER = re.compile(rb"soundcloud:(?://)?users[:/](\d+)")


T = TypeVar("T")


class ApplePodcast(msgspec.Struct):
    feed_url: str = msgspec.field(default="", name="feedUrl")


class AppleAnswer(msgspec.Struct):
    results: list[ApplePodcast] = []


class WebFingerLink(msgspec.Struct):
    rel: str = ""
    href: str = ""
    type: str = ""


class WebFinger(msgspec.Struct):
    """RFC 7033, the part of it that leads to a profile."""

    links: list[WebFingerLink] = []


def youtube(body: bytes) -> list[str]:
    """A channel's, handle's or video's page → the channel's feed."""
    for mark in CHANNEL_MARKS:
        if found := re.search(mark + CHANNEL, body):
            return [f"https://www.youtube.com/feeds/videos.xml?channel_id={found[1].decode()}"]
    return []


def apple(body: bytes) -> list[str]:
    """The look-up API's answer → the podcast's own feed."""
    answer = _json(body, AppleAnswer)
    return [podcast.feed_url for podcast in answer.results if podcast.feed_url] if answer else []


def soundcloud(body: bytes) -> list[str]:
    """A profile → the feed of its sounds."""
    found = SOUNDCLOUD_USER.search(body)
    if not found:
        return []
    return [f"https://feeds.soundcloud.com/users/soundcloud:users:{found[1].decode()}/sounds.rss"]


def fediverse(body: bytes) -> list[str]:
    """A WebFinger answer → the profile's page, which may be on another host than the account."""
    answer = _json(body, WebFinger)
    pages = [link.href for link in answer.links if link.rel.endswith("/profile-page")] if answer else []
    return [page for page in pages if page.startswith(("https://", "http://"))]


def _json(body: bytes, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


READERS: dict[str, Callable[[bytes], list[str]]] = {
    "youtube": youtube,
    "apple": apple,
    "soundcloud": soundcloud,
    "fediverse": fediverse,
}
