"""A member, a roster and feeds with entries, made straight in the tables for tests of reading."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import AutoField, Max, Model

from aggregator import index
from aggregator.models import Entry, EntryBody, Feed
from aggregator.storing import bulk
from network.models import Person, Roster, Source, User
from reading.models import Watermark

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def a_member(name: str = "nora", **more: object) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "secret words", **more)
    Roster.objects.create(owner=user)
    return user


def a_feed(name: str, **more: object) -> Feed:
    url = f"https://{name}.example/feed"
    return Feed.objects.create(
        **{"url": url, "host": f"{name}.example", "title": name.title(), "created_at": NOW, "subscribers": 1} | more
    )


def a_source(user: User, feed: Feed, person: Person | None = None, *, upto: int = 0, **more: object) -> Source:
    """The feed on the member's roster, with its watermark, as following leaves it."""
    roster = user.roster
    person = person or Person.objects.create(roster=roster, name=feed.title, created_at=NOW)
    read = Entry.objects.filter(feed=feed, pk__lte=upto).count()
    Watermark.objects.get_or_create(user=user, feed=feed, defaults={"upto": upto, "read_count": read})
    return Source.objects.create(
        roster=roster, feed=feed, person=person, **{"created_at": NOW, "changed_at": NOW} | more
    )


def entries(feed: Feed, ages: Iterable[float], html: str = "<p>Words.</p>", **more: object) -> list[Entry]:
    """Entries so many days old, in the order given, with the feed's counters as store writes them."""
    fields = {"title": "", "gist": "The first words.", "words": 900, "link": "", "uid": ""} | more
    alike = Entry(feed=feed, arrived_at=NOW, sorted_at=NOW, published_at=NOW, **fields)
    own = []
    for n, age in enumerate(ages):
        at, number = NOW - timedelta(days=age), feed.entry_count + n + 1
        link = f"{feed.url}/{number}"
        said = {"title": f"{feed.title} {number}", "link": link, "uid": link, "sorted_at": at, "published_at": at}
        own.append({name: value for name, value in said.items() if name not in more})
    before = newest_id()
    copies(alike, own)
    made = list(Entry.objects.filter(feed=feed, pk__gt=before).order_by("pk"))
    copies(EntryBody(entry=alike, html=html, text="Words."), [{"entry": entry.pk} for entry in made])
    with connection.cursor() as cursor:
        index.add(cursor, [(entry.pk, feed.pk, entry.title, "Words.") for entry in made])
    count(feed)
    return made


def copies(alike: Model, own: list[dict[str, Any]]) -> None:
    """Rows like this one, each with what is its own: as `bulk_create` would make them, at a tenth of its cost."""
    fields = {field.name: field for field in alike._meta.concrete_fields if not isinstance(field, AutoField)}

    def value(name: str, said: object) -> object:
        return fields[name].get_db_prep_save(said, connection)

    common = {name: value(name, getattr(alike, field.attname)) for name, field in fields.items()}
    rows = [list((common | {name: value(name, said) for name, said in each.items()}).values()) for each in own]
    with connection.cursor() as cursor:
        bulk.insert(cursor, alike._meta.db_table, [field.column for field in fields.values()], rows)


def newest_id() -> int:
    return Entry.objects.aggregate(newest=Max("pk", default=0))["newest"]


def count(feed: Feed) -> None:
    """Write the counters that store would have written."""
    dates = sorted(Entry.objects.filter(feed=feed).values_list("sorted_at", flat=True))
    feed.entry_count = len(dates)
    feed.newest_at = dates[-1] if dates else None
    last = Entry.objects.filter(feed=feed).order_by("-pk").first()
    feed.last_entry = last.pk if last else 0
    feed.per_day = len(dates) / max(1.0, (NOW - dates[0]) / timedelta(days=1)) if dates else 0.0
    feed.save()
