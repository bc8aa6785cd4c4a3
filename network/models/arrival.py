"""Sources coming in: one line for each address a member gave, and the imports that brought many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from aggregator.models import Feed, Lookup

from .person import Source
from .roster import Roster

if TYPE_CHECKING:
    from .user import User


class ImportSet(models.QuerySet["Import"]):
    def of(self, user: User) -> ImportSet:
        return self.filter(roster__owner=user)

    def tended_by(self, user: User) -> ImportSet:
        """Those onto rosters a member may change."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))


class Import(models.Model):
    """A file of addresses somebody brought, or the starter roster they took."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="imports")
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    outlines = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)  # named twice in the file, or followed already
    bad_lines = models.JSONField(default=list)  # list of {line: int, text: str, why: str}

    objects = ImportSet.as_manager()

    def __str__(self) -> str:
        return self.name


class ArrivalSet(models.QuerySet["Arrival"]):
    def of(self, user: User) -> ArrivalSet:
        return self.filter(roster__owner=user)

    def tended_by(self, user: User) -> ArrivalSet:
        """Those onto rosters a member may change."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))


class Arrival(models.Model):
    """An address on its way into a roster: what was asked, what was found, what it became."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="arrivals")
    batch = models.ForeignKey(Import, models.CASCADE, null=True, related_name="arrivals")
    address = models.CharField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    circles = models.JSONField(default=list)  # list[str]: where whoever is found belongs
    at = models.DateTimeField()
    lookup = models.ForeignKey(Lookup, models.SET_NULL, null=True, related_name="+")
    feed = models.ForeignKey(Feed, models.SET_NULL, null=True, related_name="+")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="+")
    joined = models.BooleanField(default=False)  # it was on the roster already
    dismissed = models.BooleanField(default=False)

    objects = ArrivalSet.as_manager()

    def __str__(self) -> str:
        return self.title or self.address
