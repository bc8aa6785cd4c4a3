"""The entries just above and just below one in a list: one query where both are near, as they nearly always are."""

from __future__ import annotations

from django.db.models import Q, Subquery

from aggregator.models import Entry

from .. import afar, pace
from ..conditions import beyond, with_state
from ..shown import Cursor, View
from ..timeline import IN_A_ROW, window

Pair = tuple[Entry | None, Entry | None]


def neighbours(view: View, entry: Entry) -> Pair:
    """(above, below); the entry itself need not be in the list any more. Two queries at most.

    As near as the list's pages say first; else, and where no page of it was shown, as far as it takes. One kind of
    entries has an index of its own, in which nothing is far.
    """
    if view.among is not None:
        return beside_in(view.among, view, entry)
    here, span = Cursor(entry.sorted_at, entry.pk), 0 if view.kind else pace.span(view)
    above, below = either(view, here, near(view, here, span)) if span else (None, None)
    if above and below:
        return above, below
    return either(view, here, afar.nearest(view, here))


def near(view: View, here: Cursor, days: float) -> Q:
    above = window(view, here, beyond(here.at, days, older=False), older=False, narrow=None)
    below = window(view, here, beyond(here.at, days, older=True), older=True, narrow=None)
    return Q(pk=Subquery(above.values("pk")[:1])) | Q(pk=Subquery(below.values("pk")[:1]))


def either(view: View, here: Cursor, which: Q) -> Pair:
    """The nearest of these on both sides."""
    found = list(with_state(Entry.objects.filter(which), view.user).only(*IN_A_ROW))
    places = {Cursor(each.sorted_at, each.pk): each for each in found}
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
