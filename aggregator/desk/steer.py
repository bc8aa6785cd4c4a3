"""What an administrator does to feeds: suspend, resume, forget."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import transaction

from .. import feeds
from ..expire import AT_ONCE, delete_entries
from ..models import Entry, Feed

ONCE_MORE = timedelta(days=1)  # between two times somebody asks for a feed that was given up


def suspend(feed_ids: Collection[int]) -> int:
    """Ask for these no more until they are resumed; how many. What a visit under way brings is dropped."""
    chosen = Feed.objects.filter(pk__in=feed_ids, state=Feed.State.ACTIVE)
    return chosen.update(state=Feed.State.SUSPENDED, lease="")


@transaction.atomic
def resume(feed_ids: Collection[int], now: datetime) -> int:
    """Give suspended, stopped and gone feeds a fresh start, as soon as manners allow; how many."""
    chosen = Feed.objects.filter(pk__in=feed_ids).exclude(state=Feed.State.ACTIVE)
    ids = list(chosen.values_list("pk", flat=True))
    Feed.objects.filter(pk__in=ids).update(
        state=Feed.State.ACTIVE,
        next_poll_at=None,
        why_then="",
        failing_since=None,
        failures=0,
        gone_at=None,
        attempts=0,
        lease="",
    )
    feeds.due_now(ids, now)
    return len(ids)


@transaction.atomic
def once_more(feed_ids: Collection[int], now: datetime) -> dict[int, datetime | None]:
    """Somebody who reads them asks for feeds now: when each is due, None for one that is not asked at all.

    Those given up or gone get a fresh start, unless they were asked within a day.
    """
    ended = Feed.objects.filter(pk__in=feed_ids, state__in=(Feed.State.STOPPED, Feed.State.GONE))
    rested = ended.exclude(last_polled_at__gt=now - ONCE_MORE)
    resume(list(rested.values_list("pk", flat=True)), now)
    return feeds.due_now(feed_ids, now)


def forget(feed: Feed, over: Callable[[], bool]) -> bool:
    """Delete a feed with its entries and all that people made of them, in steps; False if time was over before."""
    suspend([feed.pk])
    while entry_ids := list(Entry.objects.filter(feed=feed).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        if over():
            return False
        with transaction.atomic():
            delete_entries(entry_ids)
    feed.delete()
    return True
