"""The memory of what a member did with entries: written as it happens, theirs alone, bounded, easily ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import CharField, DateTimeField, Exists, IntegerField, QuerySet, Value

from aggregator.models import Entry
from reading.opening.entry_page import entries_of

from .models import Event, Wishes

if TYPE_CHECKING:
    from network.models import User

KEEP = timedelta(days=400)  # a year, and some weeks to compare it with
AT_ONCE = 5000  # rows looked at in one step of forgetting
COLUMNS = ("user_id", "kind", "entry_id", "feed", "many", "origin", "at")


def remember(user: User, kind: str, entries: Collection[int], origin: str, now: datetime) -> None:
    """Registered in reading.happened.when_done. One statement; only the first time counts."""
    if kind == Event.Kind.BULK:
        if not is_off(user).exists():
            Event.objects.create(user=user, kind=kind, many=len(entries), origin=origin, at=now)
        return
    if entries:
        insert(user, kind, Entry.objects.filter(pk__in=entries), origin, now)


def notice(user: User, kind: str, entries: Collection[int], origin: str, now: datetime) -> None:
    """The same, as a page's own script says it: of entries the member may open and of no others."""
    if not entries:
        return
    theirs = entries_of(user).filter(pk__in=entries).values("pk")
    insert(user, kind, Entry.objects.filter(pk__in=theirs), origin, now)


def insert(user: User, kind: str, entries: QuerySet[Entry], origin: str, now: datetime) -> None:
    """One INSERT … SELECT, so that nothing is read first; what is there already stays as it is."""
    rows = entries.filter(~Exists(is_off(user))).annotate(
        who=Value(user.pk, IntegerField()),
        what=Value(kind, CharField()),
        many=Value(1, IntegerField()),
        where=Value(origin, CharField()),
        when=Value(now, DateTimeField()),
    )
    select, parameters = rows.values_list(
        "who", "what", "pk", "feed_id", "many", "where", "when"
    ).query.sql_with_params()
    # WHERE before ON CONFLICT: SQLite would otherwise take ON for that of a join, and there always is one
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tending_event ({', '.join(COLUMNS)}) {select} ON CONFLICT DO NOTHING",
            parameters,
        )


def is_off(user: User) -> QuerySet[Wishes]:
    """Whether a member wants nothing remembered: there is such a row."""
    return Wishes.objects.filter(user=user, remembers=False)


def switch(user: User, on: bool) -> None:
    """From now on events are remembered, or are not. What is remembered stays until it is deleted."""
    Wishes.objects.update_or_create(user=user, defaults={"remembers": on})


def delete_all(user: User) -> int:
    """Forget everything; how much it was."""
    return Event.objects.of(user).delete()[0]


# ---- what happens by itself


def merged(old: int, into: int, twins: dict[int, int]) -> None:
    """Registered in aggregator.merge.when_merged: what was done with an entry was done with its twin."""
    for some in steps(list(twins)):
        moved = list(Event.objects.filter(entry__in=some))
        for event in moved:
            event.pk, event.entry_id, event.feed = None, twins[event.entry_id or 0], into
        Event.objects.bulk_create(moved, ignore_conflicts=True, batch_size=500)
    Event.objects.filter(feed=old).exclude(entry__in=twins).update(feed=into)


def steps(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + 500] for start in range(0, len(ids), 500))


def forget(now: datetime) -> int:
    """Let go of what is older than is kept, the oldest rows first; how many went."""
    gone = 0
    while True:
        oldest = list(Event.objects.order_by("pk").values_list("pk", "at")[:AT_ONCE])
        old = [pk for pk, at in oldest if at < now - KEEP]
        if not old:
            return gone
        gone += Event.objects.filter(pk__in=old).delete()[0]
