"""Groups with members, for tests."""

from __future__ import annotations

from typing import Any

from network.gathering import groups
from network.models import Group, Membership, User

from .members import NOW, a_member

MEMBER, CURATOR = Membership.Role.MEMBER, Membership.Role.CURATOR


def a_group(curator: User | None = None, *members: User, name: str = "Rural Library Circle", **more: Any) -> Group:
    """A group that somebody looks after, with these members in the order they came."""
    group = groups.make(curator or a_member("ruth"), name, NOW, **more)
    for member in members:
        groups.enter(group, member, NOW)
    return group


def role_of(group: Group, user: User) -> str:
    return "".join(Membership.objects.filter(group=group, user=user).values_list("role", flat=True))
