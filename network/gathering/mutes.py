"""Mutes: what a member would rather not see of a group's roster. Nobody else learns of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from ..models import Group, Membership, Mute, Source
from ..models.person import SourceSet
from ..showing import when_visible

if TYPE_CHECKING:
    from ..models import User


def silent(user: User) -> Exists:
    """Of a source: whether the member has muted it."""
    return Exists(Mute.objects.filter(user=user, source=OuterRef("pk")))


def mutable(user: User) -> SourceSet:
    """The sources a member may mute: those on the rosters of their groups."""
    return Source.objects.filter(roster__group__in=Group.objects.of(user))


def heard(user: User, sources: SourceSet) -> SourceSet:
    """Those of these sources that the member has not muted."""
    return sources.filter(~silent(user))


def all_heard(user: User) -> SourceSet:
    """Those whose entries stand in a member's lists: their own, and their groups' that they have not muted."""
    groups = Membership.objects.filter(user=user).values("group")
    return Source.objects.followed().filter(Q(roster__owner=user) | Q(~silent(user), roster__group__in=groups))


def muted(user: User, group: Group) -> list[Source]:
    """What the member does not see of a group, by name. One query."""
    theirs = Source.objects.filter(silent(user), roster__group=group).followed()
    return list(theirs.select_related("person", "feed").order_by("person__name", "pk"))


def is_muted(user: User, source: Source) -> bool:
    return Mute.objects.filter(user=user, source=source).exists()


def mute(user: User, source: Source, now: datetime) -> None:
    """Show nothing of a source in the rivers of its group."""
    Mute.objects.get_or_create(user=user, source=source, defaults={"at": now})


@transaction.atomic
def unmute(user: User, source: Source, now: datetime) -> None:
    """Show it again, from its newest entries on: what came in the meantime is not poured over its reader."""
    gone, _ = Mute.objects.filter(user=user, source=source).delete()
    if gone and source.state in Source.SHOWN:
        for tell in when_visible:
            tell([user.pk], [source.feed_id], now)
