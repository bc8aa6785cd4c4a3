"""The page that shows a member everything that is remembered of their reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from . import events
from .models import Event

if TYPE_CHECKING:
    from network.models import User

A_PAGE = 100
WHERE = {
    "page": _("on its page"),
    "full": _("in a list of whole texts"),
    "site": _("at its site"),
    "client": _("in another app"),
    "mail": _("in a mail"),
    "river": _("in the river"),
    "today": _("in the day’s edition"),
    "list": _("in a list"),
    "search": _("in a search"),
}


def page(user: User, before: int, kind: str) -> dict[str, Any]:
    """A page of events with their entries, of one kind or all. Two queries."""
    mine = Event.objects.of(user).select_related("entry__feed").order_by("-pk")
    if kind in Event.Kind.values:
        mine = mine.filter(kind=kind)
    if before:
        mine = mine.filter(pk__lt=before)
    found = list(mine[: A_PAGE + 1])
    return {
        "events": [(event, WHERE.get(event.origin, "")) for event in found[:A_PAGE]],
        "older": found[A_PAGE - 1].pk if len(found) > A_PAGE else 0,
        "first": not before,
        "kind": kind if kind in Event.Kind.values else "",
        "kinds": Event.Kind.choices,
        "off": events.is_off(user).exists(),
        "keep_days": events.KEEP.days,
    }
