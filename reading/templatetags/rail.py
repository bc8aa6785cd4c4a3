"""The circles, groups and searches in the rail, with a dot where something is new."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import template
from django.db.models import BooleanField, Exists, IntegerField, OuterRef, QuerySet, Value
from django.urls import reverse

from network.models import Circle, Group, Mute, Source, User
from plnet.prepared import prepared
from reading.authors import new_for
from reading.models import SavedSearch

register = template.Library()
RIVERS = ("circle_river", "group_river", "saved_search")


@dataclass(frozen=True, slots=True)
class Listed:
    """One circle, group or search."""

    name: str
    url: str  # of its list
    has_new: bool


@dataclass(frozen=True, slots=True)
class Lists:
    circles: list[Listed] = field(default_factory=list)
    groups: list[Listed] = field(default_factory=list)
    searches: list[Listed] = field(default_factory=list)


@register.simple_tag
def lists_of(user: Any) -> Lists:
    """The member's circles and searches in their order, and their groups by name. One query for all."""
    if not user.is_authenticated:
        return Lists()
    found: list[list[Listed]] = [[], [], []]
    for number, _, name, pk, has_new in sorted(_lists(user.pk)):
        found[number].append(Listed(name, reverse(RIVERS[number], args=[pk]), bool(has_new)))
    return Lists(*found)


@prepared
def _lists(member: int) -> QuerySet[Any, Any]:
    user, columns = User(pk=member), ("position", "name", "pk", "has_new")
    circles = circles_of(user).order_by().values_list(Value(0, IntegerField()), *columns)
    groups = groups_of(user).order_by().annotate(position=Value(0, IntegerField()))
    searches = SavedSearch.objects.filter(user=user).order_by().annotate(has_new=Value(False, BooleanField()))
    return circles.union(
        groups.values_list(Value(1, IntegerField()), *columns),
        searches.values_list(Value(2, IntegerField()), *columns),
    )


def circles_of(user: Any) -> QuerySet[Circle]:
    """Circles with `has_new`: some source of somebody in it has something the member has not read."""
    shown = Source.objects.followed().filter(new_for(user), person__circles=OuterRef("pk"))
    return Circle.objects.of(user).annotate(has_new=Exists(shown))


def groups_of(user: Any) -> QuerySet[Group]:
    """Groups with `has_new`; what the member muted is never new."""
    muted = Mute.objects.filter(user=user, source=OuterRef("pk"))
    shown = Source.objects.followed().filter(new_for(user), ~Exists(muted), roster__group=OuterRef("pk"))
    return Group.objects.of(user).annotate(has_new=Exists(shown))
