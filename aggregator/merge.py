"""Two feeds that are one become one, and a feed follows its address, without anybody losing their reading state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from . import index
from .expire import delete_entries
from .finding.typed import host_of, tidy, with_www
from .models import Entry, Expired, Feed, FeedAddress, Lookup, Poll
from .spelling import link_key
from .storing.recount import recount

when_merged: list[Callable[[int, int, dict[int, int]], None]] = []
"""Called as (old feed id, new feed id, {old entry id: the same entry's id in the new feed}).

In the merge's own transaction, *before* anything has changed: both feeds and all their entries still stand as
they were. Afterwards the entries that are no key of the map belong to the new feed (with their ids), and the old
feed, the entries that are keys, and every row that still points to either are deleted. So whoever keeps rows that
point to feeds or entries re-points them here. Rooms above register in their AppConfig.ready.
"""

reads_only_the_other: list[Callable[[int, int], bool]] = []
"""Asked with (old feed id, new feed id) whether somebody reads the new feed who does not read the old one.

Where the hosts differ a redirect then makes no merge: whatever the old feed had published would stand among the new
one's entries, before people who trust that publisher. An administrator can still merge the two.
"""

AT_ONCE = 500  # entries in one statement
SHORTEST = timedelta(hours=1)


@transaction.atomic
def merge(old: Feed, into: Feed, now: datetime) -> None:
    """`into` takes over everything `old` has: its entries, addresses and followers. `old` is no more."""
    assert old.pk != into.pk
    old, into = _locked(old, into)
    twins = same_entries(_spelled(old), _spelled(into))
    for tell in when_merged:
        tell(old.pk, into.pk, twins)
    _delete_in_steps(list(twins))
    _take_over_entries(old, into)
    _take_over_expired(old, into)
    _take_over_addresses(old, into, now)
    _take_over_schedule(old, into, now)
    Lookup.objects.filter(feed=old).update(feed=into)
    Poll.objects.filter(feed=old).delete()
    old.delete()
    recount([into.pk], now)


def adopt(feed: Feed, url: str, now: datetime) -> Feed:
    """The feed lives at `url` from now on; returns the feed it has become, which may be one known already."""
    url = tidy(url)
    if url in ("", feed.url):
        return feed
    try:
        with transaction.atomic():
            return _merge_or_move(feed, url, now)
    except IntegrityError:  # somebody added the new address in the same moment
        with transaction.atomic():
            return _merge_or_move(feed, url, now)


def _merge_or_move(feed: Feed, url: str, now: datetime) -> Feed:
    other = Feed.objects.filter(url=url).first() or Feed.objects.filter(old_addresses__url=url).first()
    if other and other.pk != feed.pk:
        if not _may_become(feed, other):
            Feed.objects.filter(pk=feed.pk).update(moved_to="", moved_count=0, moved_since=None)
            return feed
        merge(feed, other, now)
        return other
    FeedAddress.objects.filter(url=url).delete()
    FeedAddress.objects.create(url=feed.url, feed=feed, since=now)
    feed.url, feed.host, feed.moved_at = url, host_of(url), now
    feed.moved_to, feed.moved_count, feed.moved_since = "", 0, None
    feed.save(update_fields=["url", "host", "moved_at", "moved_to", "moved_count", "moved_since"])
    return feed


def _may_become(feed: Feed, other: Feed) -> bool:
    """Whether the publisher of the one may speak as the other: on one host, or before nobody else."""
    if host_of(feed.url) in with_www(other.url):
        return True
    return not any(ask(feed.pk, other.pk) for ask in reads_only_the_other)


def _locked(old: Feed, into: Feed) -> tuple[Feed, Feed]:
    """Both rows as they are now, locked in one order so that two merges cannot wait for each other."""
    rows = Feed.objects.select_for_update().filter(pk__in=(old.pk, into.pk)).order_by("pk")
    by_id = {feed.pk: feed for feed in rows}
    return by_id[old.pk], by_id[into.pk]


Spelled = tuple[int, str, int | None]  # entry id, uid, link key


def _spelled(feed: Feed) -> list[Spelled]:
    rows = Entry.objects.filter(feed=feed).order_by("id").values_list("id", "uid", "link")
    return [(number, uid, link_key(link) if link else None) for number, uid, link in rows.iterator()]


def same_entries(old: Sequence[Spelled], into: Sequence[Spelled]) -> dict[int, int]:
    """Which entries of two feeds are one: the same uid, else a link that only one entry of each feed has."""
    by_uid = {uid: number for number, uid, _ in into}
    twins = {number: by_uid[uid] for number, uid, _ in old if uid in by_uid}
    taken = set(twins.values())
    by_link = {key: number for number, key in _links_of_one(into) if number not in taken}
    for number, key in _links_of_one(old):
        if number not in twins and key in by_link:
            twins[number] = by_link[key]
    return twins


def _links_of_one(entries: Sequence[Spelled]) -> list[tuple[int, int]]:
    """(entry id, link key) of entries whose link no other entry of the feed has."""
    times = Counter(key for _, _, key in entries)
    return [(number, key) for number, _, key in entries if key is not None and times[key] == 1]


def _take_over_entries(old: Feed, into: Feed) -> None:
    """Those that are left become the other's, in the search index as well."""
    theirs = Entry.objects.filter(feed=old)
    with connection.cursor() as cursor:
        index.move(cursor, list(theirs.values_list("pk", flat=True)), into.pk)
    theirs.update(feed=into)


def _delete_in_steps(entry_ids: Sequence[int]) -> None:
    for start in range(0, len(entry_ids), AT_ONCE):
        delete_entries(entry_ids[start : start + AT_ONCE])


def _take_over_expired(old: Feed, into: Feed) -> None:
    hashes = Expired.objects.filter(feed=old).values_list("uid_hash", flat=True)
    rows = [Expired(feed=into, uid_hash=uid_hash) for uid_hash in hashes]
    Expired.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _take_over_addresses(old: Feed, into: Feed, now: datetime) -> None:
    """Whoever asks for any address the old feed ever had is led to the new one."""
    FeedAddress.objects.filter(url=into.url).delete()
    FeedAddress.objects.filter(feed=old).update(feed=into)
    FeedAddress.objects.update_or_create(url=old.url, defaults={"feed": into, "since": now})


def _take_over_schedule(old: Feed, into: Feed, now: datetime) -> None:
    """Nothing is asked sooner for it: the old address may have led to the new one just now.

    A visit that is under way knows nothing of the merge, so its lease ends here and what it brings is dropped.
    """
    into.moved_at = now
    into.lease, into.attempts = "", 0
    if old.state == Feed.State.ACTIVE and into.state in (Feed.State.GONE, Feed.State.STOPPED):
        into.state, into.gone_at, into.failing_since, into.failures = Feed.State.ACTIVE, None, None, 0
    if into.state == Feed.State.ACTIVE:
        asked = max((at for at in (old.last_polled_at, into.last_polled_at) if at), default=None)
        into.next_poll_at = max(into.next_poll_at or now, asked + SHORTEST if asked else now)
    into.save(
        update_fields=[
            "moved_at", "lease", "attempts", "state", "gone_at", "failing_since", "failures", "next_poll_at",
        ]
    )  # fmt: skip
