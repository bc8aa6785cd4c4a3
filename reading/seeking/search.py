"""Search: a member's question answered with entries they may see; bounded work, whatever the words are.

The index gives the newest entries that hold the words, some thousand at a time; of these the ones in the member's
view are put in order and shown page by page, and only when they are used up the index is asked for older ones. A
question without words is answered by time. See docs/search.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr
from django.http import Http404

from aggregator import index
from aggregator.models import Entry
from aggregator.stamps import aware
from network.models import Source

from .. import stories
from ..timeline import IN_A_ROW, Shown, View, shown_of, with_state
from .by_time import by_time
from .marked import MOST_READ
from .query import Query, Words, read
from .scope import Scope, entries_in, few_feeds, kept_by, noted_by, scope_of

if TYPE_CHECKING:
    from network.models import User

PAGE = 30
WINDOWS = (1000, 8000)  # entries that hold the words, looked at one after the other until a page is full
HALF_AS_NEW = 365.0  # days in which what being new adds to the rank is halved
NEWER_IS_BETTER = 0.5  # the most it adds


@dataclass(frozen=True)
class Place:
    """Where a page of results begins: so many below an entry id, or, by time, below a moment."""

    below: int = 0  # an entry id; 0: from the newest
    after: int = 0  # results of that window already shown
    at: str = ""  # by time: a place in a timeline

    def __str__(self) -> str:
        return self.at or f"{self.below}-{self.after}"


@dataclass(frozen=True)
class Found:
    """A page of entries that answer a question."""

    entries: list[Entry] = field(default_factory=list)  # with their state, and `looked_in`: the text, for snippets
    older: Place | None = None  # where the next page begins; None when there are no more
    missing: tuple[str, ...] = ()  # names in the question that are nobody's, a sentence each
    cut: bool = False  # the page is not full, though there are older entries that were not looked at


@dataclass(frozen=True)
class Hit:
    """An entry that fits, as far as putting it in order needs it."""

    id: int
    at: datetime
    rank: float  # the lower the better
    story: int | None = None  # as far as it is one for the member


def matches(
    user: User,
    question: Query | str,
    now: datetime,
    *,
    newest_first: bool = False,
    place: Place | None = None,
    size: int = PAGE,
) -> Found:
    """The entries a member may see that answer a question, a page of them. At most five queries.

    Best first: by relevance, what is newer a little before what is older; newest first: by date. Both within the
    newest thousands that hold the words, which is where pages begin.
    """
    query = read(question) if isinstance(question, str) else question
    if not query.asks:
        return Found()
    scope = scope_of(user, query)
    if scope.nothing:
        return Found(missing=scope.missing)
    place = place or Place()
    if not query.has_words:
        entries, at, cut = by_time(scope, query, place.at, size)
        return Found(entries, Place(at=at) if at else None, scope.missing, cut)
    return by_words(scope, query, now, place, size, newest_first=newest_first)


def by_words(scope: Scope, query: Query, now: datetime, place: Place, size: int, *, newest_first: bool) -> Found:
    feeds, narrow = few_feeds(scope)
    wish = wish_of(query, feeds)
    top, bottom, hits, wanted = place.below, place.below, list[Hit](), place.after + size
    exhausted = False
    for limit in WINDOWS:
        some, scanned = look(scope, query, wish, bottom, limit, narrow=narrow)
        hits = once(hits + some)
        if scanned:
            top, bottom = top or scanned[0] + 1, scanned[-1]
        exhausted = len(scanned) < limit
        if exhausted or len(hits) >= wanted:
            break
    ordered = in_order(hits, now, newest_first=newest_first)
    shown = ordered[place.after : wanted]
    older: Place | None = None
    if len(ordered) > wanted:
        older = Place(top, wanted)
    elif not exhausted:
        older = Place(bottom)
    return Found(
        rows(scope.user, [hit.id for hit in shown]), older, scope.missing, bool(older) and len(shown) < size
    )


def once(hits: Iterable[Hit]) -> list[Hit]:
    """Of a story the copy that was published first, of those that were found."""
    first: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        key = ("story", hit.story) if hit.story else ("entry", hit.id)
        there = first.get(key)
        if there is None or (hit.at, hit.id) < (there.at, there.id):
            first[key] = hit
    return list(first.values())


def wish_of(query: Query, feeds: Sequence[int] = ()) -> index.Wish:
    """The question's words as the index is asked for them."""
    return index.Wish(
        tuple(tuple(map(phrase_of, group)) for group in query.all_of),
        tuple(map(phrase_of, query.none_of)),
        tuple(feeds),
    )


