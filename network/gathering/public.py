"""A group's roster for those outside: as live OPML for other readers, and as a page when the group wants one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from aggregator.websub import tells_a_secret

from ..models import Change, Group, Membership, Person, Source, User
from ..models.group import GroupSet
from ..models.person import SourceSet
from ..outlining import opml_out


@dataclass(slots=True)
class Known:
    """Somebody on a public roster, and where they publish."""

    person: Person
    sources: list[Source] = field(default_factory=list)


def groups() -> GroupSet:
    """Groups with their rosters, each with `changed_at`: when anything last happened to its roster."""
    changes = Change.objects.filter(roster__group=OuterRef("pk")).order_by("-at").values("at")
    turned = Source.objects.filter(roster__group=OuterRef("pk")).order_by("-changed_at").values("changed_at")
    made = Coalesce(Subquery(changes[:1]), "made_at"), Coalesce(Subquery(turned[:1]), "made_at")
    return Group.objects.select_related("roster").annotate(changed_at=Greatest(*made))


def opml(group: Group, *, for_anybody: bool) -> bytes:
    """The roster as it is now; for anybody, without feeds whose address is somebody's key. Three queries.

    The same roster is the same bytes, so that whoever asks again can be told that nothing changed.
    """
    at: datetime = group.changed_at  # type: ignore[attr-defined]  # of `groups`
    return opml_out.write(group.roster, at, leave_out=tells_a_secret if for_anybody else None)


def mark_of(content: bytes) -> str:
    """An ETag, which is another whenever the content is."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def new_key(group: Group) -> None:
    """Whoever subscribed to the live OPML by its old address gets nothing more."""
    Group.objects.filter(pk=group.pk).update(opml_key=secrets.token_urlsafe(24))


def people(group: Group) -> list[Known]:
    """Everybody on the roster with what they publish, by name. One query."""
    known: dict[int, Known] = {}
    for source in _open(Source.objects.filter(roster__group=group)):
        known.setdefault(source.person_id, Known(source.person)).sources.append(source)
    return list(known.values())


def curators(group: Group) -> list[User]:
    theirs = Membership.objects.filter(group=group, role=Membership.Role.CURATOR).order_by("at", "pk")
    return [membership.user for membership in theirs.select_related("user")]


def _open(sources: SourceSet) -> Iterable[Source]:
    """Those that were not retired, and whose address nobody's key is in."""
    shown = sources.exclude(state=Source.State.RETIRED).select_related("person", "feed")
    ordered = shown.order_by("person__name", "person_id", "pk")
    return (source for source in ordered if not tells_a_secret(source.feed.url))
