"""The circles and groups in the rail, with a dot where something is new."""

from typing import Any

from django import template
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import NoReverseMatch, reverse

from network.models import Circle, Group, Mute, Source
from reading.authors import new_for

register = template.Library()


@register.simple_tag
def circles_of(user: Any) -> list[Circle]:
    """The member's circles, each with `has_new` and `river_url`. One query."""
    if not user.is_authenticated:
        return []
    circles = list(with_new(user))
    for circle in circles:
        circle.river_url = river_of(circle)  # type: ignore[attr-defined]
    return circles


def with_new(user: Any) -> QuerySet[Circle]:
    """Circles with `has_new`: some source of somebody in it has something the member has not read."""
    shown = Source.objects.followed().filter(new_for(user), person__circles=OuterRef("pk"))
    return Circle.objects.of(user).annotate(has_new=Exists(shown))


@register.simple_tag
def groups_of(user: Any) -> list[Group]:
    """The member's groups, each with `has_new` and `river_url`; what they muted is never new. One query."""
    if not user.is_authenticated:
        return []
    muted = Mute.objects.filter(user=user, source=OuterRef("pk"))
    shown = Source.objects.followed().filter(new_for(user), ~Exists(muted), roster__group=OuterRef("pk"))
    groups = list(Group.objects.of(user).only("name").annotate(has_new=Exists(shown)))
    for group in groups:
        group.river_url = reverse("group_river", args=[group.pk])  # type: ignore[attr-defined]
    return groups


def river_of(circle: Circle) -> str:
    try:
        return reverse("circle_river", args=[circle.pk])
    except NoReverseMatch:
        return ""
