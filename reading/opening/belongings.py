"""What belongs to one entry, and what one member made of it, in a single query for its page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from aggregator.models import Beyond, Enclosure, Entry
from network.models import Group

from ..annotating.anchors import Anchor
from ..models import Annotation, Apart, EntryTag, Mark, Position, RuleAct

if TYPE_CHECKING:
    from network.models import User

Row = SimpleNamespace
OF_BEYOND = ("what", "trouble", "words", "asked_at", "due_at", "came_at", "chapters")  # not its text
OWN_JSON = ("tags", "chapters")


@dataclass(frozen=True)
class Noted:
    """A highlight or a note as the page of its entry shows it."""

    pk: int
    mine: bool
    by: str
    anchor: Anchor
    note: str
    tags: list[str]
    group: int | None
    group_name: str
    at: datetime
    lost: bool

    @property
    def shown_id(self) -> str:
        return f"a-{self.pk}"


@dataclass
class Belongings:
    """By kind, each in the order it came."""

    enclosures: list[Row] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)
    beyond: dict[str, Row] = field(default_factory=dict)
    groups: list[Row] = field(default_factory=list)  # the member's own, to share with
    rules: list[Row] = field(default_factory=list)  # what their rules did to it
    hidden: bool = False
    hidden_by: int | None = None
    apart: str = ""  # "entry" or "feed": what the member wants to stand for itself
    seconds: float = 0.0  # how far they have heard or watched
    length: float = 0.0


def belongings(user: User, entry: int) -> Belongings:
    """Everything at once; a page of ours asks few questions."""
    found = Belongings()
    first, *others = _kinds(user, entry)
    for kind, pk, said in sorted(first.union(*others, all=True), key=lambda row: (row[0], row[1])):
        row = read_row(pk, said)
        match kind:
            case "enclosure":
                found.enclosures.append(row)
            case "tag":
                found.tags.append(row.name)
            case "note":
                found.notes.append(_noted(user, row))
            case "beyond":
                found.beyond[row.what] = row
            case "group":
                found.groups.append(row)
            case "rule":
                found.rules.append(row)
            case "hidden":
                found.hidden, found.hidden_by = True, row.hidden_by_id
            case "apart":
                found.apart = "entry" if row.entry_id else found.apart or "feed"
            case "position":
                found.seconds, found.length = row.seconds, row.length
    found.notes = [_shared_still(note, {group.pk for group in found.groups}) for note in found.notes]
    return found


def _shared_still(note: Noted, groups: set[int]) -> Noted:
    """Who left a group shares nothing with it."""
    return note if note.group in groups else replace(note, group=None, group_name="")


def read_row(pk: int, said: Any) -> Row:
    """A row as the database put it into JSON; SQLite gives JSON within JSON as text."""
    values = json.loads(said) if isinstance(said, str) else said
    for name in OWN_JSON:
        if isinstance(values.get(name), str):
            values[name] = json.loads(values[name])
    return Row(pk=pk, **values)


def notes_of(user: User, entry: int) -> list[Noted]:
    """What a member may see of what was written into an entry."""
    return belongings(user, entry).notes


def _kinds(user: User, entry: int) -> list[QuerySet[Any, Any]]:
    done = RuleAct.objects.filter(rule__user=user, entry=entry, undone_at=None)
    whole_feed = Q(entry__isnull=True, feed__in=Entry.objects.filter(pk=entry).values("feed"))
    return [
        _rows("enclosure", Enclosure.objects.filter(entry=entry), "url", "type", "length", "duration", "title"),
        _rows("tag", EntryTag.objects.filter(user=user, entry=entry), "name"),
        _rows(
            "note",
            Annotation.objects.seen_by(user).filter(entry=entry),
            *("user_id", "quote", "before", "after", "start", "lost", "note", "tags", "group_id", "at"),
            by=F("user__username"),
            group_name=F("group__name"),
        ),
        _rows("beyond", Beyond.objects.filter(entry=entry), *OF_BEYOND),
        _rows("group", Group.objects.of(user), "name"),
        _rows("rule", done, "act", "value", "rule_id", name=F("rule__name")),
        _rows("hidden", Mark.objects.filter(user=user, entry=entry, hidden=True), "hidden_by_id"),
        _rows("apart", Apart.objects.filter(Q(entry=entry) | whole_feed, user=user), "entry_id"),
        _rows("position", Position.objects.filter(user=user, entry=entry), "seconds", "length"),
    ]


def _rows(kind: str, rows: QuerySet[Any], *names: str, **more: F) -> QuerySet[Any, Any]:
    said = JSONObject(**{name: F(name) for name in names}, **more)
    return rows.order_by().values_list(Value(kind, CharField()), "pk", said)


def _noted(user: User, row: Row) -> Noted:
    return Noted(
        pk=row.pk,
        mine=row.user_id == user.pk,
        by=row.by,
        anchor=Anchor(row.quote, row.before, row.after, row.start),
        note=row.note,
        tags=row.tags,
        group=row.group_id,
        group_name=row.group_name or "",
        at=moment(row.at),
        lost=bool(row.lost),
    )


def moment(text: str) -> datetime:
    """A time as the database writes it into JSON: SQLite's without a zone, which is UTC."""
    at = parse_datetime(text)
    assert at is not None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
