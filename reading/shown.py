"""Entries as one member sees them: which of them a list holds, where each stands, whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, QuerySet

from aggregator.models import Entry
from network.models import Source
from plnet.addresses import address

from .copies import OF_A_SOURCE, Copy, carried

if TYPE_CHECKING:
    from network.models import User

__all__ = ["EPOCH", "OF_A_SOURCE", "Copy", "Cursor", "Shown", "View"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Cursor(NamedTuple):
    """A place in a timeline: that of an entry."""

    at: datetime
    id: int


@dataclass(frozen=True)
class View:
    """Which entries: those of these sources, all of them or the unread. Roster, circle, person differ only here."""

    user: User
    sources: QuerySet[Source]
    unread: bool = False
    with_hidden: bool = False  # also what a rule hides; else only where the member asks for it
    only: Source | None = None  # the one source there is, where it has been read already
    name: str = ""  # by which its next page is guessed from its last (pace.py)
    kind: str = ""  # "skim", "listen" or "watch": only such entries (kinds.py)
    ruled: User | None = None  # whose rules put more into it
    whole: QuerySet[Source] | None = None  # of a part of a list the sources of all of it: a story has one row there
    each: bool = False  # every copy of a story has a row of its own
    among: tuple[int, ...] | None = None  # these entries and no others, in this order


@dataclass(frozen=True)
class Shown:
    """An entry as one member sees it."""

    entry: Entry
    read: bool
    kept: bool
    source: Source | None = None
    also: tuple[Copy, ...] = ()  # who else carried it

    @property
    def place(self) -> str:
        """Its place in a list, as an address carries it."""
        return place_text(self.entry.sorted_at, self.entry.pk)

    @cached_property
    def pk(self) -> str:
        """The entry's id as text, which a template need not format as a number."""
        return str(self.entry.pk)

    @property
    def state(self) -> str:
        return "read" if self.read else "unread"

    @cached_property
    def url(self) -> str:
        return address("entry", self.entry.pk)

    @property
    def source_url(self) -> str:
        return address("source", self.source.pk) if self.source else ""

    @property
    def person_url(self) -> str:
        return address("person", self.source.person_id) if self.source else ""

    @property
    def source_name(self) -> str:
        """The source's name where it says more than the person's."""
        name = str(self.source) if self.source else ""
        return name if self.source and name != self.source.person.name else ""


def shown_of(view: View, entries: list[Entry]) -> list[Shown]:
    """Entries with their state, and the source each came through."""
    sources = [view.only] if view.only else sources_of(view, {entry.feed_id for entry in entries})
    by_author = {(source.feed_id, source.author): source for source in sources}
    return naming_all(
        view.user,
        [
            Shown(entry, bool(entry.is_read), entry.kept_at is not None, source_of(entry, by_author))  # type: ignore[attr-defined]
            for entry in entries
        ],
    )


def naming_all(user: User, shown: list[Shown]) -> list[Shown]:
    """The same, each with who else carried it. One query, none where no entry is of a story."""
    copies = carried(user, (each.entry for each in shown))
    return [replace(each, also=tuple(copies.get(each.entry.pk, ()))) for each in shown] if copies else shown


def source_of(entry: Entry, by_author: dict[tuple[int, str], Source]) -> Source | None:
    """The source of its author, else one that shows all of its feed."""
    return by_author.get((entry.feed_id, entry.author)) or by_author.get((entry.feed_id, ""))


def sources_of(view: View, feeds: set[int]) -> list[Source]:
    """The sources in view of these feeds, those that come first at the end: on one's own roster, the oldest."""
    if not feeds:
        return []
    found = view.sources.filter(feed__in=feeds).select_related("person", "feed").only(*OF_A_SOURCE)
    return list(found.order_by(F("roster__owner_id").asc(nulls_first=True), "-pk"))


def place_text(at: datetime, id: int) -> str:
    """A place as an address carries it: microseconds and an id."""
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{id}"
