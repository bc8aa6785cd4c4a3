"""What a member did with entries, remembered for them alone; and what they want of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aggregator.models import Entry

if TYPE_CHECKING:
    from network.models import User


class EventSet(models.QuerySet["Event"]):
    def of(self, user: User) -> EventSet:
        """A member's own: nobody else ever sees one."""
        return self.filter(user=user)


class Event(models.Model):
    """The first time a member did this with an entry; of what is marked in bulk one row, with how many."""

    class Kind(models.TextChoices):
        SHOWN = "shown", _("shown")
        OPENED = "opened", _("opened")
        FINISHED = "finished", _("read to its end")
        KEPT = "kept", _("kept")
        HIGHLIGHTED = "highlighted", _("highlighted")
        NOTED = "noted", _("noted")
        BULK = "bulk", _("marked read in bulk")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=11, choices=Kind)
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="+")  # none where many were marked
    feed = models.BigIntegerField(null=True)  # of the entry, so that counting needs no look at it
    many = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=10, blank=True)  # happened.ORIGINS: where
    at = models.DateTimeField()

    objects = EventSet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "entry", "kind", name="event_once")]
        indexes = [models.Index(fields=["user", "-id"], name="event_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry_id}"


class Wishes(models.Model):
    """What a member wants of this room; who has said nothing has no row."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    remembers = models.BooleanField(default=True)  # events are kept
    every = models.PositiveSmallIntegerField(default=4)  # weeks between reviews; 0: only when they are opened
    reviewed_at = models.DateTimeField(null=True)  # when the last deck was through

    def __str__(self) -> str:
        return f"wishes of {self.user_id}"
