"""What the pages of groups show: one's groups at a glance, and one group with its people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aggregator import health
from plnet.prepared import prepared

from .. import markdown, rows
from ..models import Circle, Group, GroupInvitation, JoinRequest, Membership, Mute, Person, Proposal, Source, User
from ..models.group import GroupSet
from .groups import CURATOR
from .taking import offered

SHOWN = 60  # people on the group's page; the others stand in its roster
NEWEST = 6
NAMED = 12  # members said by name
NEW = timedelta(days=14)
NEEDED = (
    *("person", "title", "state", "until", "reason", "feed__url", "feed__title", "feed__language"),
    *(f"feed__{column}" for column in health.NEEDS),
)
ANSWERS = timedelta(days=30)  # so long a member reads what was said to them


@dataclass(slots=True)
class Whose:
    """One person of a group's roster, with each source's state in words."""

    person: Person
    rows: list[rows.Row] = field(default_factory=list)
    mine: set[int] = field(default_factory=set)  # the sources that are on the reader's own roster

    @property
    def all_mine(self) -> bool:
        return len(self.mine) == len(self.rows)


def index(user: User, now: datetime) -> dict[str, object]:
    """Mine, those I am invited to, those I could come into, and what was answered. Four queries."""
    theirs = Membership.objects.filter(user=user, group=OuterRef("pk"))
    waits = JoinRequest.objects.filter(user=user, group=OuterRef("pk"), state=JoinRequest.State.OPEN)
    seen = Group.objects.annotate(
        role=Subquery(theirs.values("role")[:1]), size=Count("memberships"), waits=Exists(waits)
    )
    elsewhere = Q(role=None) & (~Q(joining=Group.Joining.INVITED) | Q(starter=True) | Q(public=True))
    invited = GroupInvitation.objects.filter(invited=user, used=0, expires_at__gt=now)
    answered = JoinRequest.objects.filter(user=user, answered_at__gt=now - ANSWERS)
    return {
        "mine": seen.filter(role__isnull=False),
        "others": seen.filter(elsewhere)[:200],
        "invitations": invited.select_related("group", "made_by").order_by("-made_at"),
        "answered": answered.select_related("group", "answered_by").order_by("-answered_at")[:20],
        "now": now,
    }


def known(user: User, now: datetime) -> GroupSet:
    """Groups a member may know of, each with what its page says of the door and of what waits for an answer."""
    asked = JoinRequest.objects.filter(group=OuterRef("pk"))
    invited = GroupInvitation.objects.filter(group=OuterRef("pk"), invited=user, used=0, expires_at__gt=now)
    proposed = Proposal.objects.filter(group=OuterRef("pk"))
    return (
        Group.objects.known_to(user, now)
        .select_related("roster")
        .annotate(
            invitation=Subquery(invited.values("pk")[:1]),
            waits=Exists(asked.filter(user=user, state=JoinRequest.State.OPEN)),
            removed=Exists(asked.filter(user=user, state=JoinRequest.State.REMOVED)),
            is_asked=Exists(asked.filter(state=JoinRequest.State.OPEN)),
            is_proposed=Exists(proposed.filter(state=Proposal.State.OPEN)),
            is_answered=Exists(proposed.filter(by=user, heard_at=None).exclude(state=Proposal.State.OPEN)),
        )
    )


def page(group: Any, user: User, now: datetime) -> dict[str, object]:
    """One group as this member may see it, in at most three queries, whatever its size."""
    members, circles = _who_and_circles(group)
    role = next((role for member, _name, role in members if member == user.pk), "")
    sees = bool(role) or group.starter
    opens = group.joining == Group.Joining.OPEN
    return {
        "group": group,
        "about": markdown.render(group.about),
        "now": now,
        "curator_names": names([(m, name) for m, name, role in members if role == CURATOR], user),
        "other_names": names([(m, name) for m, name, role in members if role != CURATOR], user),
        "role": role,
        "curates": role == CURATOR,
        "sees": sees,
        "may_ask": group.joining == Group.Joining.ASKED or (opens and group.removed),
        "may_walk_in": opens,
        "circles": circles,
        **(_roster(group, user, now) if sees else {}),
    }


def _who_and_circles(group: Group) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]:
    """Who is in it, curators first, then as they came: id, name, role. And its circles with somebody in them."""
    found = sorted(_whole(group.pk))
    members = [(pk, name, role) for is_circle, role, _order, name, pk in found if not is_circle]
    return members, [(pk, name) for is_circle, _role, _order, name, pk in found if is_circle]


@prepared
def _whole(group: int) -> QuerySet[Any, Any]:
    columns = ("is_circle", "part", "order", "called", "number")
    text, number = CharField(), BigIntegerField()
    members = Membership.objects.filter(group=group).order_by()
    circles = Circle.objects.filter(roster__group=group).order_by()
    circles = circles.filter(Exists(Circle.people.through.objects.filter(circle=OuterRef("pk"))))
    members = members.annotate(
        is_circle=Value(0, IntegerField()),
        part=F("role"),
        order=F("pk"),
        number=F("user_id"),
        called=F("user__username"),
    )
    circles = circles.annotate(
        is_circle=Value(1, IntegerField()),
        part=Value("", text),
        order=Cast("position", number),
        number=F("pk"),
        called=F("name"),
    )
    return members.values_list(*columns).union(circles.values_list(*columns), all=True)


def names(members: Sequence[tuple[int, str]], user: User) -> str:
    """ "Ruth Abara, Ed Pascoe, you and four others"."""
    said = [_("you") if member == user.pk else name for member, name in members[:NAMED]]
    if (left := len(members) - NAMED) > 0:
        said.append(ngettext("one other", "%(n)d others", left) % {"n": left})
    return _(" and ").join(filter(None, (", ".join(said[:-1]), *said[-1:])))


def _roster(group: Group, user: User, now: datetime) -> dict[str, object]:
    """Its people at a glance, by name, and the newest of them apart. Two queries."""
    people = list(_shown(group, now))
    by_name = [person for person in people if person.among_first]  # type: ignore[attr-defined]
    fresh = [person for person in people if person.among_newest]  # type: ignore[attr-defined]
    return {
        "people": _at_a_glance(group, by_name, user, now),
        "fresh": sorted(fresh, key=lambda person: person.created_at, reverse=True),
        "more": len(by_name) == SHOWN,
    }


def _shown(group: Group, now: datetime) -> QuerySet[Person]:
    """The first by name, and the newest whom the group did not begin with."""
    theirs = Source.objects.filter(person=OuterRef("pk")).exclude(state=Source.State.RETIRED)
    everybody = Person.objects.filter(Exists(theirs), roster=group.roster)
    since = max(now - NEW, group.made_at + timedelta(hours=1))
    first = Q(pk__in=everybody.order_by("name", "pk").values("pk")[:SHOWN])
    late = everybody.filter(created_at__gt=since).order_by("-created_at", "-pk")
    newest = Q(pk__in=late.values("pk")[:NEWEST])
    found = Person.objects.filter(first | newest, roster=group.roster).only("name", "created_at")
    return found.annotate(among_first=Q(first), among_newest=Q(newest)).order_by("name", "pk")


def _at_a_glance(group: Group, people: Iterable[Person], user: User, now: datetime) -> list[Whose]:
    own = Source.objects.filter(roster__owner=user, feed=OuterRef("feed")).exclude(state=Source.State.RETIRED)
    shown = {person.pk: Whose(person) for person in people}
    silent = Exists(Mute.objects.filter(user=user, source=OuterRef("pk")))
    theirs = offered(group.roster).filter(person__in=list(shown)).annotate(mine=Exists(own), muted=silent)
    for source in theirs.select_related(None).select_related("feed").only(*NEEDED).order_by("pk"):
        whose = shown[source.person_id]
        source.person = whose.person
        whose.rows.append(_row(source, now))
        if source.mine:  # type: ignore[attr-defined]  # annotated
            whose.mine.add(source.pk)
    return list(shown.values())


def _row(source: Source, now: datetime) -> rows.Row:
    """How it is, said to everybody in the group."""
    row = rows.row(source, now)
    if source.state == Source.State.PAUSED:
        return replace(row, words=_("Paused by the curators"))
    if not source.feed.subscribers:  # of the starter roster: a shelf that asks for nothing
        return replace(row, words=_("Nobody here reads it yet"))
    return row
