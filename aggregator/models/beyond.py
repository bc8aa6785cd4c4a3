"""What stands beyond a feed: an entry's whole text or its chapters, fetched once for all when somebody asks."""

from django.db import models

from .entry import Entry


class Beyond(models.Model):
    """One wish, and what came of it. `html` is safe by definition, as EntryBody's is."""

    class What(models.TextChoices):
        TEXT = "text"
        CHAPTERS = "chapters"

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="beyond")
    what = models.CharField(max_length=8, choices=What)
    url = models.CharField(max_length=2000)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # null when there is nothing to be done
    lease = models.CharField(max_length=32, blank=True)  # token of whoever looks now; ends at due_at
    attempts = models.PositiveSmallIntegerField(default=0)  # begun and not finished
    came_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)  # why it could not be had, a sentence
    html = models.TextField(blank=True)
    words = models.PositiveIntegerField(default=0)
    chapters = models.JSONField(default=list)  # list of {start, title, url}; start in seconds

    class Meta:
        constraints = [models.UniqueConstraint("entry", "what", name="beyond_once")]
        indexes = [models.Index("due_at", name="beyond_due", condition=models.Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.what} of {self.entry_id}"
