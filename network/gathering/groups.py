"""Groups: how one is made, who comes in, and who looks after it."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..follow import show_to
from ..models import Group, GroupInvitation, JoinRequest, Membership, Notice, Roster, User

CURATOR, MEMBER = Membership.Role.CURATOR, Membership.Role.MEMBER
MOST_MADE = 50  # groups one member looks after; then they make no more


class Refused(Exception):
    """Says in a sentence why something cannot be done with a group."""


@transaction.atomic
def make(by: User, name: str, now: datetime, **columns: object) -> Group:
    """A group with an empty roster, and whoever makes it as its curator.

    Refused: they look after one so called, or after as many as one may make.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two clicks make one group
    if Group.objects.curated_by(by).filter(name=name).exists():
        raise Refused(_("You look after a group of this name already."))
    if Group.objects.curated_by(by).count() >= MOST_MADE:
        raise Refused(_("You look after %(n)d groups already. That is as many as one can make.") % {"n": MOST_MADE})
    group = Group(name=name, made_by=by, made_at=now, opml_key=secrets.token_urlsafe(24), **columns)
    _save_under_a_slug(group)
    Roster.objects.create(group=group)
    enter(group, by, now, CURATOR)
    return group


@transaction.atomic
def enter(group: Group, user: User, now: datetime, role: str = MEMBER) -> bool:
    """Somebody is a member from now on and sees its roster; whether they were none before. Refused: it is gone."""
    hold(group)
    usual = {"role": role, "at": now}
    fresh = Membership.objects.get_or_create(group=group, user=user, defaults=usual)[1]
    if fresh:
        show_to(user, group.roster, now)
        asked = JoinRequest.objects.filter(group=group, user=user)
        asked.filter(state=JoinRequest.State.REMOVED).delete()  # that is over
        asked.filter(state=JoinRequest.State.OPEN).update(state=JoinRequest.State.ACCEPTED, answered_at=now)
        GroupInvitation.objects.filter(group=group, invited=user).update(used=1)
    return fresh


@transaction.atomic
def give_role(group: Group, member: int, role: str) -> Membership:
    """The membership `member` has this role from now on. Refused: nobody would be left to look after the group."""
    hold(group)
    membership = member_of(group, member)
    if role == MEMBER and is_last_curator(membership):
        raise Refused(_("Somebody has to look after the group. Make another member a curator first."))
    membership.role = role
    membership.save(update_fields=["role"])
    if role == MEMBER:  # what is told of sources is for who can do something about them
        Notice.objects.filter(user=membership.user, source__roster__group=group).delete()
    return membership


def is_last_curator(membership: Membership) -> bool:
    others = Membership.objects.filter(group=membership.group_id, role=CURATOR).exclude(pk=membership.pk)
    return membership.role == CURATOR and not others.exists()


def members_of(group: Group) -> QuerySet[Membership]:
    """Its people: curators first, then as they came."""
    return Membership.objects.filter(group=group).select_related("user").order_by("role", "at", "pk")


def hold(group: Group) -> None:
    """One at a time may change who is in a group, so that it is never without a curator. Refused: it is gone."""
    if Group.objects.select_for_update().filter(pk=group.pk).first() is None:
        raise Refused(_("This group is gone."))


def member_of(group: Group, member: int) -> Membership:
    """The membership of this number. Refused: there is none any more."""
    found = members_of(group).filter(pk=member).first()
    if found is None:
        raise Refused(_("They are not in the group any more."))
    return found


def _save_under_a_slug(group: Group) -> None:
    """Under its name as an address; when another group has it, with some letters more."""
    plain = slugify(group.name)[:50].strip("-") or "group"
    with suppress(IntegrityError), transaction.atomic():
        group.slug = plain
        group.save(force_insert=True)
        return
    group.slug = f"{plain}-{secrets.token_hex(4)}"
    group.save(force_insert=True)
