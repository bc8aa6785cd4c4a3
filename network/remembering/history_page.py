"""The pages of a roster's history: acts by day, filtered and turned by a place in time, and who has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..models import Change, Person, Roster, Source, User
from . import past, told, undoing
from .history import KINDS

PAGE = 40
PEOPLE = 200  # on a page of a past roster
LEFT = 100  # people who have left, on a page
SORTS = (
    ("came", _("who came")),
    ("went", _("who went")),
    ("states", _("trials and pauses")),
    ("people", _("names, places, merges")),
    ("lists", _("circles and tags")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the history is asked for."""

    kind: str = ""
    person: int = 0
    before: str = ""  # "seconds-id" of the last act shown

    def link(self, **changes: object) -> str:
        asked = {"kind": self.kind, "person": self.person, "before": ""} | changes
        return "?" + urlencode({key: value for key, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Act:
    """One act as it is told."""

    change: Change
    words: SafeString
    why: str
    by: str  # whom a group's history names; empty on one's own roster
    may_be_undone: bool


@dataclass(slots=True)
class Day:
    at: datetime
    acts: list[Act] = field(default_factory=list)


def asked(query: Mapping[str, str]) -> Asked:
    """From a query string; what is nonsense in it is as if it were not there."""
    person, kind = query.get("person", ""), query.get("kind", "")
    return Asked(
        kind if kind in KINDS else "",
        int(person) if person.isdecimal() and len(person) < 19 else 0,
        query.get("before", ""),
    )


def page(roster: Roster, what: Asked, user: User, now: datetime, *, tends: bool) -> tuple[list[Day], str]:
    """A page of acts by day, the newest first, and the link to what came before. Two queries."""
    changes = list(_wanted(roster, what).select_related("by").defer("before", "after")[: PAGE + 1])
    more = what.link(before=_place(changes[PAGE - 1])) if len(changes) > PAGE else ""
    changes = changes[:PAGE]
    named = set().union(*(told.named(change) for change in changes))
    there = set(Person.objects.filter(pk__in=named, roster=roster).values_list("pk", flat=True)) if named else set()
    days: list[Day] = []
    for change in changes:
        if not days or timezone.localdate(days[-1].at) != timezone.localdate(change.at):
            days.append(Day(change.at))
        days[-1].acts.append(_act(change, roster, there, user, now, tends=tends))
    return days, more


def of_person(roster: Roster, pk: int) -> str:
    """The name of somebody the history is asked about, who may be gone. One query, or two."""
    person = Person.objects.filter(roster=roster, pk=pk).first()
    if person:
        return person.name
    for change in Change.objects.filter(roster=roster, people__contains=f" {pk} ").defer("before", "after")[:20]:
        for each in change.about.get("people", ()):
            if each["id"] == pk:
                return str(each["name"])
    return ""


def left(roster: Roster) -> QuerySet[Person]:
    """Who was followed once and is not any more: each with `gone_at`, their sources beside, the last first."""
    theirs = Source.objects.filter(person=OuterRef("pk"))
    sources = Prefetch("sources", Source.objects.select_related("feed").order_by("-changed_at", "pk"))
    gone = Person.objects.filter(Exists(theirs), ~Exists(theirs.exclude(state=Source.State.RETIRED)), roster=roster)
    return gone.annotate(gone_at=Max("sources__changed_at")).prefetch_related(sources).order_by("-gone_at", "-pk")


def went_last(person: Person) -> list[Source]:
    """The sources somebody left with: those that were retired within the last day of them."""
    retired = list(person.sources.filter(state=Source.State.RETIRED))
    last = max((source.changed_at for source in retired), default=None)
    return [source for source in retired if last and source.changed_at >= last - timedelta(days=1)]


def day_asked(said: str, today: date) -> date | None:
    """The day somebody typed: None when it is no day, or one still to come."""
    if not said:
        return today
    try:
        day = date.fromisoformat(said.strip())
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day <= today else None


def bounds(day: date) -> tuple[datetime, datetime]:
    """When a day began and ended, where its reader lives."""
    start, end = (timezone.make_aware(datetime.combine(each, time.min)) for each in (day, day + timedelta(days=1)))
    return start, end


def day(roster: Roster, on: date, page: int) -> dict[str, object]:
    """The roster at the end of a day, a page of people, and the days on which anything else happened."""
    start, end = bounds(on)
    before, after = past.neighbours(roster, start, end)
    was = past.roster_at(roster, end, slice((page - 1) * PEOPLE, page * PEOPLE))
    last = -(-was.count // PEOPLE)
    return {
        "on": on,
        "people": was.people,
        "count": was.count,
        "sources": was.number,
        "pages": [{"number": n, "url": f"?on={on}&page={n}"} for n in range(1, last + 1)],
        "page_number": page,
        "before": before and timezone.localdate(before),
        "after": after and timezone.localdate(after),
    }


def _act(change: Change, roster: Roster, there: set[int], user: User, now: datetime, *, tends: bool) -> Act:
    if roster.group_id is None:
        by = change.by.username if change.by and change.by_id != user.pk else ""
    else:
        by = change.by.username if change.by else ""
    return Act(
        change,
        told.sentence(change, there),
        change.why if change.act in told.WITH_REASON else "",
        by,
        tends and undoing.may_be_undone(change, now),
    )


def _wanted(roster: Roster, what: Asked) -> QuerySet[Change]:
    changes = Change.objects.filter(roster=roster).order_by("-at", "-pk")
    if what.kind:
        changes = changes.filter(act__in=KINDS[what.kind])
    if what.person:
        changes = changes.filter(people__contains=f" {what.person} ")
    place = _read_place(what.before)
    return changes.filter(Q(at__lt=place[0]) | Q(at=place[0], pk__lt=place[1])) if place else changes


def _place(change: Change) -> str:
    micros = (change.at - EPOCH) // timedelta(microseconds=1)
    return f"{micros}-{change.pk}"


def _read_place(said: str) -> tuple[datetime, int] | None:
    micros, _dash, pk = said.partition("-")
    if not (micros.isdecimal() and pk.isdecimal() and len(micros) < 18 and len(pk) < 19):
        return None
    return EPOCH + timedelta(microseconds=int(micros)), int(pk)


EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
