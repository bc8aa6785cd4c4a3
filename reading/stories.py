"""One row for a story in every list: the copy that stands lowest in it, the first that was published.

A condition on the entry, so that pages, neighbours and acts upon many all see the same rows. Most entries are of no
story, and for them nothing is asked. A copy that comes later brings no row up again.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from aggregator.models import Entry

from . import authors, kinds
from .conditions import with_state
from .copies import standing_apart
from .shown import View


def once(view: View, prefix: str = "", *, narrow: bool | None = None) -> Q:
    """Of the entry in the columns with this prefix: whether it is the row of its story in this list.

    `narrow` where some source shows one author only; None where it is not known.
    """
    alone = Q(**{f"{prefix}story__isnull": True}) | Q(standing_apart(view.user, f"{prefix}id"))
    return alone | ~Q(Exists(before(view, prefix, narrow)))


def before(view: View, prefix: str, narrow: bool | None) -> QuerySet[Entry]:
    """The copies in this list that stand below the outer query's entry."""
    at, id = OuterRef(f"{prefix}sorted_at"), OuterRef(f"{prefix}id")
    below = Q(sorted_at__lt=at) | Q(sorted_at=at, id__lt=id)
    sources = view.sources if view.whole is None else view.whole
    mine = Q(feed__in=sources.values("feed")) if narrow is False else Q(authors.shown_by(sources))
    fits = kinds.fits(view.kind, ruled=view.ruled)
    copies = Entry.objects.filter(
        below, fits, mine, ~Q(standing_apart(view.user)), story=OuterRef(f"{prefix}story")
    )
    shown = with_state(copies, view.user, only_unread=view.unread)
    if view.unread or view.with_hidden:
        return shown
    return shown.filter(Q(mark__hidden__isnull=True) | Q(mark__hidden=False))
