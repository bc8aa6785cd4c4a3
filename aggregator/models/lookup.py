"""A lookup: somebody gave an address; the worker finds out which feeds are behind it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .feed import Feed


class Lookup(models.Model):
    """An address somebody typed and what was found there. The web writes the question, the worker the answer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting its turn")
        LOOKING = "looking", _("looking for its feeds")
        FOUND = "found", _("found")
        NOTHING = "nothing", _("no feed there")
        FAILED = "failed", _("could not be reached")

    address = models.CharField(max_length=2000)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # null when finished
    lease = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=500, blank=True)  # of the page
    candidates = models.JSONField(default=list)  # list of discover.Candidate as dicts, the preselected first
    places = models.JSONField(default=list)  # list of addresses: where else the page's owner says to be (rel=me)
    error = models.CharField(max_length=300, blank=True)  # a sentence a person can act on
    feed = models.ForeignKey(Feed, models.SET_NULL, null=True, related_name="+")  # the preselected one

    class Meta:
        indexes = [
            models.Index("due_at", name="lookup_due", condition=models.Q(due_at__isnull=False)),
            models.Index("asked_at", name="lookup_asked"),
        ]

    def __str__(self) -> str:
        return self.address
