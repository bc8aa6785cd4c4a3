"""Counts what feeds cost, some feeds at a time, and remembers it for a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Exists, Min, OuterRef
from django.utils import timezone

from aggregator.models import Beyond, Entry, EntryBody, Feed
from network.models import Arrival, Proposal, Source

from ..models import FeedWeeks
from . import minutes
from .minutes import Piece

LASTS = timedelta(hours=20)
AT_ONCE = 100  # feeds
SHORT = 120  # words of what may be only a beginning
LOOKED_AT = 10  # of the newest texts, to see whether they are
MOSTLY = 0.6  # of them; then the feed is one of beginnings

Key = tuple[int, str]  # feed, and the author, or empty for all of it


def weigh_due(now: datetime) -> int:
    """Weigh some of the followed feeds that were not weighed for a day; how many."""
    fresh = FeedWeeks.objects.filter(feed=OuterRef("pk"), author="", at__gt=now - LASTS, at__lte=now)
    due = Feed.objects.filter(~Exists(fresh), subscribers__gt=0).order_by("pk")
    feeds = list(due.values_list("pk", flat=True)[:AT_ONCE])
    weigh(feeds, now)
    return len(feeds)


def weigh(feeds: Collection[int], now: datetime) -> None:
    """Weigh these feeds and write it down."""
    rows = weighed(feeds, now)
    FeedWeeks.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["feed", "author"],
        update_fields=["weeks", "heard", "estimated", "at"],
        batch_size=200,
    )


def newcomers(filled: Collection[int]) -> None:
    """Registered in aggregator.finish.when_filled: what is looked at one by one has its price at once."""
    looked_at = Arrival.objects.filter(feed__in=filled, batch=None).values_list("feed", flat=True)
    proposed = Proposal.objects.filter(feed__in=filled).values_list("feed", flat=True)
    feeds = {feed for feed in looked_at.union(proposed) if feed}
    weigh(sorted(feeds), timezone.now())  # a door: the aggregator calls


def weighed(feeds: Collection[int], now: datetime) -> list[FeedWeeks]:
    """What these feeds, and those of their authors somebody follows alone, cost. A few queries for all of them."""
    if not feeds:
        return []
    keys: set[Key] = {(feed, "") for feed in feeds}
    keys |= set(Source.objects.filter(feed__in=feeds).exclude(author="").values_list("feed", "author"))
    oldest = dict(Entry.objects.filter(feed__in=feeds).order_by().values_list("feed").annotate(Min("sorted_at")))
    pieces: dict[Key, list[Piece]] = defaultdict(list)
    short: dict[int, list[int]] = defaultdict(list)  # the newest entries that may be beginnings, by feed
    titled: dict[int, int] = defaultdict(int)
    recent = Entry.objects.filter(feed__in=feeds, sorted_at__gte=now - minutes.WEEKS * minutes.WEEK)
    columns = ("pk", "feed", "author", "title", "sorted_at", "words", "medium", "duration")
    for pk, feed, author, title, at, words, medium, seconds in recent.order_by("-sorted_at").values_list(*columns):
        piece = Piece(at, words, medium, seconds)
        for key in {(feed, ""), (feed, author)} & keys:
            pieces[key].append(piece)
        if title and medium == "text" and titled[feed] < LOOKED_AT:
            titled[feed] += 1
            if words <= SHORT:
                short[feed].append(pk)
    cut = beginnings(short, titled)
    return [row(key, pieces[key], oldest.get(key[0]), cut.get(key[0], 0), now) for key in sorted(keys)]


def row(key: Key, pieces: list[Piece], oldest: datetime | None, least_words: int, now: datetime) -> FeedWeeks:
    untimed = any(piece.medium in minutes.UNTIMED and not piece.seconds for piece in pieces)
    whole = sum(minutes.of_piece(piece, least_words) for piece in pieces)
    heard = sum(minutes.of_piece(piece) for piece in pieces if piece.medium in minutes.UNTIMED)
    return FeedWeeks(
        feed_id=key[0],
        author=key[1],
        weeks=[
            None if each is None else round(each, 2) for each in minutes.by_week(pieces, oldest, now, least_words)
        ],
        heard=heard / whole if whole else 0.0,
        estimated=bool(pieces) and (untimed or least_words > 0),
        at=now,
    )


def beginnings(short: dict[int, list[int]], titled: dict[int, int]) -> dict[int, int]:
    """The feeds that bring only beginnings, each with how many words a piece of theirs is taken to have."""
    likely = {feed: ids for feed, ids in short.items() if len(ids) >= MOSTLY * titled[feed]}
    if not likely:
        return {}
    ids = [pk for some in likely.values() for pk in some]
    texts = dict(EntryBody.objects.filter(pk__in=ids).values_list("pk", "text"))
    cut = {
        feed
        for feed, some in likely.items()
        if sum(minutes.is_beginning(texts.get(pk, "")) for pk in some) >= MOSTLY * titled[feed]
    }
    whole: dict[int, list[int]] = defaultdict(list)
    fetched = Beyond.objects.filter(what=Beyond.What.TEXT, words__gt=0, entry__feed__in=cut)
    for feed, words in fetched.values_list("entry__feed", "words"):
        whole[feed].append(words)
    return {feed: round(median(whole[feed])) if whole[feed] else minutes.A_PIECE for feed in cut}
