"""When a review is due: every few weeks, as often as its reader likes, and only where something was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..models import Wishes

if TYPE_CHECKING:
    from network.models import User

USUAL = 4
EVERY = (
    (2, _("every two weeks")),
    (4, _("every four weeks")),
    (8, _("every eight weeks")),
    (13, _("every three months")),
    (0, _("only when I open it")),
)


@dataclass(frozen=True, slots=True)
class When:
    """How often a member wants it, and when it is due again; now, where they never had one."""

    every: int = USUAL
    next_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        return self.every > 0 and (self.next_at is None or self.next_at <= now)


def of_member(user: User) -> When:
    """One query."""
    row = Wishes.objects.filter(user=user).first()
    if row is None:
        return When()
    again = row.reviewed_at + timedelta(weeks=row.every) if row.reviewed_at and row.every else None
    return When(row.every, again)


def choose(user: User, said: str) -> bool:
    """What was chosen, kept; whether it is one of the choices."""
    weeks = next((weeks for weeks, _words in EVERY if str(weeks) == said), None)
    if weeks is not None:
        Wishes.objects.update_or_create(user=user, defaults={"every": weeks})
    return weeks is not None


def had(user: User, now: datetime) -> None:
    """The deck is through, or left for another day: the next one is due so many weeks from now."""
    Wishes.objects.update_or_create(user=user, defaults={"reviewed_at": now})
