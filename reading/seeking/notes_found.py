"""People and notes that answer a question: few enough to be read one by one, in one query for both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db.models import DateTimeField, F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.safestring import SafeString

from aggregator.folding import folded
from aggregator.stamps import aware
from network.models import Note, Person
from network.models import User as Member
from plnet.prepared import prepared

from ..models import Annotation
from .marked import finder, holds, marked, snippet
from .query import Query

if TYPE_CHECKING:
    from network.models import User

MOST_READ = 1000  # notes, the newest
FEW_PEOPLE, FEW_NOTES = 6, 10
BETWEEN = " · "  # a passage and what was written to it
PERSON, ON_ENTRY, ON_PERSON, ON_SOURCE = range(4)


@dataclass(frozen=True)
class NoteFound:
    """A note of the member's own, and what it is about."""

    words: SafeString
    about: str
    url: str
    at: datetime


@dataclass(frozen=True)
class Beside:
    """What stands beside the entries of a search."""

    people: list[Person] = field(default_factory=list)
    notes: list[NoteFound] = field(default_factory=list)


def beside_entries(user: User, query: Query) -> Beside:
    """People by their names, and the member's own notes by what they say. One query.

    Only for questions of words: who asks for a language or a person asks for entries.
    """
    if not query.has_words or query.names or query.languages or query.other_languages or query.states:
        return Beside()
    find = finder(query.plain, in_title=False)
    if find is None or any(words.in_title for words in query.plain):
        return Beside()
    people, notes = list[Person](), list[NoteFound]()
    for kind, pk, about_id, text, about, at in newest(everything(user.pk)):
        said = folded(about if kind == PERSON else text)
        if not find.search(said) or not holds(said, query.all_of, query.none_of):
            continue
        if kind == PERSON and len(people) < FEW_PEOPLE:
            people.append(Person(pk=pk, name=about, kind=text, portrait_id=about_id))
        elif kind != PERSON and len(notes) < FEW_NOTES and in_time(query, at):
            notes.append(note_found(text, find, about, url_of(kind, about_id, pk), at))
    return Beside(people, notes)


def note_found(text: str, find: re.Pattern[str], about: str, url: str, at: Any) -> NoteFound:
    text, moment = text.strip(BETWEEN), aware(at)
    assert moment
    return NoteFound(snippet(text, find) or marked(text[:300], find), about, url, moment)


def newest(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """All people, and the newest notes: they stand first."""
    notes = 0
    for row in rows:
        notes += row[0] != PERSON
        if row[0] == PERSON or notes <= MOST_READ:
            yield row


def in_time(query: Query, at: Any) -> bool:
    day = cast(datetime, aware(at)).date()
    return not (query.after and day < query.after) and not (query.before and day >= query.before)


def url_of(kind: int, about_id: int, pk: int) -> str:
    if kind == ON_ENTRY:
        return f"{reverse('entry', args=[about_id])}#note-{pk}"
    return reverse("person" if kind == ON_PERSON else "source", args=[about_id])


@prepared
def everything(member: int) -> QuerySet[Any, Any]:
    """(kind, id, id of what it is about, text, name, when), notes newest first; of people portrait and kind."""
    user = Member(pk=member)
    said = Concat("quote", Value(BETWEEN), "note", output_field=TextField())
    entry = Coalesce(NullIf("entry__title", Value("")), "entry__gist", output_field=TextField())
    source = Coalesce(
        NullIf("source__title", Value("")), NullIf("source__feed__title", Value("")), "source__feed__url",
        output_field=TextField(),
    )  # fmt: skip
    readable = Person.objects.read_by(user).values("pk")
    of_people = Note.objects.filter(user=user, person__in=readable)
    of_sources = Note.objects.filter(user=user, source__person__in=readable)
    rows = columns(Person.objects.read_by(user), PERSON, "portrait_id", F("kind"), F("name"), "created_at").union(
        columns(Annotation.objects.of(user), ON_ENTRY, "entry_id", said, entry, "changed_at"),
        columns(of_people, ON_PERSON, "person_id", F("text"), F("person__name"), "changed_at"),
        columns(of_sources, ON_SOURCE, "source_id", F("text"), source, "changed_at"),
        all=True,
    )
    return rows.order_by("-moment", "-pk")


def columns(rows: QuerySet[Any], kind: int, about: str, text: Any, name: Any, at: str) -> QuerySet[Any]:
    told: QuerySet[Any] = (
        rows.order_by()
        .annotate(
            what=Value(kind, IntegerField()),
            about_it=F(about),
            words=Cast(text, TextField()),
            called=Cast(name, TextField()),
            moment=Cast(F(at), DateTimeField()),
        )
        .values_list("what", "pk", "about_it", "words", "called", "moment")
    )
    return told
