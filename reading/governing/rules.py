"""A member's rules: made, changed, put in order, switched, deleted.

What they ask is in conditions.py, what they do in doing.py, how they come to entries in ruling.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext as _

from network.models import Circle, Group, Person, Source
from network.models import User as Member

from .. import doing
from ..models import Rule, RuleAct
from .conditions import PLACES, Condition
from .rule_words import Names

if TYPE_CHECKING:
    from network.models import User

MOST = 100  # a member has
LONGEST_NAME = 100


class CannotSave(Exception):
    """Says in a sentence why not."""


def of(user: User) -> QuerySet[Rule]:
    return Rule.objects.filter(user=user)


def make(user: User, said: Rule, upto: int, now: datetime) -> Rule:
    """Keep a new rule, as the last; one that is there already just so is not made again: two clicks are one."""
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=user.pk)
        mine = list(of(user))
        for there in mine:
            if there.name == said.name and version(there) == version(said):
                return there
        if len(mine) >= MOST:
            raise CannotSave(_("You have %(n)d rules already; delete one first.") % {"n": MOST})
        last = max((rule.position for rule in mine), default=-1)
        said.user, said.position, said.upto, said.at = user, last + 1, upto, now
        said.save()
        return said


@transaction.atomic
def change(rule: Rule, said: Rule, shown: str) -> None:
    """The rule is as said now. CannotSave where it is not any more as it was shown to who changed it."""
    now_there = Rule.objects.select_for_update().get(pk=rule.pk)
    if shown != version(now_there):
        raise CannotSave(
            _("This rule was changed meanwhile, perhaps in another tab. Save again to have it as here.")
        )
    rule.name, rule.conditions, rule.acts, rule.trouble = said.name, said.conditions, said.acts, ""
    rule.save(update_fields=["name", "conditions", "acts", "trouble"])


def version(rule: Rule) -> str:
    """Two rules that say the same have the same."""
    said = json.dumps([rule.name, rule.conditions, rule.acts], sort_keys=True)
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest()


def switch(rule: Rule, on: bool, upto: int) -> None:
    """What came while a rule was off is left alone."""
    if on and not rule.enabled:
        Rule.objects.filter(pk=rule.pk, enabled=False).update(enabled=True, upto=upto)
    if not on:
        Rule.objects.filter(pk=rule.pk).update(enabled=False)


def take_back_all(rule: Rule, upto: int, now: datetime) -> int:
    """Everything it did is undone, and it goes through nothing that is here already; how many acts."""
    Rule.objects.filter(pk=rule.pk, upto__lt=upto).update(upto=upto)
    return doing.take_back(rule.user, RuleAct.objects.filter(rule=rule), now, forget=True)


def delete(rule: Rule, back: bool, now: datetime) -> None:
    """With what it did, or leaving that: what it hid stays hidden, what it kept stays kept.

    It is switched off first, so that nothing is added while it is taken back.
    """
    Rule.objects.filter(pk=rule.pk).update(enabled=False)
    if back:
        doing.take_back(rule.user, RuleAct.objects.filter(rule=rule), now, forget=True)
    with transaction.atomic():
        list(Rule.objects.select_for_update().filter(pk=rule.pk))  # before what hangs on it, as when it acts
        rule.delete()


# ---- the places they ask for


def names_of(user: User, conditions: Iterable[Condition], *, to_choose: bool = False) -> Names:
    """What the places are called that stand in conditions, as far as they are there. One query, or none.

    `to_choose` from: all circles and groups as well.
    """
    wanted: dict[str, set[int]] = {}
    for each in conditions:
        if each["what"] in PLACES:
            wanted.setdefault(each["what"], set()).add(each["value"])
    every: dict[str, tuple[QuerySet[Any], Any]] = {
        "circle": (Circle.objects.of(user), F("name")),
        "group": (Group.objects.of(user), F("name")),
        "person": (Person.objects.read_by(user), F("name")),
        "source": (Source.objects.read_by(user), source_name()),
    }
    parts = []
    for what, (rows, name) in every.items():
        if what in wanted or (to_choose and what in ("circle", "group")):
            some = rows if to_choose and what in ("circle", "group") else rows.filter(pk__in=wanted[what])
            called = some.order_by().annotate(what=Value(what, CharField()), called=Cast(name, TextField()))
            parts.append(called.values_list("what", "pk", "called"))
    if not parts:
        return {}
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {(what, pk): name for what, pk, name in sorted(found, key=lambda each: (each[0], each[2].casefold()))}


def source_name() -> Coalesce:
    return Coalesce(NullIf("title", Value("")), NullIf("feed__title", Value("")), "feed__url")


def circles_in(user: User, conditions: Iterable[Condition]) -> dict[int, set[int]]:
    """Who is in the circles that stand in conditions. One query, none without any."""
    ids = {each["value"] for each in conditions if each["what"] == "circle"}
    if not ids:
        return {}
    people: dict[int, set[int]] = {pk: set() for pk in ids}
    inside = Circle.people.through.objects.filter(circle__in=ids, circle__roster__owner=user)
    for circle, person in inside.values_list("circle", "person"):
        people[circle].add(person)
    return people


def noticed(user: User) -> QuerySet[RuleAct]:
    """What rules were to tell of."""
    return RuleAct.objects.filter(rule__user=user, act="notify", undone_at=None)


def unseen(user: User) -> QuerySet[RuleAct]:
    """What of it they have not seen yet."""
    return noticed(user).filter(seen_at=None)


def heard(user: User, upto: int, now: datetime) -> None:
    """They have seen what was told up to here."""
    unseen(user).filter(pk__lte=upto).update(seen_at=now)
