"""A person's latest entries, for pages of other rooms: {% latest_of user person %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from network.models import Person, User
from reading.asked import Where, view_of
from reading.timeline import page

register = template.Library()


@register.inclusion_tag("reading/_latest.html")
def latest_of(user: User, person: Person, size: int = 5) -> dict[str, Any]:
    """Their newest entries as rows, read or not, and the way to all of them. Three queries."""
    there = Where("person", person.pk, "all", "cards", ("all", user.density))
    return {"shown": page(view_of(there, user), None, size).shown, "there": there, "now": timezone.now()}
