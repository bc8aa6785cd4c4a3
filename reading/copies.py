"""The copies of a story: which of them a member may know of, who carried them, and which stand apart.

What the aggregator takes for one story is one for a member only as far as they read the feeds it came through, and
only where they have not said otherwise. See docs/stories.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from aggregator.models import Entry
from network.gathering import mutes
from network.models import Source
from plnet.addresses import address

from .models import Apart

if TYPE_CHECKING:
    from network.models import User

OF_A_SOURCE = ("title", "author", "feed__title", "feed__url", "person__name", "person__kind", "person__portrait")


@dataclass(frozen=True)
class Copy:
    """One entry of a story, and the source through which its reader knows of it."""

    entry: int
    source: Source
    at: datetime

    @property
    def url(self) -> str:
        return address("entry", self.entry)


def standing_apart(user: User, entry: str = "pk", feed: str = "feed") -> Exists:
    """Whether the member wants the entry in these columns of the outer query to stand for itself."""
    whole_feed = Q(entry__isnull=True, feed=OuterRef(feed))
    return Exists(Apart.objects.filter(Q(entry=OuterRef(entry)) | whole_feed, user=user))


def whole_feed_apart(user: User) -> Exists:
    """Whether the member wants nothing from the outer query's feed joined."""
    return Exists(Apart.objects.filter(user=user, feed=OuterRef("feed"), entry__isnull=True))


def copies_of(user: User, ids: Collection[int]) -> QuerySet[Entry]:
    """The other copies of these entries that a member may open."""
    storied = Entry.objects.filter(~standing_apart(user), pk__in=ids, story__isnull=False)
    readable = Source.objects.read_by(user).values("feed")
    theirs = Entry.objects.filter(~standing_apart(user), story__in=storied.values("story"), feed__in=readable)
    return theirs.exclude(pk__in=ids)


def carried(user: User, entries: Iterable[Entry]) -> dict[int, list[Copy]]:
    """By entry: the other copies of its story in the member's lists, oldest first. One query, or none."""
    storied = {entry.pk: entry.story for entry in entries if entry.story}
    if not storied:
        return {}
    by_story: dict[int, dict[int, Copy]] = defaultdict(dict)
    for source in carriers(user, set(storied.values())):
        by_story[source.story].setdefault(source.copy, Copy(source.copy, source, source.at))
    found = {}
    for entry, story in storied.items():
        copies = by_story[story]
        if entry in copies:  # else it stands apart, or in no list of theirs
            found[entry] = [copy for copy in copies.values() if copy.entry != entry]
    return {
        entry: sorted(copies, key=lambda copy: (copy.at, copy.entry)) for entry, copies in found.items() if copies
    }


def carriers(user: User, stories: Collection[int | None]) -> list[Any]:
    """Sources that brought something of these stories, once for each entry; those of one's own roster first."""
    found = mutes.all_heard(user).filter(feed__entries__story__in=stories)
    numbered = found.annotate(
        copy=F("feed__entries__id"),
        story=F("feed__entries__story"),
        by=F("feed__entries__author"),
        at=F("feed__entries__sorted_at"),
    )
    shown = numbered.filter(Q(author="") | Q(author=F("by"))).filter(~standing_apart(user, "copy"))
    rows = shown.select_related("person", "feed").only(*OF_A_SOURCE)
    return list(rows.order_by(F("roster__owner_id").asc(nulls_last=True), "pk"))
