"""People who have written something, for tests of what their page says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from aggregator.models import Entry, EntryBody, Feed
from network.models import Source, User

from .members import a_feed, a_source


def wrote(feed: Feed, ages: Iterable[float], now: datetime, **said: Any) -> list[Entry]:
    """Entries so many days old, with the feed's counters as store writes them. Bodies get `terms` and `links`."""
    body = {name: said.pop(name, []) for name in ("terms", "links")}
    made = []
    for age in ages:
        at, n = now - timedelta(days=age), feed.entry_count + len(made)
        fields = {"title": f"Piece {n}", "gist": "The first words.", "words": 900, "link": f"{feed.url}/{n}"} | said
        made.append(Entry(feed=feed, uid=f"{n}", sorted_at=at, arrived_at=now, published_at=at, **fields))
    Entry.objects.bulk_create(made)
    EntryBody.objects.bulk_create(EntryBody(entry=entry, text="Words.", **body) for entry in made)
    dates = Entry.objects.filter(feed=feed).order_by("sorted_at").values_list("sorted_at", flat=True)
    feed.entry_count, feed.newest_at, feed.last_polled_at, feed.last_ok_at = len(dates), dates.last(), now, now
    last = Entry.objects.filter(feed=feed).order_by("-pk").first()
    feed.last_entry, feed.usual_per_day = last.pk if last else 0, 1 / 7
    counters = ("entry_count", "newest_at", "last_polled_at", "last_ok_at", "last_entry", "usual_per_day")
    feed.save(update_fields=counters)
    return made


def a_writer(user: User, name: str, now: datetime, ages: Sequence[float] = (3, 2, 1), **said: Any) -> Source:
    """Somebody on the member's roster with a blog of their own and entries in it."""
    host = f"{name.lower().replace(' ', '-')}.example"
    feed = a_feed(title=f"{name}’s blog", url=f"https://{host}/feed", host=host, site_url=f"https://{host}/")
    wrote(feed, ages, now, **said)
    return a_source(user, feed, name=name)
