"""A list by person: everyone once, however much they write; whoever wrote last stands first.

Exact, and paged by (time of their newest entry, person). Of each source the newest entry is one look into the index
of its feed; where all of a feed is shown, its counter knows the time already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Case, DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When

from aggregator.models import Entry
from network.models import Source

from . import authors, kinds, stories
from .models import Mark, Watermark
from .shown import OF_A_SOURCE, Cursor, Shown, View, naming_all, source_of
from .timeline import FAR_AHEAD, IN_A_ROW, facts_of, take, with_state

if TYPE_CHECKING:
    from network.models import Person, User

A_PAGE = 40
OPENED = 20  # further entries of somebody who is opened


@dataclass(frozen=True)
class Voice:
    """One person's row: the newest entry, the one after it, and more of them where they are opened."""

    person: Person
    shown: Shown
    second: Shown | None = None
    opened: list[Shown] = field(default_factory=list)
    is_open: bool = False


@dataclass(frozen=True)
class Voices:
    voices: list[Voice]
    older: Cursor | None  # (time, person) where the next page begins; None at the end
    top: int  # the highest entry id there was


def voices(view: View, before: Cursor | None = None, size: int = A_PAGE, opened: int = 0) -> Voices:
    """A page of people; `opened` is the id of one whose further entries are wanted as well."""
    people = ordered(view, before, size + 1)
    by_source = sources_with_newest(view, [person for person, _ in people[:size]])
    ids = {pk for source in by_source for pk in (source.first, source.second) if pk}
    entries = with_state(Entry.objects.filter(pk__in=ids), view.user).only(*IN_A_ROW).in_bulk()
    rows = rows_of(people[:size], by_source, entries, opened)
    if opened:
        rows = [with_more(view, row, by_source) if row.is_open else row for row in rows]
    rows = named(view.user, rows)
    last = people[size - 1] if len(people) > size else None
    top = max((source.top or 0 for source in by_source), default=0)
    return Voices(rows, Cursor(last[1], last[0]) if last else None, top)


def named(user: User, rows: list[Voice]) -> list[Voice]:
    """The same, each entry with who else carried it."""
    shown = {each.entry.pk: each for row in rows for each in (row.shown, *row.opened)}
    said = {each.entry.pk: each for each in naming_all(user, list(shown.values()))}
    return [
        replace(row, shown=said[row.shown.entry.pk], opened=[said[each.entry.pk] for each in row.opened])
        for row in rows
    ]


def one_voice(view: View, person: int) -> Voice | None:
    """One of them, opened; None where they have nothing in this list (any more)."""
    of_one = of_person(view, person)
    return next(iter(voices(of_one, size=1, opened=person).voices), None)


def ordered(view: View, before: Cursor | None, limit: int) -> list[tuple[int, Any]]:
    """(person, time of their newest entry in this list), newest first. One query.

    What comes before the page is left out here: a condition on the time would have the database look it up twice.
    """
    sources = view.sources.order_by()
    if view.unread:
        sources = sources.filter(Exists(unread_of(view.user)))
    people = sources.values("person").annotate(at=Max(latest_at(view)))
    found = people.order_by(F("at").desc(nulls_last=True), "-person").values_list("person", "at")
    if before is None:
        found = found[:limit]
    below = before or Cursor(FAR_AHEAD, 0)
    rows = [(person, at) for person, at in found if at and (at, person) < (below.at, below.id)]
    return rows[:limit]


def unread_of(user: User) -> QuerySet[Watermark]:
    """The watermark of the outer query's source, if something of its feed is unread."""
    return Watermark.objects.filter(user=user, feed=OuterRef("feed"), read_count__lt=F("feed__entry_count"))


def latest_at(view: View) -> Any:
    """When a source's newest entry in this list is; the feed's counter where it says so."""
    looked_up = Subquery(newest(view).values("sorted_at")[:1], output_field=DateTimeField())
    if view.unread or view.kind:
        return looked_up
    # what a rule hides, or what stands in another row, the counter knows as well
    hides = Exists(Mark.objects.filter(user=view.user, hidden=True))
    in_story = Exists(Entry.objects.filter(feed=OuterRef("feed"), story__isnull=False))
    counted = Q(~hides, ~in_story, author="")
    return Case(When(counted, then=F("feed__newest_at")), default=looked_up)


def newest(view: View) -> QuerySet[Entry]:
    """The entries of the outer query's source that this list shows, newest first; for a subquery."""
    fits = kinds.fits(view.kind, ruled=view.ruled)
    shown = authors.of_source(Entry.objects.filter(fits, stories.once(view)))
    entries = with_state(shown, view.user, only_unread=view.unread)
    if not view.unread:
        entries = entries.filter(Q(mark__hidden__isnull=True) | Q(mark__hidden=False))
    return entries.order_by("-sorted_at", "-id")


def sources_with_newest(view: View, people: list[int]) -> list[Any]:
    """The sources of these people with the ids of their two newest entries in this list. One query."""
    if not people:
        return []
    found = view.sources.filter(person__in=people).select_related("person", "feed").only(*OF_A_SOURCE)
    ids = newest(view).values("pk")
    top = Subquery(Entry.objects.order_by("-pk").values("pk")[:1])
    numbered = found.annotate(first=Subquery(ids[:1]), second=Subquery(ids[1:2]), top=top)
    return list(numbered.order_by(F("roster__owner_id").asc(nulls_first=True), "-pk"))


def rows_of(
    people: Iterable[tuple[int, Any]], sources: list[Any], entries: dict[int, Entry], opened: int
) -> list[Voice]:
    """Each person's two newest, from whichever of their sources they came."""
    theirs: dict[int, list[Any]] = defaultdict(list)
    for source in sources:
        theirs[source.person_id].append(source)
    rows = []
    for person, _at in people:
        ids = {pk for source in theirs[person] for pk in (source.first, source.second) if pk in entries}
        latest = sorted((entries[pk] for pk in ids), key=lambda each: (each.sorted_at, each.pk), reverse=True)
        if not latest:
            continue
        shown = shown_from(latest[:2], theirs[person])
        second = shown[1] if len(shown) > 1 else None
        rows.append(Voice(theirs[person][0].person, shown[0], second, [], person == opened))
    return rows


def shown_from(entries: Iterable[Entry], sources: Iterable[Source]) -> list[Shown]:
    """Entries of one person, each with the source it came through."""
    by_author = {(source.feed_id, source.author): source for source in sources}
    return [
        Shown(entry, bool(entry.is_read), entry.kept_at is not None, source_of(entry, by_author))  # type: ignore[attr-defined]
        for entry in entries
    ]


def of_person(view: View, person: int) -> View:
    """One person's part of a list."""
    whole = view.sources if view.whole is None else view.whole
    return replace(view, sources=view.sources.filter(person=person), name="", whole=whole)


def with_more(view: View, row: Voice, sources: Iterable[Source]) -> Voice:
    """The same with what they wrote before their newest. Two queries where their entries are near each other."""
    of_one = of_person(view, row.person.pk)
    below = Cursor(row.shown.entry.sorted_at, row.shown.entry.pk)
    entries = take(of_one, facts_of(of_one), below, OPENED)
    return replace(row, opened=shown_from(entries, [each for each in sources if each.person_id == row.person.pk]))
