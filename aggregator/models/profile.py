"""A profile: what somebody's page says about whose it is, and where else it says they are."""

from django.db import models


class Profile(models.Model):
    """A page somebody is at home on. Looked at rarely; nobody's roster, but what the page said for everybody."""

    url = models.CharField(max_length=2000, unique=True)
    key = models.BigIntegerField(default=0, db_index=True)  # relme.key of where it led: one for every spelling
    due_at = models.DateTimeField(null=True)  # null while nobody wants to know
    lease = models.CharField(max_length=32, blank=True)  # token of whoever is looking now; ends at due_at
    attempts = models.PositiveSmallIntegerField(default=0)  # begun and not finished
    looked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)  # why nothing was learnt, a sentence

    name = models.CharField(max_length=200, blank=True)  # of whoever the page represents (h-card)
    site_name = models.CharField(max_length=200, blank=True)  # what the page calls itself, or its author
    note = models.CharField(max_length=500, blank=True)
    organisation = models.BooleanField(default=False)
    photo_url = models.CharField(max_length=2000, blank=True)  # h-card photo, else the site's large icon
    links = models.JSONField(default=list)  # list of profiles.Link as dicts: the rel=me links and how they answer
    cut = models.PositiveIntegerField(default=0)  # links it names beyond those that are asked
    feeds = models.JSONField(default=list)  # list of {url, title, kind}: what the page names

    class Meta:
        indexes = [models.Index("due_at", name="profile_due", condition=models.Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return self.name or self.url
