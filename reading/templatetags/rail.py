"""The circles in the rail, with a dot where something is new."""

from typing import Any

from django import template
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import NoReverseMatch, reverse

from network.models import Circle, Source
from reading.models import Watermark

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
    """Circles with `has_new`: some feed of somebody in it has more entries than the member has read."""
    unread = Watermark.objects.filter(user=user, feed=OuterRef("feed"), read_count__lt=F("feed__entry_count"))
    shown = Source.objects.followed().filter(Exists(unread), person__circles=OuterRef("pk"))
    return Circle.objects.of(user).annotate(has_new=Exists(shown))


def river_of(circle: Circle) -> str:
    try:
        return reverse("circle_river", args=[circle.pk])
    except NoReverseMatch:
        return ""
