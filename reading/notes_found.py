"""People and notes that answer a question: few enough to be read one by one, in one query for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.urls import reverse
from django.utils.safestring import SafeString

from aggregator.folding import folded
from network.models import Note, Person

from .marked import finder, holds, marked, snippet
from .models import Annotation
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
    """People by their names, and the member's own notes by what they say. Two queries.

    Only for questions of words: who asks for a language or a person asks for entries.
    """
    if not query.has_words or query.names or query.languages or query.other_languages or query.states:
        return Beside()
    people, notes = list[int](), list[NoteFound]()
    find = finder(query.plain, in_title=False)
    for kind, pk, about_id, text, about, at in everything(user):
        if kind == PERSON and len(people) < FEW_PEOPLE and fits(query, about):
            people.append(pk)
        elif kind != PERSON and len(notes) < FEW_NOTES and in_time(query, at) and fits(query, text):
            text = text.strip(BETWEEN)
            words = snippet(text, find) or marked(text[:300], find)
            notes.append(NoteFound(words, about, url_of(kind, about_id, pk), at))
    known = Person.objects.filter(pk__in=people).in_bulk() if people else {}
    return Beside([known[pk] for pk in people if pk in known], notes)


def fits(query: Query, text: str) -> bool:
    if any(words.in_title for words in query.plain):
        return False
    return holds(folded(text), query.all_of, query.none_of)


def in_time(query: Query, at: datetime) -> bool:
    return not (query.after and at.date() < query.after) and not (query.before and at.date() >= query.before)


def url_of(kind: int, about_id: int, pk: int) -> str:
    if kind == ON_ENTRY:
        return f"{reverse('entry', args=[about_id])}#note-{pk}"
    return reverse("person" if kind == ON_PERSON else "source", args=[about_id])


def everything(user: User) -> Iterable[Any]:
    """(kind, id, id of what it is about, text, name, when), people first, notes newest first."""
    said = Concat("quote", Value(BETWEEN), "note", output_field=TextField())
    entry = Coalesce(NullIf("entry__title", Value("")), "entry__gist", output_field=TextField())
    source = Coalesce(
        NullIf("source__title", Value("")), NullIf("source__feed__title", Value("")), "source__feed__url",
        output_field=TextField(),
    )  # fmt: skip
    readable = Q(person__in=Person.objects.read_by(user).values("pk"))
    people = columns(Person.objects.read_by(user), PERSON, "pk", Value(""), F("name"), "created_at")
    own = columns(Annotation.objects.of(user), ON_ENTRY, "entry_id", said, entry, "changed_at")
    of_people = Note.objects.filter(readable, user=user, person__isnull=False)
    of_sources = Note.objects.filter(user=user, source__person__in=Person.objects.read_by(user).values("pk"))
    rows = people.union(
        own,
        columns(of_people, ON_PERSON, "person_id", F("text"), F("person__name"), "changed_at"),
        columns(of_sources, ON_SOURCE, "source_id", F("text"), source, "changed_at"),
        all=True,
    )
    notes = 0
    for row in rows.order_by("what", "-moment", "-pk"):
        notes += row[0] != PERSON
        if notes > MOST_READ:
            return
        yield row


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
