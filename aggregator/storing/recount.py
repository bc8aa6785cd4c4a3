"""A feed's counters, counted again from its entries: after a merge, and now and then against drift."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Max

from ..models import Entry, Feed
from ..rhythm import earlier_of_feed, rhythm_of_feed

COUNTERS = ("entry_count", "last_entry", "newest_at", "per_day", "usual_per_day", "earlier_per_day")


@transaction.atomic
def recount(feed_ids: Collection[int], now: datetime) -> None:
    """Write the counters of these feeds anew."""
    feeds = list(Feed.objects.select_for_update().only("pk").filter(pk__in=feed_ids).order_by("pk"))
    entries = Entry.objects.filter(feed__in=feeds).values("feed")
    counted = {
        feed: (count, last, newest)
        for feed, count, last, newest in entries.annotate(
            count=Count("pk"), last=Max("pk"), newest=Max("sorted_at")
        ).values_list("feed", "count", "last", "newest")
    }
    for feed in feeds:
        feed.entry_count, feed.last_entry, feed.newest_at = counted.get(feed.pk, (0, 0, None))
        with connection.cursor() as cursor:
            found = rhythm_of_feed(cursor, feed.pk, now)
            feed.earlier_per_day = earlier_of_feed(cursor, feed.pk, now)
        feed.per_day, feed.usual_per_day = found.lately, found.usual
    Feed.objects.bulk_update(feeds, COUNTERS)
