"""One row for a story in every list: the copy that stands lowest in it, the first that was published.

A condition on the entry, so that pages, neighbours and acts upon many all see the same rows. A copy that comes
later brings no row up again. Putting the condition together takes Django longer than the database needs to answer,
so a list is read without it first (`View.each`), and again only where an entry of a story came along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, QuerySet, When

from aggregator.models import Entry

from . import authors, kinds
from .conditions import with_state
from .copies import standing_apart
from .models import Mark
from .shown import View

if TYPE_CHECKING:
    from network.models import User


def once(view: View, prefix: str = "", *, narrow: bool | None = None, fits: Q | None = None) -> Q:
    """Of the entry in the columns with this prefix: whether it is the row of its story in this list.

    `narrow` where some source shows one author only; None where it is not known. `fits`: what else the list asks
    of an entry.
    """
    if view.each:
        return Q()
    alone = Q(**{f"{prefix}story__isnull": True}) | Q(standing_apart(view.user, f"{prefix}id"))
    return alone | ~Q(Exists(before(view, prefix, narrow).filter(fits or Q())))


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


def kept_once(user: User) -> Q:
    """Of a mark that keeps something: whether it is the one row of its story among all that is kept."""
    alone = Q(entry__story__isnull=True) | Q(standing_apart(user, "entry"))
    kept = Mark.objects.filter(user=user, kept_at__isnull=False, entry__story=OuterRef("entry__story"))
    return alone | ~Q(Exists(kept.filter(~Q(standing_apart(user, "entry")), entry__lt=OuterRef("entry"))))


def name_for(user: User) -> Case:
    """The story of an entry as far as it is one for the member; null where it stands apart."""
    return Case(When(standing_apart(user), then=None), default="story", output_field=BigIntegerField())
