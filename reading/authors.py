"""Sources that show one author of a feed: which entries these are, and of which feeds others are left out.

Whether a view has such a source at all comes with its counters (timeline.facts_of), so a roster without any costs
what it would cost if there were none in the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import (
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from aggregator.models import Entry
from network.models import Source

from .models import Mark, Watermark

if TYPE_CHECKING:
    from network.models import User


def any_in(sources: QuerySet[Source]) -> Max:
    """1 if some source shows one author only; an aggregate, to be asked for beside others."""
    narrow = Exists(sources.exclude(author=""))
    return Max(Case(When(narrow, then=Value(1)), default=Value(0), output_field=IntegerField()))


def shown_by(sources: QuerySet[Source], feed: str = "feed", author: str = "author") -> Exists:
    """Whether some source shows the entry whose feed and author stand in these columns of the outer query."""
    fits = Q(author="") | Q(author=OuterRef(author))
    return Exists(sources.filter(fits, feed=OuterRef(feed)))


def if_any(sources: QuerySet[Source]) -> Q:
    """The same of the entry's own columns, asked only where some source shows one author: for who does not know."""
    return ~Q(Exists(sources.exclude(author=""))) | Q(shown_by(sources))


def of_source(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Of these the entries that the source of the outer query shows; for a subquery."""
    only = ExpressionWrapper(OuterRef("author"), CharField())
    return entries.filter(feed=OuterRef("feed")).alias(only=only).filter(Q(only="") | Q(author=F("only")))


def feeds_in_part(sources: QuerySet[Source]) -> set[int]:
    """The feeds of which only some authors are shown. One query where there are none."""
    narrow = set(sources.exclude(author="").values_list("feed", flat=True))
    if not narrow:
        return narrow
    return narrow - set(sources.filter(author="", feed__in=narrow).values_list("feed", flat=True))


def new_for(user: User) -> Q:
    """Of a source: whether there is something in it that the member has not read.

    The counters say so of a feed; of one author's part of it only its entries do, and only there they are asked.
    """
    mine = Watermark.objects.filter(user=user, feed=OuterRef("feed"))
    read = Mark.objects.filter(user=user, entry=OuterRef("pk"), read=True)
    theirs = Entry.objects.filter(feed=OuterRef("feed"), author=OuterRef("author"))
    above = theirs.filter(~Exists(read), pk__gt=Subquery(mine.values("upto")))
    taken_back = Mark.objects.filter(user=user, read=False, feed=OuterRef("feed"), entry__author=OuterRef("author"))
    unread = Exists(mine.filter(read_count__lt=F("feed__entry_count")))
    return Q(unread) & (Q(author="") | Q(Exists(above)) | Q(Exists(taken_back)))
