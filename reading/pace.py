"""How densely entries stand in a list, as its last page showed: a guess for the window of its next one.

Counting what is in view costs as much as reading a page of it. A window that holds a whole page is right however
wide it is, so a wrong guess costs a query and never an entry. Kept in the memory of the process, for an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.cache import caches

if TYPE_CHECKING:
    from aggregator.models import Entry

    from .shown import Cursor, View

SLACK = 3  # pages as dense as the last one
SECONDS = 3600
A_YEAR = timedelta(days=366)


def guess(view: View, before: Cursor | None) -> datetime | None:
    """Down to when the next page should reach; None where there is nothing to go by."""
    known: tuple[datetime, timedelta] | None = caches["here"].get(key(view)) if view.name else None
    if known is None:
        return None
    newest, span = known
    return (before.at if before else newest) - SLACK * min(span, A_YEAR)


def learn(view: View, entries: Sequence[Entry]) -> None:
    """Remember the page that was found."""
    if view.name and entries:
        newest, oldest = entries[0].sorted_at, entries[-1].sorted_at
        caches["here"].set(key(view), (newest, newest - oldest), SECONDS)


def key(view: View) -> str:
    return f"pace-{view.user.pk}-{view.name}"
