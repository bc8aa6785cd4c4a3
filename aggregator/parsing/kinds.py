"""What kind of feed a document is, by what stands in it."""

from __future__ import annotations

import re

from .raw import RawFeed

_releases = re.compile(
    r"//github\.com/[^/]+/[^/]+/(?:releases|tags)\.atom|//pypi\.org/rss/|/-/(?:tags|releases)\.atom|//code\.[^/]+/[^?]*/releases",
    re.I,
)
_video = re.compile(
    r"//(?:www\.)?youtube\.com/feeds/|//vimeo\.com/[^?]*/videos/rss|//[^/]+/feeds/videos\.(?:xml|atom)", re.I
)
_comments = re.compile(
    r"/comments/(?:feed|default)|[?&]feed=comments|/comments\.(?:rss|atom|xml)|/feed/comments", re.I
)
_microblog = re.compile(r"//(?:bsky\.app/profile/[^/]+|[^/]+/(?:@|users/)[^/]+?(?:\.rss|\.atom)?)(?:/rss)?$", re.I)


def kind(feed: RawFeed, url: str) -> str:
    """One of models.Feed.Kind."""
    if _releases.search(url):
        return "releases"
    if _comments.search(url) or feed.title.lower().startswith(("comments on", "comments for")):
        return "comments"
    if _video.search(url):
        return "video"
    sample = feed.entries[:20]
    if not sample:
        return "podcast" if feed.podcast else "blog"
    with_audio = sum(
        any(e.type.startswith("audio") or e.url.split("?")[0].endswith((".mp3", ".m4a")) for e in entry.enclosures)
        for entry in sample
    )
    with_video = sum(any(e.type.startswith("video") for e in entry.enclosures) for entry in sample)
    half = len(sample) / 2
    if with_audio > half or (feed.podcast and with_audio):
        return "podcast"
    if with_video > half:
        return "podcast" if feed.podcast else "video"
    if _microblog.search(url) or sum(not entry.title.strip() for entry in sample) > half:
        return "microblog"
    return "blog"
