"""What a feed costs: the minutes of its weeks, counted once for everybody who follows it."""

from __future__ import annotations

from django.db import models

from aggregator.models import Feed


class FeedWeeks(models.Model):
    """The minutes of a feed's last weeks, or of one author's in it."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="+")
    author = models.CharField(max_length=300, blank=True)  # empty: all of the feed
    weeks = models.JSONField(default=list)  # 26 numbers, the latest week first; null where we know nothing of it
    heard = models.FloatField(default=0)  # which part of the minutes is to be heard or watched, 0 to 1
    estimated = models.BooleanField(default=False)  # the feed brings beginnings only, or no durations
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("feed", "author", name="weeks_once")]
        indexes = [models.Index("at", name="weeks_age")]

    def __str__(self) -> str:
        return f"weeks of {self.feed_id}"
