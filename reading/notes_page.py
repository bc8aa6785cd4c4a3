"""All of one's highlights and notes: newest first, of a person, with a tag, with a word, or shared with a group."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import CharField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from aggregator.models import Entry
from network.models import Group, Person, Source

from .models import Annotation, EntryTag
from .opening.entry_page import entries_of
from .shown import Cursor, Shown, View, place_text, shown_of
from .timeline import with_state

if TYPE_CHECKING:
    from network.models import User

SIZE = 40
MOST_TAGGED = 200  # pieces with a tag, on its page


@dataclass(frozen=True)
class Wanted:
    """Which notes are shown, from the page's address; what is none of theirs finds nothing."""

    words: str = ""
    tag: str = ""
    person: int = 0
    group: int = 0

    @property
    def query(self) -> str:
        said = {"q": self.words, "tag": self.tag, "person": self.person, "group": self.group}
        return urlencode({name: value for name, value in said.items() if value})


def wanted(query: QueryDict) -> Wanted:
    words = " ".join(query.get("q", "").split())[:200]
    return Wanted(
        words, query.get("tag", "").strip(), number(query.get("person", "")), number(query.get("group", ""))
    )


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def notes_for(user: User, asked: Wanted) -> QuerySet[Annotation]:
    """Newest first: a member's own; with a group, all that its members share with it."""
    if asked.group:
        found = Annotation.objects.seen_by(user).filter(group__in=Group.objects.of(user).filter(pk=asked.group))
    else:
        found = Annotation.objects.of(user)
    if asked.person:
        feeds = Source.objects.of(user).filter(person=asked.person).values("feed")
        found = found.filter(entry__feed__in=feeds)
    if asked.tag:
        on_entries = EntryTag.objects.filter(user=user, name__iexact=asked.tag).values("entry")
        found = found.filter(Q(pk__in=tagged_with(user, asked.tag)) | Q(entry__in=on_entries))
    if asked.words:
        word = asked.words
        titled = Q(entry__title__icontains=word)
        found = found.filter(Q(quote__icontains=word) | Q(note__icontains=word) | titled)
    return found.select_related("entry__feed", "user", "group").order_by("-at", "-pk")


def tags_by_note(user: User) -> list[tuple[int, list[str]]]:
    return list(Annotation.objects.seen_by(user).exclude(tags=[]).values_list("pk", "tags"))


def tagged_with(user: User, tag: str) -> list[int]:
    """Notes with this tag, in whatever case."""
    return [pk for pk, tags in tags_by_note(user) if tag.casefold() in (each.casefold() for each in tags)]


def notes_page(user: User, asked: Wanted, before: Cursor | None, now: datetime) -> dict[str, Any]:
    """What the page shows."""
    notes = notes_for(user, asked)
    if before:
        notes = notes.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.id))
    found = list(notes[: SIZE + 1])
    last = found[SIZE - 1] if len(found) > SIZE else None
    return {
        "notes": with_pieces(user, found[:SIZE]),
        "older": place_text(last.at, last.pk) if last else "",
        "asked": asked,
        **choices(user),
        "tagged": tagged(user, asked.tag) if asked.tag and not before else [],
        "now": now,
    }


def with_pieces(user: User, notes: list[Annotation]) -> list[tuple[Annotation, Shown, bool, bool]]:
    """(note, its piece, whether it is their own, whether they may open the piece)."""
    ids = {note.entry_id for note in notes}
    may_open = set(entries_of(user).filter(pk__in=ids).values_list("pk", flat=True))
    pieces = shown_for(user, [note.entry for note in notes])
    return [(note, pieces[note.entry_id], note.user_id == user.pk, note.entry_id in may_open) for note in notes]


def shown_for(user: User, entries: Iterable[Entry]) -> dict[int, Shown]:
    """Entries with the person on the member's own roster, or their groups', they came from."""
    once = {entry.pk: entry for entry in entries}
    for entry in once.values():
        entry.is_read, entry.kept_at = True, None  # type: ignore[attr-defined]  # nobody asks here
    return {
        shown.entry.pk: shown for shown in shown_of(View(user, Source.objects.read_by(user)), list(once.values()))
    }


def choices(user: User) -> dict[str, list[Any]]:
    """What the notes can be narrowed to: every tag once, whom one wrote beside, one's groups. One query."""
    said = Annotation.objects.of(user).exclude(tags=[]).annotate(said=Cast("tags", TextField()))
    beside = Person.objects.of(user).filter(sources__feed__entries__annotations__user=user)
    own = EntryTag.objects.filter(user=user)
    parts = [
        named("tags", said, "said"),
        named("tag", own, "name"),
        named("person", beside, "name"),
        named("group", Group.objects.of(user), "name"),
    ]
    found: dict[str, list[Any]] = {"tags": [], "people": [], "groups": []}
    words: dict[str, str] = {}
    for what, pk, name in sorted(parts[0].union(*parts[1:]), key=lambda row: row[2].casefold()):
        match what:
            case "tags":
                words |= {word.casefold(): word for word in json.loads(name)}
            case "tag":
                words[name.casefold()] = name
            case "person":
                found["people"].append(Person(pk=pk, name=name))
            case _:
                found["groups"].append(Group(pk=pk, name=name))
    return found | {"tags": sorted(words.values(), key=str.casefold)}


def named(what: str, rows: QuerySet[Any], column: str) -> QuerySet[Any, Any]:
    told: QuerySet[Any] = rows.order_by().annotate(what=Value(what, CharField()), called=Cast(column, TextField()))
    return told.values_list("what", "pk", "called")


def tagged(user: User, tag: str) -> list[Shown]:
    """The pieces that carry a tag themselves, those tagged last first."""
    rows = EntryTag.objects.filter(user=user, name__iexact=tag).order_by("-at", "-pk")
    ids = list(rows.values_list("entry", flat=True)[:MOST_TAGGED])
    entries = with_state(Entry.objects.filter(pk__in=ids), user).in_bulk()
    return shown_of(View(user, Source.objects.read_by(user)), [entries[pk] for pk in ids if pk in entries])
