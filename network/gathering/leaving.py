"""Leaving a group, being removed from it, deleting a group or an account: docs/permissions.md says what happens."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from .. import watch
from ..follow import a_name, count_subscribers
from ..models import Group, GroupInvitation, JoinRequest, Membership, Mute, Note, Notice, Roster, Source, User
from .groups import CURATOR, Refused, hold, is_last_curator, member_of, members_of
from .notes_home import take_home


@transaction.atomic
def leave(group: Group, user: User, now: datetime, heir: str = "") -> None:
    """Leave. The last curator names who looks after the group from now on; Refused when they do not."""
    hold(group)
    membership = members_of(group).filter(user=user).first()
    if membership is None:
        return  # in another tab
    if is_last_curator(membership):
        _hand_over(group, membership, heir)
    _go(membership, now)


@transaction.atomic
def remove(group: Group, member: int, by: User, word: str, now: datetime) -> Membership:
    """A curator sends somebody away, with a word they find on their page of groups. Refused when they are none."""
    hold(group)
    membership = member_of(group, member)
    if membership.user_id == by.pk:
        raise Refused(_("To go yourself, leave the group."))
    if not Membership.objects.filter(group=group, user=by, role=CURATOR).exists():  # removed in this moment, too
        raise Refused(_("You do not look after this group any more."))
    _go(membership, now)
    JoinRequest.objects.create(
        group=group,
        user=membership.user,
        state=JoinRequest.State.REMOVED,
        answer=a_name(word, 500),
        answered_by=by,
        answered_at=now,
        at=now,
    )
    return membership


@transaction.atomic
def delete_group(group: Group, now: datetime, by: User) -> None:
    """The group goes with its roster and all that was said there; members keep what they noted, and are told."""
    hold(group)
    roster = group.roster
    for user in User.objects.filter(pk__in=_who_noted(roster)):
        take_home(user, roster, now)
    feeds = _feeds(roster)
    others = Membership.objects.filter(group=group).exclude(user=by).values_list("user", flat=True)
    Notice.objects.bulk_create(Notice(user_id=pk, group=group.name, kind=watch.GROUP, at=now) for pk in others)
    group.delete()
    count_subscribers(feeds)


def why_not(user: User) -> str:
    """Why an account cannot be deleted now, as a sentence; empty when it can."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        return _("You are the only administrator here. Make somebody else one first.")
    return ""


@transaction.atomic
def delete_account(user: User, now: datetime) -> None:
    """An account goes, with all that was written in private. Groups it alone looked after get another curator."""
    list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk").values_list("pk"))
    if why := why_not(user):
        raise Refused(why)
    feeds: set[int] = set()
    for membership in Membership.objects.filter(user=user).select_related("group").order_by("group"):
        hold(membership.group)
        feeds.update(_feeds(membership.group.roster))
        if is_last_curator(membership):
            _pass_on(membership, now)
    feeds.update(*(_feeds(roster) for roster in Roster.objects.of(user)))
    user.delete()
    count_subscribers(feeds)


def heirs_of(group: Group, user: User) -> list[Membership]:
    """Who could look after the group when this member goes: the others, as they came."""
    return list(members_of(group).exclude(user=user).order_by("at", "pk"))


def looked_after_alone_by(user: User) -> list[tuple[Group, Membership | None]]:
    """The groups only this member curates, each with who would look after it next: nobody, and it goes."""
    others = Membership.objects.filter(group=OuterRef("pk"), role=CURATOR).exclude(user=user)
    alone = Group.objects.curated_by(user).exclude(Exists(others))
    return [(group, next(iter(heirs_of(group, user)), None)) for group in alone]


# ---- the steps


def _hand_over(group: Group, membership: Membership, heir: str) -> None:
    others = Membership.objects.filter(group=group).exclude(pk=membership.pk)
    if not others.exists():
        raise Refused(_("Nobody else is in the group. Delete it instead."))
    named = others.filter(pk=int(heir) if heir.isdecimal() and len(heir) < 19 else 0)
    if not named.update(role=CURATOR):
        raise Refused(_("Say first who looks after the group when you are gone."))


def _pass_on(membership: Membership, now: datetime) -> None:
    """To the oldest member; the starter roster, without any, to another administrator; else the group goes."""
    group, user = membership.group, membership.user
    oldest = Membership.objects.filter(group=group).exclude(user=user).order_by("at", "pk").first()
    if oldest:
        Membership.objects.filter(pk=oldest.pk).update(role=CURATOR)
        return
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk).order_by("pk").first()
    if group.starter and staff:
        Membership.objects.create(group=group, user=staff, role=CURATOR, at=now)
    else:
        group.delete()


def _go(membership: Membership, now: datetime) -> None:
    """No member any more. Their links lead nowhere now; what they noted comes with them; proposals stay."""
    group, user = membership.group, membership.user
    roster = group.roster
    take_home(user, roster, now)
    Mute.objects.filter(user=user, source__roster=roster).delete()
    Notice.objects.filter(user=user, source__roster=roster).delete()
    GroupInvitation.objects.filter(group=group, made_by=user).delete()
    GroupInvitation.objects.filter(group=group, invited=user).delete()
    membership.delete()


def _who_noted(roster: Roster) -> set[int]:
    on_people = Note.objects.filter(person__roster=roster).values_list("user", flat=True)
    on_sources = Note.objects.filter(source__roster=roster).values_list("user", flat=True)
    return {*on_people, *on_sources}


def _feeds(roster: Roster) -> list[int]:
    return list(Source.objects.filter(roster=roster).values_list("feed", flat=True).distinct())
