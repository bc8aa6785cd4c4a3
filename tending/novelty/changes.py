"""What becomes of what was said of entries when these are edited, expire, or come together with a twin's.

Apart from work.py, so that no process loads the arithmetic but the one that compares.
"""

from __future__ import annotations

from collections.abc import Collection

from aggregator.models import Entry

from ..models import Compared, EntryPrint, Novelty


def edited(ids: list[int]) -> None:
    """Registered in aggregator.store.when_edited: what was edited, and what was like it, is compared anew."""
    forget(ids)
    EntryPrint.objects.filter(entry__in=ids).delete()


def expired(by_feed: dict[int, list[int]]) -> None:
    """Registered in aggregator.expire.when_expired: nothing is said that could not be shown any more."""
    forget([pk for ids in by_feed.values() for pk in ids])


def merged(old: int, into: int, _twins: dict[int, int]) -> None:
    """Registered in aggregator.merge.when_merged: with the other feed's entries there is more to compare with."""
    Novelty.objects.filter(entry__feed__in=(old, into)).delete()
    Compared.objects.filter(feed__in=(old, into)).delete()


def forget(ids: Collection[int]) -> None:
    """What was said of these entries, and of those that are like them."""
    Compared.objects.filter(feed__in=Entry.objects.filter(pk__in=ids).values("feed")).delete()
    Novelty.objects.filter(like__in=ids).delete()
    Novelty.objects.filter(entry__in=ids).delete()
