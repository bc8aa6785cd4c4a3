"""What everybody in the demo writes in a year, and the tables it goes into."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from aggregator import index
from aggregator.models import Entry, EntryBody, Feed

from .cast import Role, paragraphs, title

YEAR = 365  # days
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that is to be, with the text that belongs to it."""

    entry: Entry
    text: list[str]


def write(roles: Sequence[Role], feeds: Sequence[Feed], r: random.Random, now: datetime) -> list[Written]:
    """A year of entries of everybody."""
    found: list[Written] = []
    shelf: list[Written] = []  # what the planet has, which others copy
    for role, feed in zip(roles, feeds, strict=True):
        at = now - timedelta(days=YEAR)
        until = now - timedelta(days=200 if role.trouble == "quiet" else 45 if role.trouble else 0)
        until = now if role.trouble == "copies" else until
        while (at := at + timedelta(days=r.expovariate(role.a_week / 7))) < until:
            model = r.choice(shelf) if role.trouble == "copies" and shelf and r.random() < 0.75 else None
            found.append(one(role, feed, at, len(found), r, model))
            if role.person_kind == "planet":
                shelf.append(found[-1])
    return found


def one(role: Role, feed: Feed, at: datetime, n: int, r: random.Random, model: Written | None) -> Written:
    """One entry; with a model, its text once more some hours later."""
    if model:
        at = model.entry.sorted_at + timedelta(hours=5)
    text = model.text if model else paragraphs(role, r)
    named = "" if role.kind == "microblog" else model.entry.title if model else title(role, r)
    link = f"{feed.site_url}{n}"
    return Written(
        Entry(
            feed=feed,
            uid=link,
            link=link,
            title=named,
            gist=" ".join(text)[:280],
            words=sum(len(each.split()) for each in text),
            medium={"podcast": "audio", "video": "video"}.get(role.kind, "text"),
            duration={"podcast": r.randint(1200, 3600), "video": r.randint(240, 1500)}.get(role.kind, 0),
            language="en",
            sorted_at=at,
            published_at=at,
            arrived_at=at + timedelta(minutes=40),
        ),
        text,
    )


def keep(written: Sequence[Written]) -> None:
    """Entries with their texts, into the search index too; copies are one story with what they copy."""
    Entry.objects.bulk_create((each.entry for each in written), batch_size=AT_ONCE)
    bodies = (
        EntryBody(entry=each.entry, html="".join(f"<p>{p}</p>" for p in each.text), text="\n\n".join(each.text))
        for each in written
    )
    EntryBody.objects.bulk_create(bodies, batch_size=AT_ONCE)
    first: dict[int, Entry] = {}
    copies = []
    for each in written:
        original = first.setdefault(id(each.text), each.entry)
        if original is not each.entry and original.feed_id != each.entry.feed_id:
            each.entry.story = original.story = original.pk
            copies += [each.entry, original]
    Entry.objects.bulk_update({entry.pk: entry for entry in copies}.values(), ["story"], batch_size=AT_ONCE)
    rows = [(e.entry.pk, e.entry.feed_id, e.entry.title, " ".join(e.text)) for e in written]
    with connection.cursor() as cursor:
        index.add(cursor, rows)
