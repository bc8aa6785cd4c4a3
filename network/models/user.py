"""Members of the instance, and the invitations that let new ones in."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member: an account and how they like their pages."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("as my device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")
        SEPIA = "sepia", _("sepia")

    class Size(models.TextChoices):
        SMALL = "small", _("small")
        NORMAL = "normal", _("normal")
        LARGE = "large", _("large")
        HUGE = "huge", _("very large")

    class Measure(models.TextChoices):
        NARROW = "narrow", _("narrow")
        NORMAL = "normal", _("normal")
        WIDE = "wide", _("wide")

    class Face(models.TextChoices):
        SERIF = "serif", _("serif")
        SANS = "sans", _("sans-serif")

    class Density(models.TextChoices):
        TITLES = "titles", _("titles")
        CARDS = "cards", _("cards")
        FULL = "full", _("full")

    timezone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, blank=True)  # of the interface; empty follows the browser
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    size = models.CharField(max_length=6, choices=Size, default=Size.NORMAL)
    measure = models.CharField(max_length=6, choices=Measure, default=Measure.NORMAL)
    face = models.CharField(max_length=5, choices=Face, default=Face.SERIF)
    density = models.CharField(max_length=6, choices=Density, default=Density.CARDS)
    minutes = models.PositiveSmallIntegerField(default=25)  # a day, for the edition; 0: no edition
    hears = models.BooleanField(default=False)  # podcasts and videos come into the edition too
    scroll_reads = models.BooleanField(default=False)  # what was scrolled past is read
    opens_original = models.BooleanField(default=False)  # a title leads to the site
    speed = models.FloatField(default=1.0)  # of players


class InvitationSet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> InvitationSet:
        """Those that still let somebody in."""
        return self.filter(used_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A link that lets one person make an account."""

    code = models.CharField(max_length=43, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)

    objects = InvitationSet.as_manager()

    def __str__(self) -> str:
        return self.note or self.code[:8]
