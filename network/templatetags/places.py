"""Where somebody is, on a page about them: {% places_of user person %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from network.arriving.whereabouts import whereabouts
from network.models import Person, User

register = template.Library()


@register.inclusion_tag("network/_places.html", takes_context=True)
def places_of(context: dict[str, Any], user: User, person: Person) -> dict[str, Any]:
    """Their places, what may be theirs, who may be the same. Two queries, one more where nobody said `tended`."""
    tends = context.get("tended")
    if tends is None:
        tends = Person.objects.tended_by(user).filter(pk=person.pk).exists()
    now = timezone.now()
    said = {name: context.get(name, "") for name in ("place_error", "place_typed")}  # of a form that was refused
    return {"where": whereabouts([person], now)[person.pk], "person": person, "tends": tends, **said}
