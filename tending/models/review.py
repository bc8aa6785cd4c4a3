"""Review: what speaks for a decision about a source, and what was decided.

Sources are named by their id and by no foreign key: one that was taken off and comes back by an undo, with its id,
finds what was decided about it (network/remembering).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import Change, Roster

if TYPE_CHECKING:
    from network.models import User


class Finding(models.Model):
    """A source that deserves a decision, with the reasons and the numbers behind them. Found anew every day."""

    source = models.BigIntegerField(primary_key=True)  # its id
    roster = models.ForeignKey(Roster, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)  # list of reasons.CODES
    numbers = models.JSONField(default=dict)  # reasons.Numbers
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source}: {', '.join(self.reasons)}"


class Looked(models.Model):
    """When a roster was last looked through for findings."""

    roster = models.OneToOneField(Roster, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("at", name="looked_at")]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.at:%Y-%m-%d}"


class DecisionSet(models.QuerySet["Decision"]):
    def tended_by(self, user: User) -> DecisionSet:
        """Those about rosters a member may change."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))

    def standing(self) -> DecisionSet:
        """Those that hold: not taken back here, nor in the roster's history."""
        return self.filter(models.Q(change=None) | models.Q(change__undone_at=None), undone_at=None)


class Decision(models.Model):
    """What was decided about a source, and on what grounds."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("kept")
        ALWAYS = "always", _("kept for good")
        PAUSE = "pause30", _("paused for 30 days")
        PAUSE_LONG = "pause90", _("paused for 90 days")
        RETIRE = "retire", _("retired")
        SKIP = "skip", _("left for another day")

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="+", db_index=False)
    source = models.BigIntegerField(db_index=True)  # its id
    name = models.CharField(max_length=300)  # it had then, with whose it was
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=7, choices=Verdict)
    word = models.CharField(max_length=500, blank=True)
    reasons = models.JSONField(default=list)  # as the finding had them
    numbers = models.JSONField(default=dict)
    change = models.ForeignKey(Change, models.SET_NULL, null=True, related_name="+")  # of the roster
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    objects = DecisionSet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["roster", "-id"], name="decision_latest")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.name}"
