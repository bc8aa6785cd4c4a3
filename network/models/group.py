"""Groups: members who keep a roster together."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aggregator.models import Feed, Lookup

if TYPE_CHECKING:
    from .user import User


class GroupSet(models.QuerySet["Group"]):
    def of(self, user: User) -> GroupSet:
        """Those a member belongs to."""
        return self.filter(pk__in=Membership.objects.filter(user=user).values("group"))

    def curated_by(self, user: User) -> GroupSet:
        """Those a member is a curator of."""
        curator = Membership.objects.filter(user=user, role=Membership.Role.CURATOR)
        return self.filter(pk__in=curator.values("group"))

    def known_to(self, user: User, now: datetime) -> GroupSet:
        """Those a member may know of: theirs, those they are invited to, and those open to be joined or read."""
        theirs = Membership.objects.filter(user=user).values("group")
        invited = GroupInvitation.objects.filter(invited=user, used=0, expires_at__gt=now).values("group")
        by_invitation = Q(joining=Group.Joining.INVITED, starter=False, public=False)
        return self.filter(Q(pk__in=theirs) | Q(pk__in=invited) | ~by_invitation)


class Group(models.Model):
    """A space shared by members: what it is for, and a roster of its own."""

    class Joining(models.TextChoices):
        INVITED = "invited", _("by invitation only")
        ASKED = "asked", _("whoever asks, when a curator agrees")
        OPEN = "open", _("whoever has an account here")

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    about = models.TextField(blank=True)  # what it is for; Markdown
    joining = models.CharField(max_length=7, choices=Joining, default=Joining.INVITED)
    public = models.BooleanField(default=False)  # its roster is a page and an OPML file for anybody
    opml_key = models.CharField(max_length=43, unique=True)  # the unguessable end of its live OPML's address
    starter = models.BooleanField(default=False)  # newcomers choose from it; nobody polls for it alone
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = GroupSet.as_manager()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A member of a group, and what they may do there."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        CURATOR = "curator", _("curator")

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=7, choices=Role, default=Role.MEMBER)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("group", "user", name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.group}"


class GroupInvitation(models.Model):
    """A link into a group: for one member by name, or for whoever has it, as many as it has places."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="invitations")
    code = models.CharField(max_length=43, unique=True)
    invited = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="group_invitations"
    )
    places = models.PositiveSmallIntegerField(default=1)
    used = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.note or self.code[:8]


class JoinRequest(models.Model):
    """Somebody asks to join a group; it stays until a curator answers. Answered ones are kept."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        REMOVED = "removed", _("removed")  # was a member; `answer` says why not any more

    group = models.ForeignKey(Group, models.CASCADE, related_name="requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("group", "user", condition=Q(state="open"), name="request_once_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.user} asks to join {self.group}"


class ProposalSet(models.QuerySet["Proposal"]):
    def seen_by(self, user: User) -> ProposalSet:
        """Those made in groups a member belongs to."""
        return self.filter(group__in=Group.objects.of(user))

    def tended_by(self, user: User) -> ProposalSet:
        """Those a member may answer: in groups they curate."""
        return self.filter(group__in=Group.objects.curated_by(user))

    def helped_by(self, user: User) -> ProposalSet:
        """Those a member may help along while they are open: their own, and those they may answer."""
        theirs = Q(by=user) | Q(group__in=Group.objects.curated_by(user))
        return self.seen_by(user).filter(theirs, state=Proposal.State.OPEN)


class Proposal(models.Model):
    """ "Add this, because …": a source somebody wants on a group's roster, and what the curators said."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for a curator")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")

    group = models.ForeignKey(Group, models.CASCADE, related_name="proposals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=2000)
    name = models.CharField(max_length=200, blank=True)  # of the person
    circle = models.CharField(max_length=200, blank=True)  # of the group's, where the person belongs
    why = models.CharField(max_length=1000)
    direct = models.BooleanField(default=False)  # a curator's own: added as soon as it is found
    lookup = models.ForeignKey(Lookup, models.SET_NULL, null=True, related_name="+")
    feed = models.ForeignKey(Feed, models.SET_NULL, null=True, related_name="+")  # once it is found
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)  # when whoever proposed it saw the answer
    at = models.DateTimeField()

    objects = ProposalSet.as_manager()

    class Meta:
        indexes = [models.Index("group", "state", "at", name="proposal_state")]

    def __str__(self) -> str:
        return self.name or self.address


class Mute(models.Model):
    """A member does not want to see one source of a group's roster."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    source = models.ForeignKey("network.Source", models.CASCADE, related_name="mutes")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "source", name="mute_once")]

    def __str__(self) -> str:
        return f"{self.user_id} does not see {self.source_id}"
