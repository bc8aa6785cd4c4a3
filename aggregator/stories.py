"""Which entries of different feeds are one story: a few at a time, in the order in which they came.

An errand of the bell, outside of polling: nothing waits for it. `Entry.story` says what it found; who sees what of
a story, and whether they want it joined, is for the rooms above. See docs/stories.md.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from . import arrived
from .likeness.prints import CHARACTERS, TEXT, TITLE, Piece, prints
from .likeness.same import ORDER, common_in, same
from .models import Entry, Feed, Heartbeat, Print
from .rounds import bookmark, move_bookmark
from .storing import bulk

when_joined: list[Callable[[list[int], datetime], None]] = []
"""Told the ids of entries whose story has become another one, in the same transaction, after it is written.

Rooms above register in their AppConfig.ready.
"""

NAME = "stories"
SECONDS = 1.0  # of one round
STEP = 50  # entries in one transaction
REMEMBERED = timedelta(days=90)
HOLDERS = 40  # entries of one number; what more of them share says nothing
TRIES = 8  # others an entry is compared with
TOGETHER = 10  # entries whose others are read at once
NEIGHBOURS = 5  # entries of a feed that are asked what all of it has in common
TRIM = 5000  # numbers forgotten at once

Pair = tuple[int, int]


def look(now: datetime, seconds: float = SECONDS) -> int:
    """Look at what has come since; how many entries were joined. What is not done in time waits."""
    highest, until, joined = arrived.upto(now), time.monotonic() + seconds, 0
    polling = Feed.objects.due(now).exists()  # feeds come first: while some wait, a step is enough
    while True:
        seen, some = step(highest, now)
        joined += some
        if seen < STEP or polling or time.monotonic() > until:
            return joined


def step(highest: int, now: datetime) -> tuple[int, int]:
    """The next entries: how many were looked at, how many joined."""
    after = reached()
    if after >= highest:
        return 0, 0
    new = Entry.objects.filter(pk__gt=after, pk__lte=highest, arrived_at__gt=now - REMEMBERED)
    pieces = pieces_of(new.order_by("pk")[:STEP])
    last = pieces[-1].id if len(pieces) == STEP else highest
    since = (now - REMEMBERED).timestamp()
    rows = {piece.id: prints(piece, with_text=piece.at > since) for piece in pieces}
    with transaction.atomic():
        Heartbeat.objects.get_or_create(name=NAME, defaults={"at": now, "detail": str(after)})
        Heartbeat.objects.select_for_update().get(name=NAME)
        if reached() != after:
            return 0, 0  # another worker was there
        remember(rows)
        joined = unite(alike(pieces, rows))
        for tell in when_joined if joined else ():
            tell(joined, now)
        move_bookmark(NAME, last, now)
    return len(pieces), len(joined)


def reached() -> int:
    """The entry up to which has been looked."""
    return bookmark(NAME) or Print.objects.order_by("-pk").values_list("entry", flat=True).first() or 0


def pieces_of(entries: QuerySet[Entry]) -> list[Piece]:
    start = Substr("body__text", 1, CHARACTERS)
    found = entries.annotate(start=start).values_list(
        "pk", "feed", "uid", "link", "title", "start", "body__links", "sorted_at"
    )
    return [Piece(*row[:5], row[5] or "", row[6] or (), row[7].timestamp()) for row in found]


# ---- numbers


def remember(rows: dict[int, dict[int, str]]) -> None:
    with connection.cursor() as cursor:
        numbers = [(key, entry) for entry, keys in rows.items() for key in keys]
        bulk.insert(cursor, "aggregator_print", ("key", "entry"), numbers)


def forget(now: datetime) -> int:
    """Numbers of entries that came too long ago; the rows stand in the order in which these came."""
    first = Print.objects.order_by("pk").values("entry")[:1]
    if Entry.objects.filter(pk__in=first, arrived_at__gt=now - REMEMBERED).exists():
        return 0
    oldest = list(Print.objects.order_by("pk").values_list("pk", "entry")[:TRIM])
    ids = {entry for _, entry in oldest}
    young = Entry.objects.filter(pk__in=ids, arrived_at__gt=now - REMEMBERED) if ids else Entry.objects.none()
    kept = young.order_by("pk").values_list("pk", flat=True).first()
    old = [pk for pk, entry in oldest if kept is None or entry < kept]
    return Print.objects.filter(pk__lte=old[-1]).delete()[0] if old else 0


# ---- who is like whom


def alike(pieces: Sequence[Piece], rows: dict[int, dict[int, str]]) -> list[Pair]:
    """Pairs of entries that are one story, the surest of each entry first."""
    shared = sharing(rows)
    candidates = likeliest({piece.id: piece.feed for piece in pieces}, shared)
    by_id, neighbours, found = {piece.id: piece for piece in pieces}, Neighbours(), list[Pair]()
    for some in batched(candidates.items(), TOGETHER):
        wanted = {other for _, others in some for other in others} - by_id.keys()
        near = by_id | {piece.id: piece for piece in pieces_of(Entry.objects.filter(pk__in=wanted))}
        found += [
            (entry, other)
            for entry, others in some
            for other in others
            if other in near and is_same(near[entry], near[other], shared[entry, other], neighbours)
        ]
    return found


def likeliest(feed_of: dict[int, int], shared: dict[Pair, list[str]]) -> dict[int, list[int]]:
    """By entry of other feeds those that share most with it, the surest first. One query."""
    others = {other for _, other in shared} - feed_of.keys()
    feeds = feed_of | dict(Entry.objects.filter(pk__in=others).values_list("pk", "feed"))
    found: dict[int, list[int]] = defaultdict(list)
    for entry, other in sorted(shared, key=lambda pair: (min(map(ORDER.index, shared[pair])), -len(shared[pair]))):
        if feeds.get(other, feeds[entry]) != feeds[entry] and len(found[entry]) < TRIES:
            found[entry].append(other)
    return found


def batched(items: Iterable[tuple[int, list[int]]], size: int) -> Iterator[list[tuple[int, list[int]]]]:
    """So many at a time: a text taken apart is a hundred kilobytes."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def sharing(rows: dict[int, dict[int, str]]) -> dict[Pair, list[str]]:
    """(entry, one that came before it): what the two share. One query."""
    kinds: dict[int, dict[int, str]] = defaultdict(dict)
    for entry, keys in rows.items():
        for key, kind in keys.items():
            kinds[key][entry] = kind
    some = Print.objects.filter(key__in=list(kinds)).order_by().values("key")
    several = some.annotate(n=Count("pk")).filter(n__gt=1, n__lte=HOLDERS).values("key")
    found: dict[Pair, list[str]] = defaultdict(list)
    for key, other in Print.objects.filter(key__in=several).values_list("key", "entry"):
        for entry, kind in kinds[key].items():
            if other < entry:
                found[entry, other].append(kind)
    return found


