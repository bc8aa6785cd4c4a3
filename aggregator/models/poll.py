"""The poll log: one row a visit."""

from django.db import models

from .feed import Feed


class Poll(models.Model):
    """One visit to a feed and what came of it."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="polls", db_index=False)
    at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=20)  # schedule.Outcome
    status = models.PositiveSmallIntegerField(null=True)
    entries_new = models.PositiveIntegerField(default=0)
    entries_changed = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)  # decoded bytes
    milliseconds = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index("feed", "at", name="poll_feed_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome}"
