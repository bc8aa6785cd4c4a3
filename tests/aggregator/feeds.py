"""Feeds, visits and documents for tests, as small as they can be."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.answers import Answer, Fetched
from aggregator.claim import claimed_feed
from aggregator.models import Feed
from aggregator.parsed import ParsedEntry, ParsedFeed
from aggregator.parsing.hashes import content_digest, uid_hash
from aggregator.schedule import Outcome
from aggregator.visit import Visited, digest_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_feed(url: str = "https://ann.example/feed", **columns: Any) -> Feed:
    """A followed feed that has never been polled."""
    host = url.split("/")[2]
    return Feed.objects.create(
        url=url,
        host=host,
        **{"created_at": NOON, "subscribers": 1, "next_poll_at": NOON, **columns},
    )


def an_entry(uid: str, text: str = "Some words.", **fields: Any) -> ParsedEntry:
    """An entry as a parser child would send it."""
    return ParsedEntry(
        **{
            "uid": uid,
            "digest": content_digest((text, fields.get("title", f"Title of {uid}"))),
            "title": f"Title of {uid}",
            "link": f"https://ann.example/{uid}",
            "html": f"<p>{text}</p>",
            "text": text,
            "gist": text,
            "words": len(text.split()),
            **fields,
        }
    )


def a_document(*entries: ParsedEntry, **fields: Any) -> ParsedFeed:
    """A document in which these entries stand, as if nothing in it were known."""
    window = b"".join(struct.pack(">qq", uid_hash(entry.uid), entry.digest) for entry in entries)
    return ParsedFeed(format="rss", title="Ann's notes", window=window, entries=list(entries), **fields)


def visited(
    feed: Feed, document: ParsedFeed, at: datetime = NOON, answer: Answer | None = None, lease: str = "token"
) -> Visited:
    """A visit that found this document; the feed is leased to it."""
    Feed.objects.filter(pk=feed.pk).update(lease=lease, next_poll_at=at + timedelta(minutes=2))
    claimed = claimed_feed(feed.pk, lease, at)
    known = pairs(claimed.window)
    news = [entry for entry in document.entries if (uid_hash(entry.uid), entry.digest) not in known]
    document = ParsedFeed(format="rss", title=document.title, window=document.window, entries=news)
    return Visited(
        claimed,
        at,
        answer or Fetched(feed.url, 200, b"", etag='"1"'),
        Outcome.NEW if news else Outcome.SAME,
        parsed=document,
        body_digest=digest_of(document.window),
    )


def pairs(window: bytes) -> set[tuple[int, ...]]:
    """The pairs of uid hash and digest in a window."""
    return set(struct.iter_unpack(">qq", window))
