"""A search without words: what fits, newest first, read through the timeline a piece at a time."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from aggregator import index
from aggregator.models import Entry

from ..asked import read_cursor
from ..conditions import beside, with_state
from ..kinds import KINDS
from ..timeline import IN_A_ROW, Cursor, View, facts_of, place_text, take
from .query import Query
from .scope import Scope, entries_in, moment

A_PIECE, PIECES = 150, 6  # entries looked at, one piece after the other, until a page is full


def by_time(scope: Scope, query: Query, at: str, size: int) -> tuple[list[Entry], str, bool]:
    """A page of entries, the place where the next begins, and whether older ones were not looked at."""
    start = read_cursor(at) or (Cursor(moment(query.before), 0) if query.before else None)
    states = dict(query.states)
    if states.get("kept") or states.get("noted"):
        return of_few(scope, query, start, size)
    kind = next((each for each in KINDS if states.get(each)), "")
    view = View(scope.user, scope.sources, states.get("read") is False, kind=kind, ruled=scope.user)
    facts, found, picky = facts_of(view), list[Entry](), is_picky(query)
    for _turn in range(PIECES):
        limit = A_PIECE if picky else size + 1
        piece = take(view, facts, start, limit)
        late = [each for each in piece if not query.after or each.sorted_at >= moment(query.after)]
        found += fitting(scope, query, late, narrow=facts.narrow) if picky else late
        if len(found) > size:
            return found[:size], place_of(found[size - 1]), False
        if len(piece) < limit or len(late) < len(piece):
            return found, "", False
        start = Cursor(piece[-1].sorted_at, piece[-1].pk)
    return found, place_text(*start) if start else "", True


def is_picky(query: Query) -> bool:
    """Whether more is asked than the timeline can tell."""
    states = {state: so for state, so in query.states if (state, so) != ("read", False)}
    return bool(states or query.languages or query.other_languages or query.none_of)


def fitting(scope: Scope, query: Query, entries: list[Entry], *, narrow: bool) -> list[Entry]:
    """Those of these entries that fit."""
    ids = [each.pk for each in entries]
    fit = entries_in(scope, query, narrow=narrow).filter(pk__in=ids)
    known = set(fit.values_list("pk", flat=True)) - with_words(query, ids) if ids else set()
    return [each for each in entries if each.pk in known]


def of_few(scope: Scope, query: Query, start: Cursor | None, size: int) -> tuple[list[Entry], str, bool]:
    """What was kept or noted: few, so all that fit are asked for at once."""
    fit: QuerySet[Entry] = entries_in(scope, query, narrow=True).filter(beside(start, older=True))
    ids = list(fit.order_by("-sorted_at", "-id").values_list("pk", flat=True)[: A_PIECE * PIECES])
    others = with_words(query, ids)
    ids = [pk for pk in ids if pk not in others]
    by_id = with_state(Entry.objects.filter(pk__in=ids[:size]), scope.user).only(*IN_A_ROW).in_bulk()
    found = [by_id[pk] for pk in ids[:size] if pk in by_id]
    return found, place_of(found[-1]) if found and len(ids) > size else "", False


def with_words(query: Query, ids: list[int]) -> set[int]:
    """Those of these entries that hold words that must not be there."""
    if not query.none_of or not ids:
        return set()
    phrases = tuple(index.Phrase(words.words, words.open, words.in_title) for words in query.none_of)
    with connection.cursor() as cursor:
        cursor.execute(*index.found(index.Wish((phrases,)), len(ids), 0, (", ".join(["%s"] * len(ids)), ids)))
        return {row[0] for row in cursor.fetchall()}


def place_of(entry: Entry) -> str:
    return place_text(entry.sorted_at, entry.pk)
