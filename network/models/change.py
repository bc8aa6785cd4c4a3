"""What happened to a roster, and what its keeper is to be told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from aggregator.models import Feed, Lookup

from .person import Source
from .roster import Roster

if TYPE_CHECKING:
    from .user import User


class ChangeSet(models.QuerySet["Change"]):
    def seen_by(self, user: User) -> ChangeSet:
        """What happened to rosters a member may look at."""
        return self.filter(roster__in=Roster.objects.seen_by(user).values("pk"))

    def tended_by(self, user: User) -> ChangeSet:
        """What happened to rosters a member may change."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))


class Change(models.Model):
    """One act on a roster, with all it touched as it was before and after: history, past rosters and undo in one.

    `before` and `after` are {"people": {id: …}, "sources": {id: …}, …}; what did not exist is not in it, and of
    what did only the fields that changed (network/pictures.py says the shapes).
    """

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="changes", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    act = models.CharField(max_length=20)  # history.ACTS
    why = models.CharField(max_length=500, blank=True)
    about = models.JSONField(default=dict)  # the few names a sentence needs: lists never open what is below
    people = models.TextField(blank=True)  # " 12 15 ": the ids of whom it touched
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    objects = ChangeSet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["roster", "-at", "-id"], name="change_latest")]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"


class Aside(models.Model):
    """What an act did to one member's own rows (notes, mutes): theirs alone, and gone when they are."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="asides")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.change_id}"


class Offer(models.Model):
    """What stands at the site of a feed that could not be had for long: asked once, and again after a month."""

    feed = models.OneToOneField(Feed, models.CASCADE, related_name="offer")
    lookup = models.ForeignKey(Lookup, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    found = models.ForeignKey(Feed, models.CASCADE, null=True, related_name="+")  # another feed, which answers
    found_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.found_id} for {self.feed_id}"


class Notice(models.Model):
    """What somebody is told once: a source is gone, moved, or its site offers another; or their group is gone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="+")
    group = models.CharField(max_length=200, blank=True)  # the name it had, where it is about no source
    kind = models.CharField(max_length=10)  # watch.KINDS, or watch.GROUP
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "source", "kind", name="notice_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.source_id or self.group}"
