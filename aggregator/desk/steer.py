"""What an administrator does to feeds: suspend, resume, forget."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction

from .. import feeds
from ..expire import AT_ONCE, delete_entries
from ..models import Entry, Feed


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
