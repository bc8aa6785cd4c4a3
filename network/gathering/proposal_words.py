"""How a proposal is told: what was found, what can be done with it, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aggregator import health
from aggregator.finding.typed import host_of
from aggregator.models import Feed, Lookup
from aggregator.retold import retold

from ..arriving.arrival_words import in_words
from ..models import Circle, Group, Membership, Person, Proposal, Source
from ..models.group import GroupSet
from . import proposals

if TYPE_CHECKING:
    from ..models import User

SHOWN = 100  # that wait; the others come when these are answered
ANSWERED = 30  # on a page


class Stage(StrEnum):
    LOOKING = "looking"
    BAD = "bad"
    CHOOSE = "choose"
    THERE = "there"
    TWIN = "twin"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal as one member sees it."""

    proposal: Proposal
    stage: Stage
    found: str  # what was found, or what is in the way
    source: Source | None = None  # the group's, where it has it
    mine: bool = False

    @property
    def name(self) -> str:
        """Whom it brought, once it is accepted; else whom it would bring, as proposed or as found."""
        if self.source and self.proposal.state == Proposal.State.ACCEPTED:
            return self.source.person.name
        return self.proposal.name or self.heading

    @property
    def heading(self) -> str:
        feed, lookup = self.proposal.feed, self.proposal.lookup
        found = (feed and feed.title) or (lookup and lookup.title)
        return found or host_of(self.proposal.address) or self.proposal.address

    @property
    def language(self) -> str:
        return self.proposal.feed.language if self.proposal.feed and not self.proposal.name else ""


def groups_of(user: User) -> GroupSet:
    """The member's groups, each with `curated`: whether they may answer proposals there."""
    curator = Membership.objects.filter(user=user, group=OuterRef("pk"), role=Membership.Role.CURATOR)
    return Group.objects.of(user).annotate(curated=Exists(curator))


def page(group: Group, user: User, now: datetime, before: int = 0) -> dict[str, object]:
    """What waits, what was answered, and what this member has not heard yet. Five queries.

    `group` comes from `groups_of`.
    """
    everything = Proposal.objects.filter(group=group).select_related("by", "answered_by", "feed", "lookup")
    fresh = Q(by=user, heard_at=None)
    live = list(everything.filter(Q(state=Proposal.State.OPEN) | fresh).order_by("at", "pk"))
    closed = everything.exclude(state=Proposal.State.OPEN).order_by("-pk")
    heard = closed.exclude(fresh)
    answered = list((heard.filter(pk__lt=before) if before else heard)[: ANSWERED + 1])
    waiting = [each for each in live if each.state == Proposal.State.OPEN]
    unheard = [each for each in live if each.state != Proposal.State.OPEN]
    there = sources_there(group, [*waiting, *unheard, *answered])
    waits = lines(waiting, user, there, now)
    return {
        "group": group,
        "lines": waits[:SHOWN],
        "more": len(waits[SHOWN:]),
        "pending": any(line.stage == Stage.LOOKING for line in waits[:SHOWN]),
        "unheard": lines(unheard, user, there, now),
        "answered": lines(answered[:ANSWERED], user, there, now),
        "older": answered[ANSWERED - 1].pk if len(answered) > ANSWERED else 0,
        "circles": list(Circle.objects.filter(roster__group=group).values_list("name", flat=True)),
        "now": now,
    }


def names_in(group: Group) -> list[str]:
    """Whom the group's roster has already, for a field that suggests them."""
    return list(Person.objects.filter(roster__group=group).values_list("name", flat=True)[:1000])


def sources_there(group: Group, those: Iterable[Proposal]) -> dict[int, Source]:
    """The group's sources of what was proposed, by feed. One query."""
    feeds = {each.feed_id for each in those if each.feed_id}
    found = Source.objects.filter(roster__group=group, feed__in=feeds).exclude(state=Source.State.RETIRED)
    return {source.feed_id: source for source in found.select_related("person").order_by("-pk")}


def lines(those: Iterable[Proposal], user: User, there: dict[int, Source], now: datetime) -> list[Line]:
    first: dict[int, Proposal] = {}
    told = []
    for each in those:
        twin = first.setdefault(each.feed_id, each) if each.feed_id and each.state == Proposal.State.OPEN else each
        source = there.get(each.feed_id or 0)
        stage = stage_of(each, source, twin)
        told.append(Line(each, stage, say(each, stage, source, twin, now), source, each.by_id == user.pk))
    return told


def stage_of(each: Proposal, source: Source | None, twin: Proposal) -> Stage:
    if each.feed:
        return Stage.THERE if source else Stage.TWIN if twin != each else Stage.FOUND
    if each.lookup is None:
        return Stage.BAD
    if each.lookup.state in (Lookup.State.WAITING, Lookup.State.LOOKING):
        return Stage.LOOKING
    return Stage.CHOOSE if each.lookup.state == Lookup.State.FOUND else Stage.BAD


def say(each: Proposal, stage: Stage, source: Source | None, twin: Proposal, now: datetime) -> str:
    lookup = each.lookup
    match stage:
        case Stage.THERE if source:
            return proposals.already_there(source)
        case Stage.TWIN:
            return proposals.waits_already(twin)
        case Stage.LOOKING:
            return _("looking for its feed")
        case Stage.CHOOSE if lookup:
            n = len(lookup.candidates)
            return ngettext("one feed, but is it the right one?", "%(n)d feeds. Which one?", n) % {"n": n}
        case Stage.BAD:
            if lookup is None:
                return _("nobody has looked for a while")
            return retold(lookup.error) or lookup.get_state_display()
    return what(each.feed, now) if each.feed else ""


def what(feed: Feed, now: datetime) -> str:
    """ "A blog, 12 entries", and how it is where it is not well."""
    words = in_words(feed)
    ill = feed.failing_since or feed.state != Feed.State.ACTIVE
    return _("%(what)s. %(how)s") % {"what": words, "how": health.sentence(feed, now)} if ill else words
