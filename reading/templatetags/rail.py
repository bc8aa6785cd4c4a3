"""The circles, groups and searches in the rail, with a dot where something is new, and what rules noticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

from django import template
from django.db.models import BooleanField, Exists, F, IntegerField, OuterRef, QuerySet, Value
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from network.models import Circle, Group, Mute, Source, User
from plnet.addresses import address
from plnet.prepared import prepared
from reading.authors import new_for
from reading.governing.rules import unseen
from reading.models import SavedSearch

register = template.Library()
CURRENT = ' aria-current="page"'
RIVERS = ("circle_river", "group_river", "saved_search")
TOLD = len(RIVERS)  # the last row: there for everybody


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
    told: bool = False  # a rule has something to tell that was not seen yet


@register.simple_tag
def lists_of(user: Any) -> Lists:
    """The member's circles and searches in their order, and their groups by name. One query for all."""
    if not user.is_authenticated:
        return Lists()
    found: list[list[Listed]] = [[], [], []]
    *rows, told = sorted(_lists(user.pk))
    for number, _place, name, pk, has_new in rows:
        found[number].append(Listed(name, address(RIVERS[number], pk), bool(has_new)))
    circles, groups, searches = found
    return Lists(circles, groups, searches, bool(told[-1]))


@register.simple_tag(takes_context=True)
def items(context: Context, listed: list[Listed]) -> SafeString:
    """Them as items, with a dot where something is new; of forty circles a template makes a millisecond."""
    here, new = context["request"].path, escape(_("something new"))
    dot = f'<span class="dot"></span><span class="vh">, {new}</span>'
    return SafeString(
        "\n".join(
            f'<li><a href="{each.url}"{CURRENT if each.url == here else ""}><bdi>{escape(each.name)}</bdi>'
            f"{dot if each.has_new else ''}</a></li>"
            for each in listed
        )
    )


@prepared
def _lists(member: int) -> QuerySet[Any, Any]:
    user, columns = User(pk=member), ("position", "name", "pk", "has_new")
    circles = circles_of(user).order_by().values_list(Value(0, IntegerField()), *columns)
    groups = groups_of(user).order_by().annotate(position=Value(0, IntegerField()))
    searches = SavedSearch.objects.filter(user=user).order_by().annotate(has_new=Value(False, BooleanField()))
    told = User.objects.filter(pk=member).annotate(
        position=Value(0, IntegerField()), name=F("username"), has_new=Exists(unseen(user))
    )
    return circles.union(
        groups.values_list(Value(1, IntegerField()), *columns),
        searches.values_list(Value(2, IntegerField()), *columns),
        told.values_list(Value(TOLD, IntegerField()), *columns),
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
