"""People on a roster, their sources, and the places they are found at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from aggregator.models import Feed, Icon, Profile

from .group import Group
from .roster import Roster

if TYPE_CHECKING:
    from .user import User

TRIAL_ENDED = gettext_noop("the trial ended")  # as it is kept: no reader is there when a trial ends


class PersonSet(models.QuerySet["Person"]):
    def of(self, user: User) -> PersonSet:
        """The people on a member's own roster: what is not theirs is not there."""
        return self.filter(roster__owner=user)

    def tended_by(self, user: User) -> PersonSet:
        """Those a member may change: on their own roster, or on one of a group they curate."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))

    def seen_by(self, user: User) -> PersonSet:
        """Those a member may look at."""
        return self.filter(roster__in=Roster.objects.seen_by(user).values("pk"))

    def read_by(self, user: User) -> PersonSet:
        """Those whose entries a member may open: on their own roster, or on one of a group they are in."""
        return self.filter(roster__in=Roster.objects.read_by(user).values("pk"))


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
    profile = models.ForeignKey(Profile, models.SET_NULL, null=True, blank=True, related_name="+")  # of their home
    portrait = models.ForeignKey(Icon, models.SET_NULL, null=True, blank=True, related_name="+")  # once it is here
    met = models.CharField(max_length=500, blank=True)  # how one knows them
    reach = models.JSONField(default=list, blank=True)  # list[str]: mail addresses, URLs, handles
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

    def tended_by(self, user: User) -> SourceSet:
        """Those a member may change: on their own roster, or on one of a group they curate."""
        return self.filter(roster__in=Roster.objects.tended_by(user).values("pk"))

    def seen_by(self, user: User) -> SourceSet:
        """Those a member may look at."""
        return self.filter(roster__in=Roster.objects.seen_by(user).values("pk"))

    def read_by(self, user: User) -> SourceSet:
        """Those whose entries a member may open: on their own roster, or on one of a group they are in."""
        return self.filter(roster__in=Roster.objects.read_by(user).values("pk"))

    def in_group(self, group: int, user: User) -> SourceSet:
        """Those on the roster of a group the member is in; none of any other's."""
        return self.filter(roster__group__in=Group.objects.of(user).filter(pk=group).values("pk"))

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
    author = models.CharField(max_length=300, blank=True)  # only this author's entries; empty: all of them
    title = models.CharField(max_length=300, blank=True)  # the member's own name for it
    state = models.CharField(max_length=9, choices=State, default=State.FOLLOWING)
    until = models.DateTimeField(null=True, blank=True)  # end of a trial or a pause
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = SourceSet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("roster", "feed", "person", name="source_once")]
        indexes = [
            models.Index("roster", "state", "feed", name="source_shown"),
            models.Index("roster", name="source_author", condition=~models.Q(author="")),
        ]

    def __str__(self) -> str:
        return self.title or str(self.feed)

    @property
    def why(self) -> str:
        """The reason: somebody's own words, or what happened by itself in the words of the page."""
        return gettext(self.reason) if self.reason == TRIAL_ENDED else self.reason


class Place(models.Model):
    """An address a person is found at, joined by a mutual rel=me link or by hand, or proposed by a one-way link."""

    class State(models.TextChoices):
        JOINED = "joined", _("theirs")
        PROPOSED = "proposed", _("perhaps theirs")
        DECLINED = "declined", _("not theirs")

    person = models.ForeignKey(Person, models.CASCADE, related_name="places")
    url = models.CharField(max_length=2000)
    name = models.CharField(max_length=200, blank=True)  # what the link to it says
    state = models.CharField(max_length=8, choices=State, default=State.JOINED)
    mutual = models.BooleanField(default=False)  # both ends link to each other
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint("person", "url", name="place_once")]

    def __str__(self) -> str:
        return self.name or self.url


class Note(models.Model):
    """What one member wrote, for themselves, about a person or a source. Markdown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="notes")
    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="notes")
    text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "person", name="note_once_a_person"),
            models.UniqueConstraint("user", "source", name="note_once_a_source"),
            models.CheckConstraint(
                name="note_on_one_thing",
                condition=models.Q(person__isnull=False, source__isnull=True)
                | models.Q(person__isnull=True, source__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
