"""What a member writes into what they read: highlights, notes and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from aggregator.models import Entry
from network.models import Group, Membership

if TYPE_CHECKING:
    from network.models import User


class AnnotationSet(models.QuerySet["Annotation"]):
    def of(self, user: User) -> AnnotationSet:
        """A member's own."""
        return self.filter(user=user, deleted_at=None)

    def seen_by(self, user: User) -> AnnotationSet:
        """A member's own, and those that others share with a group both are in."""
        shared = models.Q(pk__in=self.shared_with(user).values("pk"))
        return self.filter(models.Q(user=user) | shared, deleted_at=None)

    def shared_with(self, user: User) -> AnnotationSet:
        """Those of others, for as long as both are in the group they are shared with."""
        still_in = Membership.objects.filter(user=models.OuterRef("user"), group=models.OuterRef("group"))
        groups = Membership.objects.filter(user=user).values("group")
        mine = Annotation.objects.filter(models.Exists(still_in), group__in=groups, deleted_at=None)
        return mine.exclude(user=user)


class Annotation(models.Model):
    """A highlight, a note, or both. Without a quote it is about the whole entry.

    The place is the quote with what stands before and after it (W3C Web Annotation: TextQuoteSelector), and where
    it stood when it was last found; an edited entry may have lost it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="annotations")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="annotations")
    quote = models.TextField(blank=True)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    start = models.PositiveIntegerField(default=0)  # characters into the entry's visible text
    end = models.PositiveIntegerField(default=0)
    lost = models.BooleanField(default=False)  # the entry was edited and the quote is in it no more
    note = models.TextField(blank=True)  # Markdown
    tags = models.JSONField(default=list)  # list[str]
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="annotations")  # shared with
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)  # can be taken back for a day

    objects = AnnotationSet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="annotation_latest"),
            models.Index("entry", "user", name="annotation_entry"),
        ]

    def __str__(self) -> str:
        return (self.quote or self.note)[:60]


class EntryTag(models.Model):
    """A member's word on an entry."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "name", "entry", name="entry_tag_once")]
        indexes = [models.Index("user", "entry", name="entry_tag_entry")]

    def __str__(self) -> str:
        return self.name
