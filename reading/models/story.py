"""Where a member wants two entries to stay two, though they look like one story."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aggregator.models import Entry, Feed


class Apart(models.Model):
    """One entry stands for itself; without an entry, everything that comes from a feed does. One member's word."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("entries that stand apart")
        constraints = [
            models.UniqueConstraint("user", "entry", name="apart_entry", condition=Q(entry__isnull=False)),
            models.UniqueConstraint("user", "feed", name="apart_feed", condition=Q(entry__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id or self.feed_id} stands apart for {self.user_id}"
