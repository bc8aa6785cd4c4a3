"""The entries just above and just below one in a list, in one query, however far they are."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_

from django.db.models import Q, Subquery

from aggregator.models import Entry

from .. import afar
from ..conditions import with_state
from ..shown import Cursor, View
from ..timeline import IN_A_ROW

Pair = tuple[Entry | None, Entry | None]


def neighbours(view: View, entry: Entry) -> Pair:
    """(above, below); the entry itself need not be in the list any more. One query, two beside a story."""
    if view.among is not None:
        return beside_in(view.among, view, entry)
    here = Cursor(entry.sorted_at, entry.pk)
    pair = nearest(replace(view, each=True), here)
    return nearest(view, here) if any(each and each.story for each in pair) else pair


def nearest(view: View, here: Cursor) -> Pair:
    ids = [each for older in (False, True) for each in afar.nearest(view, here, older)]
    found = Entry.objects.filter(reduce(or_, (Q(pk=Subquery(each)) for each in ids)))
    places = {Cursor(each.sorted_at, each.pk): each for each in with_state(found, view.user).only(*IN_A_ROW)}
    above, below = (place for place in places if place > here), (place for place in places if place < here)
    return places.get(min(above, default=here)), places.get(max(below, default=here))


def beside_in(ids: tuple[int, ...], view: View, entry: Entry) -> Pair:
    """The same in a list that is written down."""
    if entry.pk not in ids:
        return None, None
    at = ids.index(entry.pk)
    before, after = ids[:at], ids[at + 1 :]
    found = with_state(Entry.objects.filter(pk__in=[*before[-1:], *after[:1]]), view.user).only(*IN_A_ROW).in_bulk()
    return found.get(before[-1]) if before else None, found.get(after[0]) if after else None
