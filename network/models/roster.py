"""A roster of people, each with sources, gathered in circles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aggregator.models import Feed

if TYPE_CHECKING:
    from .user import User


class RosterSet(models.QuerySet["Roster"]):
    def of(self, user: User) -> RosterSet:
        """The rosters a member may change."""
        return self.filter(owner=user)

    def mine(self, user: User) -> Roster:
        """A member's own roster; accounts made by a command get theirs when they first need it."""
        return self.get_or_create(owner=user)[0]


class Roster(models.Model):
    """The people somebody learns from. A member has one; groups will have one too."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="roster"
    )
    name = models.CharField(max_length=200, blank=True)

    objects = RosterSet.as_manager()

    def __str__(self) -> str:
        return self.name or str(self.owner)


class PersonSet(models.QuerySet["Person"]):
    def of(self, user: User) -> PersonSet:
        """The people on a member's own roster: what is not theirs is not there."""
        return self.filter(roster__owner=user)


class Person(models.Model):
    """Somebody one learns from: a person, an organisation, or a planet of many."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")
        PLANET = "planet", _("planet")

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="people")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    home = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField()

    objects = PersonSet.as_manager()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> int:
        """Which of the eight plate tones the monogram has (DESIGN: id mod 8)."""
        return self.pk % 8 + 1

    @property
    def monogram(self) -> str:
        """One or two letters for the plate."""
        words = [w for w in self.name.split() if w[:1].isalnum()]
        letters = [w[0] for w in (words[:1] + words[-1:] if len(words) > 1 else words)]
        return "".join(letters).upper() or self.name[:1]


class SourceSet(models.QuerySet["Source"]):
    def of(self, user: User) -> SourceSet:
        """The sources on a member's own roster."""
        return self.filter(roster__owner=user)

    def followed(self) -> SourceSet:
        """Those whose entries are shown."""
        return self.filter(state__in=Source.SHOWN)


class Source(models.Model):
    """A feed as part of a person on a roster."""

    class State(models.TextChoices):
        FOLLOWING = "following", _("following")
        TRIAL = "trial", _("on trial")
        PAUSED = "paused", _("paused")
        RETIRED = "retired", _("retired")

    SHOWN = (State.FOLLOWING, State.TRIAL)  # the states whose entries are shown

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="sources", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="sources")
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="sources")
    title = models.CharField(max_length=300, blank=True)  # the member's own name for it
    state = models.CharField(max_length=9, choices=State, default=State.FOLLOWING)
    until = models.DateTimeField(null=True, blank=True)  # end of a trial or a pause
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = SourceSet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("roster", "feed", "person", name="source_once")]
        indexes = [models.Index("roster", "state", "feed", name="source_shown")]

    def __str__(self) -> str:
        return self.title or str(self.feed)


class CircleSet(models.QuerySet["Circle"]):
    def of(self, user: User) -> CircleSet:
        """A member's own circles."""
        return self.filter(roster__owner=user)


class Circle(models.Model):
    """A member's own list of people; a person can be in several."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="circles")
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    people = models.ManyToManyField(Person, related_name="circles", blank=True)

    objects = CircleSet.as_manager()

    class Meta:
        ordering = ("position", "name", "id")
        constraints = [models.UniqueConstraint("roster", "name", name="circle_once")]

    def __str__(self) -> str:
        return self.name
