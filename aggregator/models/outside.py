"""Small things remembered about the outside world and about our own workers."""

from django.db import models

from .feed import Feed


class Host(models.Model):
    """A host that asked us to wait. Hosts nobody complained about have no row."""

    name = models.CharField(max_length=255, primary_key=True)
    blocked_until = models.DateTimeField()
    strikes = models.PositiveSmallIntegerField(default=0)  # 429s in a row without Retry-After

    def __str__(self) -> str:
        return self.name


class Icon(models.Model):
    """A site's icon, or somebody's portrait, asked for once; a miss is remembered too."""

    site = models.CharField(max_length=2000, unique=True)  # scheme and host; of a portrait its whole address
    content = models.BinaryField(default=b"")
    media_type = models.CharField(max_length=50, blank=True)
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # null when no feed of the site is followed

    class Meta:
        indexes = [models.Index("due_at", name="icon_due")]

    def __str__(self) -> str:
        return self.site


class HubLease(models.Model):
    """A WebSub subscription: while its lease lives the feed is polled once a day."""

    feed = models.OneToOneField(Feed, models.CASCADE, related_name="hub_lease")
    hub = models.CharField(max_length=2000)
    topic = models.CharField(max_length=2000)
    path = models.CharField(max_length=43, unique=True)  # the unguessable end of our callback
    secret = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default="wanted")  # wanted, asked, live, leaving, refused
    until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # requests to the hub without a verification since

    class Meta:
        indexes = [models.Index("due_at", name="hub_lease_due")]

    def __str__(self) -> str:
        return self.topic


class Heartbeat(models.Model):
    """When a part of the instance last said that it lives."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
