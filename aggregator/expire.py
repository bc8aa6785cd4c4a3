"""Old entries that nobody holds go, in small steps; enough of them stays not to take them for new again.

An entry may go when it arrived longer than `settings.KEEP_DAYS` ago, stands in its feed's document no more, and no
room above holds it. The aggregator knows no people, so rooms above say what they hold and hear what went: they
register in their AppConfig.ready, in `holds` and `when_expired`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from . import index
from .models import Entry, Expired, Feed
from .parsing.hashes import uid_hash
from .storing.known import uid_hashes

holds: list[Callable[[list[int]], set[int]]] = []
"""Asked with entry ids; answers with those of them to spare (kept, marked by hand, noted, highlighted …)."""

when_expired: list[Callable[[dict[int, list[int]]], None]] = []
"""Told {feed id: entry ids}, in the same transaction and before they are deleted, so that counters stay right."""

AT_ONCE = 500  # entries looked at in one transaction


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did."""

    upto: int  # the last entry id that was looked at
    expired: int
    more: bool  # whether there may be old entries after it


@transaction.atomic
def step(after: int, keep_days: int, now: datetime) -> Step:
    """Look at the next entries by id (they arrived in this order) and let go of those that may go."""
    rows = Entry.objects.filter(pk__gt=after).order_by("pk")
    entries = list(rows.only("pk", "feed_id", "uid", "arrived_at")[:AT_ONCE])
    old = [entry for entry in entries if entry.arrived_at < now - timedelta(days=keep_days)]
    if not old:
        return Step(after, 0, more=False)
    going = _unheld(_locked(_left_their_feed(old, now)))
    _let_go(going)
    return Step(entries[-1].pk, len(going), more=len(entries) == AT_ONCE)


def _left_their_feed(entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """Those that stand in no document any more; feeds that are being visited wait for another time."""
    resting = Q(lease="") | Q(next_poll_at__lte=now)
    feeds = Feed.objects.select_for_update().filter(resting, pk__in={entry.feed_id for entry in entries})
    standing = {feed.pk: uid_hashes(bytes(feed.window)) for feed in feeds.only("pk", "window").order_by("pk")}
    return [
        entry
        for entry in entries
        if entry.feed_id in standing and uid_hash(entry.uid) not in standing[entry.feed_id]
    ]


def _locked(entries: Sequence[Entry]) -> list[Entry]:
    """The same, so that nobody can begin to hold one now; feeds are locked before entries, as everywhere."""
    there = Entry.objects.select_for_update().filter(pk__in=[entry.pk for entry in entries]).order_by("pk")
    still = set(there.values_list("pk", flat=True))
    return [entry for entry in entries if entry.pk in still]


def _unheld(entries: Sequence[Entry]) -> list[Entry]:
    """Those that no room above wants to keep."""
    ids = [entry.pk for entry in entries]
    held: set[int] = set().union(*(hold(ids) for hold in holds)) if ids else set()
    return [entry for entry in entries if entry.pk not in held]


def _let_go(entries: Collection[Entry]) -> None:
    if not entries:
        return
    by_feed: dict[int, list[int]] = {}
    for entry in entries:
        by_feed.setdefault(entry.feed_id, []).append(entry.pk)
    for tell in when_expired:
        tell(by_feed)
    Expired.objects.bulk_create(
        [Expired(feed_id=entry.feed_id, uid_hash=uid_hash(entry.uid)) for entry in entries], ignore_conflicts=True
    )
    delete_entries(entry.pk for entry in entries)
    for feed, ids in by_feed.items():
        Feed.objects.filter(pk=feed).update(entry_count=Greatest(F("entry_count") - len(ids), 0))


def delete_entries(entry_ids: Iterable[int]) -> None:
    """Delete entries with all that belongs to them, from the search index too; some hundreds at a time."""
    ids = list(entry_ids)
    if not ids:
        return
    with connection.cursor() as cursor:
        index.forget_entries(cursor, ids)
    Entry.objects.filter(pk__in=ids).delete()
