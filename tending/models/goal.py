"""Goals with an end: "until June: grant writing", with the people, circles, searches and notes that serve it.

What a goal holds is named by its kind and id and by no foreign key: who was taken off the roster and comes back by
an undo is in it again, and what is gone is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from network.models import User


class GoalSet(models.QuerySet["Goal"]):
    def of(self, user: User) -> GoalSet:
        """A member's own: nobody else sees them."""
        return self.filter(user=user)


class Goal(models.Model):
    """What somebody wants to learn, until when; closed once it is over."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    why = models.TextField(blank=True)  # Markdown
    until = models.DateField()
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)  # what came of it, written at its end; Markdown
    changes = models.JSONField(default=list)  # list[int]: what closing it changed on the roster, to be taken back

    objects = GoalSet.as_manager()

    class Meta:
        ordering = ("until", "id")

    def __str__(self) -> str:
        return self.name


class Held(models.Model):
    """Something that serves a goal."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        CIRCLE = "circle", _("circle")
        SEARCH = "search", _("saved search")
        NOTE = "note", _("note")

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="held")
    kind = models.CharField(max_length=6, choices=Kind)
    what = models.BigIntegerField()  # its id
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint("goal", "kind", "what", name="held_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"