def is_same(one: Piece, other: Piece, by: Collection[str], neighbours: Neighbours) -> bool:
    """What all of a feed has in common is looked up only where titles and texts decide."""
    kind = same(one, other, by)
    if kind not in (TITLE, TEXT):
        return bool(kind)
    return bool(same(one, other, by, neighbours.share(one) | neighbours.share(other)))


@dataclass
class Neighbours:
    """What some other entries of a feed have in common: its head, its foot, its licence."""

    known: dict[int, frozenset[int]] = field(default_factory=dict)

    def share(self, piece: Piece) -> frozenset[int]:
        if piece.feed not in self.known:
            near = Entry.objects.filter(feed=piece.feed).exclude(pk=piece.id).order_by("-pk")[:NEIGHBOURS]
            self.known[piece.feed] = common_in([each.words for each in pieces_of(near)])
        return self.known[piece.feed]


# ---- stories


def unite(pairs: Sequence[Pair]) -> list[int]:
    """Write down which entries are one story; those whose story is another one now.

    A story never has two entries of one feed: its publisher says that they are two.
    """
    ids = {pk for pair in pairs for pk in pair}
    if not ids:
        return []
    stories = Entry.objects.filter(pk__in=ids, story__isnull=False).values("story")
    rows = Entry.objects.filter(Q(pk__in=ids) | Q(story__in=stories)).values_list("pk", "feed", "story")
    feed_of, story_of, groups = {}, {}, dict[int, set[int]]()
    by_story: dict[int, set[int]] = defaultdict(set)
    for pk, feed, story in rows:
        feed_of[pk], story_of[pk] = feed, story
        groups[pk] = by_story[story] if story else set()
        groups[pk].add(pk)
    for one, other in pairs:
        a, b = groups[one], groups[other]
        if a is not b and not {feed_of[pk] for pk in a} & {feed_of[pk] for pk in b}:
            a |= b
            groups.update(dict.fromkeys(b, a))
    named = {pk: name_of(group, story_of) for pk, group in groups.items() if len(group) > 1}
    changed = {pk: name for pk, name in named.items() if story_of[pk] != name}
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE aggregator_entry SET story = %s WHERE id = %s", [(name, pk) for pk, name in changed.items()]
        )
    return sorted(changed)


def name_of(group: Collection[int], story_of: dict[int, int | None]) -> int:
    """A story keeps its name while it grows; of two that become one the older name stays."""
    return min((name for pk in group if (name := story_of[pk])), default=min(group))
