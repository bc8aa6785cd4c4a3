"""Feeds and entries as rows, for tests that need some."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from aggregator import index
from aggregator.finding.typed import host_of
from aggregator.models import Enclosure, Entry, EntryBody, Feed
from aggregator.parsing.hashes import uid_hash

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # a Tuesday
numbers = count(1)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def a_feed(**columns: Any) -> Feed:
    """A healthy weekly feed with one follower, polled an hour ago; any column may be said otherwise."""
    url = columns.setdefault("url", f"https://blog{next(numbers)}.example/feed")
    usual: dict[str, Any] = {
        "host": host_of(url),
        "title": "A blog",
        "created_at": ago(days=400),
        "subscribers": 1,
        "next_poll_at": NOW + timedelta(hours=13),
        "why_then": "rhythm",
        "interval": 14 * 3600,
        "last_polled_at": ago(hours=1),
        "last_ok_at": ago(hours=1),
        "last_changed_at": ago(days=2),
        "last_outcome": "not_modified",
        "last_status": 304,
        "newest_at": ago(days=2),
        "per_day": 1 / 7,
        "usual_per_day": 1 / 7,
    }
    return Feed.objects.create(**(usual | columns))


def an_entry(feed: Feed, uid: str = "", **columns: Any) -> Entry:
    """An entry with body, enclosure and link, findable, counted nowhere."""
    uid = uid or f"entry-{next(numbers)}"
    usual: dict[str, Any] = {"sorted_at": ago(days=400), "arrived_at": ago(days=400), "title": f"On {uid}"}
    entry = Entry.objects.create(feed=feed, uid=uid, **(usual | columns))
    EntryBody.objects.create(entry=entry, html=f"<p>Words of {uid}</p>", text=f"Words of {uid}")
    Enclosure.objects.create(entry=entry, url="https://files.example/a.mp3")
    with connection.cursor() as cursor:
        index.add(cursor, [(entry.pk, feed.pk, entry.title, f"Words of {uid}")])
    return entry


def standing(*uids: str) -> bytes:
    """A feed's window in which these entries stand."""
    return b"".join(uid_hash(uid).to_bytes(8, "big", signed=True) + bytes(8) for uid in uids)


def findable() -> set[int]:
    """The ids of entries the search index finds by the word every one of ours has."""
    with connection.cursor() as cursor:
        cursor.execute(*index.found(index.Wish(((index.Phrase(("words",)),),)), 1000))
        return {row[0] for row in cursor.fetchall()}
