"""A roster of people, and the lists its keeper makes of them: circles and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from .group import Group, Membership

if TYPE_CHECKING:
    from .user import User


class RosterSet(models.QuerySet["Roster"]):
    def of(self, user: User) -> RosterSet:
        """A member's own."""
        return self.filter(owner=user)

    def tended_by(self, user: User) -> RosterSet:
        """Those a member may change: their own, and those of groups they curate."""
        curated = Membership.objects.filter(user=user, role=Membership.Role.CURATOR).values("group")
        return self.filter(Q(owner=user) | Q(group__in=curated))

    def seen_by(self, user: User) -> RosterSet:
        """Those a member may look at: their own, those of their groups, and the starter roster."""
        groups = Membership.objects.filter(user=user).values("group")
        return self.filter(Q(owner=user) | Q(group__in=groups) | Q(group__starter=True))

    def read_by(self, user: User) -> RosterSet:
        """Those whose entries a member may open: their own, and those of groups they are in."""
        return self.filter(Q(owner=user) | Q(group__in=Membership.objects.filter(user=user).values("group")))

    def mine(self, user: User) -> Roster:
        """A member's own roster; accounts made by a command get theirs when they first need it."""
        return self.get_or_create(owner=user)[0]


class Roster(models.Model):
    """The people somebody learns from: a member's own, or a group's."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="roster"
    )
    group = models.OneToOneField(Group, models.CASCADE, null=True, blank=True, related_name="roster")
    name = models.CharField(max_length=200, blank=True)

    objects = RosterSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="roster_is_somebodys",
                condition=Q(owner__isnull=False, group__isnull=True) | Q(owner__isnull=True, group__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.group or self.owner)


class CircleSet(models.QuerySet["Circle"]):
    def of(self, user: User) -> CircleSet:
        """A member's own circles."""
        return self.filter(roster__owner=user)

    def tended_by(self, user: User) -> CircleSet:
        """Those of rosters a member may change."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))


class Circle(models.Model):
    """A member's own list of people; a person can be in several."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="circles")
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    people = models.ManyToManyField("network.Person", related_name="circles", blank=True)

    objects = CircleSet.as_manager()

    class Meta:
        ordering = ("position", "name", "id")
        constraints = [models.UniqueConstraint("roster", "name", name="circle_once")]

    def __str__(self) -> str:
        return self.name


class TagSet(models.QuerySet["Tag"]):
    def of(self, user: User) -> TagSet:
        """A member's own tags."""
        return self.filter(roster__owner=user)

    def tended_by(self, user: User) -> TagSet:
        """Those of rosters a member may change."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))

    def seen_by(self, user: User) -> TagSet:
        """Those of rosters a member may look at."""
        return self.filter(roster__in=Roster.objects.seen_by(user).values("pk"))


class Tag(models.Model):
    """A word on people and sources of one roster."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50)
    people = models.ManyToManyField("network.Person", related_name="tags", blank=True)
    sources = models.ManyToManyField("network.Source", related_name="tags", blank=True)

    objects = TagSet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint("roster", "name", name="tag_once")]

    def __str__(self) -> str:
        return self.name
