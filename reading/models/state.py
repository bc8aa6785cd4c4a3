"""Reading state: how far a member has read each feed, and where they said otherwise."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aggregator.models import Entry, Feed


class Watermark(models.Model):
    """A member has read a feed up to this entry id. One row for each feed a member can see."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="+")
    upto = models.BigIntegerField(default=0)  # an entry id, never a date
    read_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("user", "feed", name="watermark_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.feed_id} up to {self.upto}"


class Mark(models.Model):
    """What a member did to one entry; only where somebody acted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="marks")
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="+", db_index=False)
    read = models.BooleanField(null=True)  # None: as the watermark says
    kept_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey("reading.Rule", models.SET_NULL, null=True, related_name="+", db_index=False)
    hidden = models.BooleanField(db_default=False, default=False)  # not shown in lists; then read is true as well
    in_story = models.BooleanField(db_default=False, default=False)  # read because another copy of it was
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "entry", name="mark_once")]
        indexes = [
            models.Index("user", "feed", "entry", name="mark_feed"),
            models.Index("user", "entry", name="mark_unread", condition=Q(read=False)),
            models.Index("user", "kept_at", name="mark_kept", condition=Q(kept_at__isnull=False)),
            models.Index("user", "entry", name="mark_hidden", condition=Q(hidden=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.entry_id}"


class Undo(models.Model):
    """One bulk act that can be taken back: the watermarks and marks as they were before it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=200)  # what was done, as shown
    watermarks = models.JSONField(default=list)  # list of [feed id, upto, read_count]
    marks = models.JSONField(default=list)  # list of [entry id, feed id, read, kept_at]
    inserted = models.JSONField(default=list)  # entry ids whose mark did not exist before

    def __str__(self) -> str:
        return self.words


class NotForMe(models.Model):
    """A member said of an entry that it is not for them. Remembered, not counted into anything."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "entry", name="not_for_me_once")]
        verbose_name_plural = _("entries not for a member")

    def __str__(self) -> str:
        return f"{self.entry_id} is not for {self.user_id}"
