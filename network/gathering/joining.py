"""How somebody comes into a group: by name, by link, by asking, or through an open door."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ..follow import a_name
from ..models import Group, GroupInvitation, JoinRequest, Membership, User
from .groups import Refused, enter, hold

DAYS = 14  # an invitation is good for
PLACES = 200  # a link has at most
MOST_OPEN = 100  # invitations of one group, as many as stand on its page
OPEN, DECLINED, REMOVED = JoinRequest.State.OPEN, JoinRequest.State.DECLINED, JoinRequest.State.REMOVED


# ---- invitations


@transaction.atomic
def invite(group: Group, by: User, name: str, note: str, now: datetime) -> GroupInvitation:
    """An invitation for the member of this name, which they find on their page of groups."""
    hold(group)
    name = a_name(name)
    if not name:
        raise Refused(_("Write the name of a member."))
    found = User.objects.filter(is_active=True, username__iexact=name).select_for_update().first()
    if found is None:
        raise Refused(
            _("Nobody here is called “%(name)s”. For somebody without an account, make a link.") % {"name": name}
        )
    if Membership.objects.filter(group=group, user=found).exists():
        raise Refused(_("%(name)s is in the group already.") % {"name": found.username})
    there = GroupInvitation.objects.filter(group=group, invited=found, used=0)
    if there.filter(expires_at__gt=now).exists():
        raise Refused(_("%(name)s has been invited already.") % {"name": found.username})
    there.delete()  # ran out
    return _invitation(group, by, note, now, invited=found)


@transaction.atomic
def make_link(group: Group, by: User, places: int, note: str, now: datetime) -> GroupInvitation:
    """A link into the group for as many as it has places."""
    hold(group)
    if not 1 <= places <= PLACES:
        raise Refused(_("A link has from one place to %(most)d.") % {"most": PLACES})
    return _invitation(group, by, note, now, places=places)


@transaction.atomic
def come_by(code: str, user: User, now: datetime) -> Group:
    """Into the group an invitation leads to, which then has one place less; who is in it already takes none."""
    invitation = invitation_for(code, user, now)
    group = invitation.group
    if enter(group, user, now) and invitation.invited_id is None:
        free = GroupInvitation.objects.filter(pk=invitation.pk, used__lt=F("places"))
        if not free.update(used=F("used") + 1):
            raise Refused(used_up(invitation))
    return group


def invitation_for(code: str, user: User, now: datetime) -> GroupInvitation:
    """The invitation of this code. Refused, in a sentence, when it lets this member in no more."""
    found = GroupInvitation.objects.select_related("group", "made_by").filter(code=code).first()
    if found is None:
        why = _(
            "This invitation is not known here: it was taken back, its group is gone, or its address has a slip."
        )
        raise Refused(why)
    if found.invited_id not in (None, user.pk):
        raise Refused(_("This invitation is for somebody else."))
    if Membership.objects.filter(group=found.group_id, user=user).exists():
        return found
    if found.used >= found.places:
        raise Refused(used_up(found))
    if found.expires_at <= now:
        raise Refused(_("This invitation has run out. Ask %(name)s for another.") % {"name": found.made_by})
    if found.invited_id is None and was_removed(found.group, user):
        raise Refused(sent_away())
    return found


def used_up(invitation: GroupInvitation) -> str:
    words = {"name": invitation.made_by}
    if invitation.places == 1:
        return _("This invitation has been used. It was for one person; ask %(name)s for another.") % words
    return _("All the places of this invitation are taken. Ask %(name)s for another.") % words


# ---- asking


@transaction.atomic
def ask(group: Group, user: User, words: str, now: datetime) -> JoinRequest:
    """Ask the curators. Refused: the group takes no questions, one is open, or there is nothing to ask for."""
    hold(group)  # asked once at a time
    if Membership.objects.filter(group=group, user=user).exists():
        raise Refused(_("You are in this group already."))
    if JoinRequest.objects.filter(group=group, user=user, state=OPEN).exists():
        raise Refused(_("You have asked already. A curator will answer."))
    if group.joining != Group.Joining.ASKED and not (
        group.joining == Group.Joining.OPEN and was_removed(group, user)
    ):
        raise Refused(_("This group takes people by invitation only."))
    return JoinRequest.objects.create(group=group, user=user, words=a_name(words, 500), at=now)


def may_ask(group: Group, user: User) -> bool:
    """Groups that take questions; an open one takes them from who was sent away."""
    open_to_others = group.joining == Group.Joining.OPEN
    return group.joining == Group.Joining.ASKED or (open_to_others and was_removed(group, user))


@transaction.atomic
def answer(asked: JoinRequest, by: User, yes: bool, word: str, now: datetime) -> bool:
    """What a curator says to who asked; False when another curator was quicker, or the group is gone."""
    if not Group.objects.select_for_update().filter(pk=asked.group_id).exists():
        return False
    state = JoinRequest.State.ACCEPTED if yes else DECLINED
    said = {"state": state, "answer": a_name(word, 500), "answered_by": by, "answered_at": now}
    if not JoinRequest.objects.filter(pk=asked.pk, state=OPEN).update(**said):
        return False
    if yes:
        enter(asked.group, asked.user, now)
    return True


@transaction.atomic
def walk_in(group: Group, user: User, now: datetime) -> None:
    """Into an open group, with one click."""
    if group.joining != Group.Joining.OPEN:
        raise Refused(_("One does not come into this group without being asked or asking."))
    if was_removed(group, user):
        raise Refused(sent_away())
    enter(group, user, now)


def was_removed(group: Group, user: User) -> bool:
    """Whether the curators sent somebody away: they come back only when a curator says so."""
    return JoinRequest.objects.filter(group=group, user=user, state=REMOVED).exists()


def sent_away() -> str:
    return _("You were removed from this group. A curator can invite you by name.")


def _invitation(group: Group, by: User, note: str, now: datetime, **more: object) -> GroupInvitation:
    there = GroupInvitation.objects.filter(group=group, expires_at__gt=now, used__lt=F("places"))
    if there.count() >= MOST_OPEN:
        raise Refused(_("%(n)d invitations are open. Take one back first.") % {"n": MOST_OPEN})
    return GroupInvitation.objects.create(
        group=group,
        code=secrets.token_urlsafe(24),
        note=a_name(note),
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=DAYS),
        **more,
    )
