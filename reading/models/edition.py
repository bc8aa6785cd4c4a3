"""Today: a finite edition, made once a day; and where a member is in what they hear and watch."""

from django.conf import settings
from django.db import models

from aggregator.models import Entry


class Edition(models.Model):
    """What was chosen for one member's day, with the reasons. It does not change any more that day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="editions")
    day = models.DateField()  # in the member's zone
    minutes = models.PositiveSmallIntegerField()  # what was given
    pieces = models.JSONField(default=list)  # list of edition.Piece as dicts, in order; the first is the cover
    left_out = models.JSONField(default=dict)  # {what: how many}; editions.py says which
    catch_up = models.BooleanField(default=False)  # after an absence: of a week's minutes
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "day", name="edition_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"


class Position(models.Model):
    """How far a member has listened to or watched an entry, on whatever device."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    seconds = models.FloatField(default=0)
    length = models.FloatField(default=0)  # as the player said
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "entry", name="position_once")]

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s of {self.entry_id}"
