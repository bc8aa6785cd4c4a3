"""New voices: who was found for a member, why, and what they said to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from aggregator.models import Entry, Feed, Lookup
from network.models import Source

if TYPE_CHECKING:
    from network.models import User


class VoiceSet(models.QuerySet["Voice"]):
    def of(self, user: User) -> VoiceSet:
        """A member's own: nobody else learns of it."""
        return self.filter(user=user)


class Voice(models.Model):
    """Somebody whom people one reads point to. Who was declined stays here, so as not to be offered again."""

    class State(models.TextChoices):
        LOOKING = "looking"  # asked politely whether there is a feed
        NOBODY = "nobody"  # there was none, or nobody that writes
        READY = "ready"  # may be offered
        OFFERED = "offered"
        TRIED = "tried"
        ENDED = "ended"  # the trial is over and nobody kept them
        KEPT = "kept"
        LATER = "later"  # not now
        NEVER = "never"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    house = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.LOOKING)
    score = models.FloatField(default=0)
    lookup = models.ForeignKey(Lookup, models.SET_NULL, null=True, related_name="+")
    feed = models.ForeignKey(Feed, models.SET_NULL, null=True, related_name="+")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="+")  # while it is tried
    entry = models.ForeignKey(Entry, models.SET_NULL, null=True, related_name="+")  # that cites them
    citer = models.CharField(max_length=200)  # by name, as on the roster
    citers = models.PositiveIntegerField(default=1)
    sentence = models.CharField(max_length=500, blank=True)
    far = models.CharField(max_length=200, blank=True)  # how far from the usual circles, a sentence
    single = models.BooleanField(default=False)  # one citer, of a circle the others do not come from
    at = models.DateTimeField()  # when the state was reached
    read = models.PositiveIntegerField(default=0)  # at the trial's end: entries opened, of so many
    came = models.PositiveIntegerField(default=0)

    objects = VoiceSet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "house", name="voice_once")]

    def __str__(self) -> str:
        return self.house
