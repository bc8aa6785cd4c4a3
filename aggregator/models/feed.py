"""A feed: an address that yields entries, fetched once for everybody who follows it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FeedSet(models.QuerySet["Feed"]):
    def polled(self) -> FeedSet:
        """Feeds that are asked at all: somebody follows them and nothing stands against it."""
        return self.filter(state=Feed.State.ACTIVE, subscribers__gt=0)

    def due(self, now: datetime) -> FeedSet:
        """Feeds whose time has come."""
        return self.polled().filter(next_poll_at__lte=now)


class Feed(models.Model):
    """One row is the whole schedule of one feed: when it is due, how it has answered, what it last said."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended by the administrator")
        STOPPED = "stopped", _("stopped after failing too long")
        GONE = "gone", _("gone for good")

    class Kind(models.TextChoices):
        BLOG = "blog", _("blog")
        PODCAST = "podcast", _("podcast")
        VIDEO = "video", _("video channel")
        MICROBLOG = "microblog", _("microblog")
        RELEASES = "releases", _("releases")
        COMMENTS = "comments", _("comments")
        OTHER = "other", _("feed")

    # what it is
    url = models.CharField(max_length=2000, unique=True)
    host = models.CharField(max_length=255)  # host and, if odd, port: what manners are kept towards
    site_url = models.CharField(max_length=2000, blank=True)
    title = models.CharField(max_length=500, blank=True)
    subtitle = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.BLOG)
    icon_url = models.CharField(max_length=2000, blank=True)
    hub_url = models.CharField(max_length=2000, blank=True)
    self_url = models.CharField(max_length=2000, blank=True)  # rel=self, the WebSub topic
    created_at = models.DateTimeField()

    # when to look again
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    subscribers = models.PositiveIntegerField(default=0)  # written by network; without any, no request
    next_poll_at = models.DateTimeField(null=True)
    why_then = models.CharField(max_length=40, blank=True)  # the schedule's reason, a code health.py puts in words
    lease = models.CharField(max_length=32, blank=True)  # token of whoever is polling now; ends at next_poll_at
    attempts = models.PositiveSmallIntegerField(default=0)  # begun and not finished
    interval = models.PositiveIntegerField(default=3600)  # learnt rhythm, seconds

    # what the publisher asked for
    ttl = models.PositiveIntegerField(default=0)  # ttl or sy:update*, seconds, a lower bound
    not_before = models.DateTimeField(null=True)  # the end of Cache-Control max-age or Expires
    skip_hours = models.PositiveIntegerField(default=0)  # bit h: no request in hour h, GMT
    skip_days = models.PositiveSmallIntegerField(default=0)  # bit d: no request on weekday d, Monday 0

    # how it answered
    last_polled_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    last_changed_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=20, blank=True)  # schedule.Outcome
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    gone_at = models.DateTimeField(null=True)  # the first 410

    # the last accepted document
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    ever_validated = models.BooleanField(default=False)
    body_digest = models.BinaryField(max_length=16, default=b"")
    window = models.BinaryField(default=b"")  # store.Window: hashes of the uids and contents standing in it

    # a permanent redirect that is being believed
    moved_to = models.CharField(max_length=2000, blank=True)
    moved_count = models.PositiveSmallIntegerField(default=0)
    moved_since = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)  # when its address last changed and we followed

    # counters, written by store in the entries' own transaction
    entry_count = models.PositiveIntegerField(default=0)
    last_entry = models.BigIntegerField(default=0)
    newest_at = models.DateTimeField(null=True)
    per_day = models.FloatField(default=0)  # entries a day of late; fades while it is silent
    usual_per_day = models.FloatField(default=0)  # between its last ten entries, however long ago they are
    earlier_per_day = models.FloatField(default=0)  # before the last four weeks; 0 where nothing is known of then

    objects = FeedSet.as_manager()

    class Meta:
        indexes = [
            models.Index("next_poll_at", name="feed_due", condition=Q(state="active", subscribers__gt=0)),
            models.Index("host", "last_polled_at", name="feed_host"),
            models.Index("host", name="feed_leased", condition=~Q(lease="")),
        ]

    def __str__(self) -> str:
        return self.title or self.url


class FeedAddress(models.Model):
    """An address a feed used to have: whoever asks for it is led to the feed, and nobody asks the old place."""

    url = models.CharField(max_length=2000, unique=True)
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="old_addresses")
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("feed addresses")

    def __str__(self) -> str:
        return self.url
