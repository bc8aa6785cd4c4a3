"""The entries just above and just below one in a list: one query where both are near, as they nearly always are."""

from __future__ import annotations

from django.db.models import Q, Subquery

from aggregator.models import Entry

from ..shown import Cursor, View
from ..timeline import A_PAGE, IN_A_ROW, WIDTHS, beyond, facts_of, take, window, with_state


def neighbours(view: View, entry: Entry) -> tuple[Entry | None, Entry | None]:
    """(above, below); the entry itself need not be in the list any more."""
    if view.among is not None:
        return beside_in(view.among, view, entry)
    facts, here = facts_of(view), Cursor(entry.sorted_at, entry.pk)
    if facts.newest is None:
        return None, None
    days = WIDTHS[0] * A_PAGE / facts.rate
    above = window(view, here, beyond(here.at, days, older=False), older=False, narrow=facts.narrow)
    below = window(view, here, beyond(here.at, days, older=True), older=True, narrow=facts.narrow)
    either = Q(pk=Subquery(above.values("pk")[:1])) | Q(pk=Subquery(below.values("pk")[:1]))
    found = with_state(Entry.objects.filter(either), view.user).only(*IN_A_ROW)
    near = {Cursor(each.sorted_at, each.pk) > here: each for each in found}
    one = near.get(True) or next(iter(take(view, facts, here, 1, older=False)), None)
    other = near.get(False) or next(iter(take(view, facts, here, 1)), None)
    return one, other


def beside_in(ids: tuple[int, ...], view: View, entry: Entry) -> tuple[Entry | None, Entry | None]:
    """The same in a list that is written down."""
    if entry.pk not in ids:
        return None, None
    at = ids.index(entry.pk)
    before, after = ids[:at], ids[at + 1 :]
    found = with_state(Entry.objects.filter(pk__in=[*before[-1:], *after[:1]]), view.user).only(*IN_A_ROW).in_bulk()
    return found.get(before[-1]) if before else None, found.get(after[0]) if after else None