def phrase_of(words: Words) -> index.Phrase:
    return index.Phrase(words.words, words.open, words.in_title)


def look(
    scope: Scope, query: Query, wish: index.Wish, below: int, limit: int, *, narrow: bool
) -> tuple[list[Hit], list[int]]:
    """The next entries that hold the words: those in view, and the ids of all that were looked at, newest first."""
    sql, values = index.found(wish, limit, below, among(scope, query))
    in_view = entries_in(scope, query, narrow=narrow).filter(pk__in=RawSQL("SELECT id FROM found", []))
    columns = in_view.order_by().annotate(tale=stories.name_for(scope.user)).values_list("id", "sorted_at", "tale")
    inner, inner_values = columns.query.sql_with_params()
    with connection.cursor() as cursor:
        joined = f"found LEFT JOIN ({inner}) AS fits ON fits.id = found.id"
        cursor.execute(
            f"WITH found AS MATERIALIZED ({sql}) SELECT found.id, fits.sorted_at, found.rank, fits.tale "  # noqa: S608  ours
            f"FROM {joined} ORDER BY found.id DESC",
            [*values, *inner_values],
        )
        found = cursor.fetchall()
    hits = [Hit(id, moment, rank, tale) for id, at, rank, tale in found if (moment := aware(at))]
    return hits, [row[0] for row in found]


def among(scope: Scope, query: Query) -> tuple[str, Sequence[Any]] | None:
    """A query for the ids of what was kept or noted, where only that can fit; it is little."""
    states = dict(query.states)
    if states.get("kept"):
        return kept_by(scope.user).query.sql_with_params()
    if states.get("noted"):
        return noted_by(scope.user).query.sql_with_params()
    return None


def in_order(hits: Iterable[Hit], now: datetime, *, newest_first: bool) -> list[Hit]:
    if newest_first:
        return sorted(hits, key=lambda hit: (hit.at, hit.id), reverse=True)
    return sorted(hits, key=lambda hit: (hit.rank * freshness(hit.at, now), -hit.at.timestamp(), -hit.id))


def freshness(at: datetime, now: datetime) -> float:
    """What being new multiplies a rank with: from 1.5 just now to 1 long ago."""
    days = max(0.0, (now - at).total_seconds() / 86_400)
    return float(1 + NEWER_IS_BETTER * 0.5 ** (days / HALF_AS_NEW))


def rows(user: User, ids: Sequence[int]) -> list[Entry]:
    """Entries in the order of these ids, with their state and their text."""
    if not ids:
        return []
    entries = with_state(Entry.objects.filter(pk__in=ids), user)
    by_id = entries.annotate(looked_in=Substr("body__text", 1, MOST_READ)).only(*IN_A_ROW).in_bulk()
    return [by_id[id] for id in ids if id in by_id]


def shown(user: User, entries: list[Entry]) -> list[Shown]:
    """As rows, each with the source it came through."""
    return shown_of(View(user, Source.objects.read_by(user)), entries)


def read_place(text: str) -> Place | None:
    """A place from an address; None without one, 404 for nonsense."""
    if not text:
        return None
    before, _, after = text.partition("-")
    if not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Http404
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Http404
    return Place(int(before), int(after), text)
