"""Entries: what a feed said. The row lists read is narrow; the text sits in its own table."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .feed import Feed

WORDS_A_MINUTE = 230
FEW_WORDS = 100  # of a post without a title that is skimmed; what is longer is read
SHORT = Q(title="", medium="text", words__lte=FEW_WORDS)


class Entry(models.Model):
    """One published piece. Immutable to people; changed only when its publisher changes it."""

    class Medium(models.TextChoices):
        TEXT = "text"
        AUDIO = "audio"
        VIDEO = "video"

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="entries", db_index=False)
    uid = models.CharField(max_length=255)
    sorted_at = models.DateTimeField()  # the publisher's date when believable, never later than arrived_at
    arrived_at = models.DateTimeField()  # ours; never changes
    published_at = models.DateTimeField(null=True)  # theirs, as believed
    updated_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)  # when we saw that title or text had changed
    title = models.CharField(max_length=500, blank=True)  # plain text
    link = models.CharField(max_length=2000, blank=True)
    author = models.CharField(max_length=300, blank=True)
    gist = models.CharField(max_length=300, blank=True)  # plain text: the first words
    language = models.CharField(max_length=16, blank=True)
    words = models.PositiveIntegerField(default=0)  # CJK characters counted as 230/300 of a word
    medium = models.CharField(max_length=5, choices=Medium, default=Medium.TEXT)
    duration = models.PositiveIntegerField(default=0)  # of audio or video, seconds
    digest = models.BigIntegerField(default=0)  # 64 bits of what the publisher sent, to notice edits
    story = models.BigIntegerField(null=True)  # several feeds carry it: the id of one of them (stories.py)

    class Meta:
        verbose_name_plural = _("entries")
        constraints = [models.UniqueConstraint("feed", "uid", name="entry_once_a_feed")]
        indexes = [
            models.Index("feed", "sorted_at", "id", name="entry_feed_time"),
            models.Index("feed", "id", name="entry_feed_id"),
            models.Index("story", name="entry_story", condition=Q(story__isnull=False)),
            models.Index("feed", "id", name="entry_in_story", condition=Q(story__isnull=False)),
            # with what its condition says among its columns: SQLite asks the row for it otherwise
            models.Index(
                *("feed", "sorted_at", "id", "medium", "title", "words"), name="entry_skim", condition=SHORT
            ),
            models.Index("feed", "sorted_at", "id", name="entry_listen", condition=Q(medium="audio")),
            models.Index("feed", "sorted_at", "id", name="entry_watch", condition=Q(medium="video")),
        ]

    def __str__(self) -> str:
        return self.title or self.gist or self.uid

    @property
    def minutes(self) -> int:
        """Whole minutes it takes to read, hear or watch; at least 1."""
        return minutes_of(self.words, self.duration)


def minutes_of(words: int, duration: int) -> int:
    return max(1, round(duration / 60 if duration else words / WORDS_A_MINUTE))


class EntryBody(models.Model):
    """The text of an entry. `html` is safe by definition: sanitize.py made it, nothing else writes it."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="body")
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    terms = models.JSONField(default=list)  # list[str]
    links = models.JSONField(default=list)  # list[str]: addresses it points to, each once
    extra = models.JSONField(default=dict)  # what few entries have; keys as in parsed.ParsedEntry.extra

    def __str__(self) -> str:
        return self.text[:60]


class Enclosure(models.Model):
    """A file that comes with an entry: audio, video, an image."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="enclosures")
    url = models.CharField(max_length=2000)
    type = models.CharField(max_length=100, blank=True)
    length = models.BigIntegerField(default=0)  # bytes
    duration = models.PositiveIntegerField(default=0)  # seconds
    title = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.url


class Expired(models.Model):
    """What is left of an entry that went: enough not to take it for new when its feed shows it again."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="expired", db_index=False)
    uid_hash = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("feed", "uid_hash", name="expired_once")]

    def __str__(self) -> str:
        return f"{self.feed_id}:{self.uid_hash}"
