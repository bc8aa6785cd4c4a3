"""Makes goals, puts things into them, closes them and opens them again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from network import states
from network.models import Change, Circle, Person, Source
from network.naming import a_name, too_long
from network.remembering import undoing
from reading.models import Annotation, SavedSearch

from ..models import Goal, Held

if TYPE_CHECKING:
    from network.models import User

LONGEST = 20_000  # characters of what is written about it
MOST = 500  # things in one goal


class Unclear(Exception):
    """What was typed makes no goal; the words say why, `field` where."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


@dataclass(frozen=True, slots=True)
class Typed:
    """A goal as its form says it."""

    name: str = ""
    until: str = ""
    why: str = ""


def write(goal: Goal, typed: Typed, today: date) -> Goal:
    """What was typed, kept; a new goal has no id yet. A goal that ended keeps its day."""
    name = a_name(typed.name)
    if why := too_long(typed.name) or ("" if name else _("Say what it is for.")):
        raise Unclear("name", why)
    try:
        until = date.fromisoformat(typed.until.strip())
    except ValueError:
        raise Unclear("until", _("Say until which day.")) from None
    ahead = today <= until <= today.replace(year=min(today.year + 20, 9999), day=1)
    if not ahead and until != goal.until:
        raise Unclear("until", _("A goal ends on a day to come, within twenty years."))
    if len(typed.why) > LONGEST:
        raise Unclear("why", _("That is too long. There is room for %(n)d characters.") % {"n": LONGEST})
    goal.name, goal.until, goal.why = name, until, typed.why.replace("\x00", "").strip()
    goal.save()
    return goal


def theirs(user: User) -> dict[str, Any]:
    """What a member may put into a goal, by kind."""
    return {
        "person": Person.objects.of(user),
        "circle": Circle.objects.of(user),
        "search": SavedSearch.objects.filter(user=user),
        "note": Annotation.objects.of(user),
    }


def put_in(goal: Goal, kind: str, ids: Collection[int], now: datetime) -> None:
    """Things of the member's own serve the goal from now on; what is in it already stays as it is."""
    if kind not in Held.Kind.values or goal.held.count() + len(ids) > MOST:
        return
    found = theirs(goal.user)[kind].filter(pk__in=ids).values_list("pk", flat=True)
    Held.objects.bulk_create(
        [Held(goal=goal, kind=kind, what=pk, at=now) for pk in sorted(found)], ignore_conflicts=True
    )


def take_out(goal: Goal, kind: str, what: int) -> None:
    goal.held.filter(kind=kind, what=what).delete()


@transaction.atomic
def close(goal: Goal, summary: str, let_go: Collection[int], now: datetime) -> Goal:
    """It is over. Whoever is let go retires with the goal as the reason; everybody else stays. Twice is once."""
    held = Goal.objects.select_for_update().get(pk=goal.pk)
    if held.closed_at:
        return held
    people = set(held.held.filter(kind="person", what__in=let_go).values_list("what", flat=True))
    sources = list(Source.objects.of(goal.user).followed().filter(person__in=people))
    reason = _("“%(goal)s” is over") % {"goal": held.name}
    change = states.turn(sources, Source.State.RETIRED, now, reason=reason, by=goal.user)
    held.closed_at, held.summary = now, summary.replace("\x00", "").strip()[:LONGEST]
    held.changes = [change.pk] if change else []
    held.save(update_fields=["closed_at", "summary", "changes"])
    return held


@transaction.atomic
def reopen(goal: Goal, now: datetime) -> list[str]:
    """As it was before it was closed: who was let go is back. What could not be taken back, in sentences."""
    held = Goal.objects.select_for_update().get(pk=goal.pk)
    refused = []
    for change in Change.objects.filter(pk__in=held.changes, roster__owner=goal.user_id, undone_at=None):
        try:
            with transaction.atomic():
                undoing.undo(change, now, goal.user)
        except undoing.Refused as why:
            refused.append(str(why))
    Goal.objects.filter(pk=held.pk).update(closed_at=None, changes=[])
    return refused
