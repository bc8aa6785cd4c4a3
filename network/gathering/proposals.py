"""Proposals: "add this, because …". What was found, what the curators said, and who has not heard it yet."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from aggregator import feeds, lookups
from aggregator.finding.typed import Typed, normalise
from aggregator.models import Feed, Lookup

from .. import follow
from ..arriving.arrivals import is_a_choice
from ..models import Group, Membership, Person, Proposal, Roster, Source
from ..models.group import ProposalSet

if TYPE_CHECKING:
    from ..models import User

MOST_OPEN = 50  # of one member in one group
MOST_A_DAY = (
    200  # the same, with those that were answered or taken back: each is looked up, and stays in the history
)
A_DAY = timedelta(days=1)
State = Proposal.State


class Already(Exception):
    """The group has this source, or somebody proposed it; `source` is the one it has."""

    def __init__(self, sentence: str, source: Source | None = None) -> None:
        super().__init__(sentence)
        self.source = source


class Closed(Exception):
    """Somebody has answered in the meantime."""


@transaction.atomic
def propose(group: Group, by: User, now: datetime, *, address: str, why: str, **more: str) -> Proposal:
    """Ask the curators to add what is at an address; `more` is the person's name and their circle.

    Raises Already with a sentence.
    """
    return _ask(group, by, now, address=address, why=why, direct=False, **more)


@transaction.atomic
def add(group: Group, by: User, now: datetime, *, address: str, why: str = "", **more: str) -> Proposal:
    """A curator adds what is at an address: it is on the roster as soon as it is found. Raises Already."""
    return _ask(group, by, now, address=address, why=why, direct=True, **more)


def _ask(group: Group, by: User, now: datetime, *, address: str, why: str, direct: bool, **more: str) -> Proposal:
    Roster.objects.select_for_update(no_key=True).get(
        group=group
    )  # one at a time, so that of two who ask one hears of it
    typed = normalise(address)
    if isinstance(typed, Typed):
        _refuse_known(group, typed)
    if Proposal.objects.filter(group=group, by=by, state=State.OPEN).count() >= MOST_OPEN:
        raise Already(_("So many of your proposals wait here already. Let the curators answer some of them first."))
    if Proposal.objects.filter(group=group, by=by, at__gt=now - A_DAY).count() >= MOST_A_DAY:
        raise Already(_("You have proposed very much today. Go on tomorrow."))
    lookup = Lookup.objects.create(address=address, asked_at=now, due_at=now)
    return Proposal.objects.create(
        group=group, by=by, address=address, why=why, direct=direct, lookup=lookup, at=now, **more
    )


def found(lookup: Lookup) -> None:
    """Registered in aggregator.lookups.when_found: what was proposed has a feed, or somebody must say which."""
    now = timezone.now()  # a door: the aggregator calls
    waiting = Proposal.objects.filter(lookup=lookup, feed=None, state=State.OPEN).select_related("group", "by")
    for proposal in waiting:
        if lookup.feed is not None and not is_a_choice(lookup):
            _settle(proposal, lookup.feed, now)


@transaction.atomic
def choose(proposal: Proposal, url: str, now: datetime) -> None:
    """One of the feeds that were found is meant; ValueError when it is none of them. Raises Closed."""
    _hold(proposal)
    if proposal.lookup is None:
        raise ValueError("nothing was looked up")
    _settle(proposal, lookups.choose(proposal.lookup, url, now), now)


def _settle(proposal: Proposal, feed: Feed, now: datetime) -> None:
    """What was proposed is this feed. A curator's own goes straight in, if nothing speaks against it."""
    proposal.feed = feed
    proposal.save(update_fields=["feed"])
    if not (proposal.direct and proposal.by and curates(proposal.group, proposal.by)):
        return
    if not has(proposal.group, feed) and not twins(proposal).exists():
        with suppress(Already, Closed):  # somebody was quicker, and has answered it
            accept(proposal, proposal.by, now, name=proposal.name, circle=proposal.circle)


@transaction.atomic
def look_again(proposal: Proposal, now: datetime) -> None:
    """Look once more for what is at its address, unless that is being done. Raises Closed."""
    _hold(proposal)
    under_way = (Lookup.State.WAITING, Lookup.State.LOOKING)
    if proposal.lookup_id and Lookup.objects.filter(pk=proposal.lookup_id, state__in=under_way).exists():
        return
    proposal.lookup = Lookup.objects.create(address=proposal.address, asked_at=now, due_at=now)
    proposal.feed = None
    proposal.save(update_fields=["lookup", "feed"])


@transaction.atomic
def accept(proposal: Proposal, by: User, now: datetime, *, name: str, circle: str, word: str = "") -> Source:
    """It goes on the group's roster, as a new person's or as one more source of somebody there.

    Raises Already when the group has it, Closed when somebody answered first.
    """
    _hold(proposal)
    feed, group = proposal.feed, proposal.group
    if feed is None:
        raise Already(_("Nothing has been found there yet."))
    if source := has(group, feed):
        raise Already(already_there(source), source)
    roster = Roster.objects.select_for_update(no_key=True).get(group=group)
    named = follow.a_name(name or proposal.name)
    person = Person.objects.filter(roster=roster, name=named).first() if named else None
    wish = follow.Wish(feed, name=named, person=person, circles=(circle,) if circle else ())
    source = follow.follow_many(roster, [wish], now, by=by, why=proposal.why[:500])[0].source
    _answer(proposal, State.ACCEPTED, by, word, now)
    return source


@transaction.atomic
def decline(proposal: Proposal, by: User, now: datetime, word: str) -> None:
    """The curators would rather not, and say why. Raises Closed when somebody answered first."""
    _hold(proposal)
    _answer(proposal, State.DECLINED, by, word, now)


@transaction.atomic
def withdraw(proposal: Proposal, by: User, now: datetime) -> None:
    """Whoever proposed it takes it back. Raises Closed when it was answered first."""
    _hold(proposal)
    _answer(proposal, State.WITHDRAWN, by, "", now)


def unheard(group: Group, user: User) -> ProposalSet:
    """What was answered to a member of what they proposed, and they have not seen."""
    return Proposal.objects.filter(group=group, by=user, heard_at=None).exclude(state=State.OPEN)


def hear(group: Group, user: User, now: datetime) -> None:
    """The member has seen the answers."""
    unheard(group, user).update(heard_at=now)


# ---- what is so


def curates(group: Group, user: User) -> bool:
    return Membership.objects.filter(group=group, user=user, role=Membership.Role.CURATOR).exists()


def has(group: Group, feed: Feed) -> Source | None:
    """The source that brings this feed to the group, unless it was retired."""
    there = Source.objects.filter(roster__group=group, feed=feed).exclude(state=Source.State.RETIRED)
    return there.select_related("person").first()


def twins(proposal: Proposal) -> ProposalSet:
    """Earlier proposals of the same feed that wait for an answer."""
    same = Proposal.objects.filter(group=proposal.group_id, feed=proposal.feed_id, state=State.OPEN)
    return same.filter(pk__lt=proposal.pk)


def already_there(source: Source) -> str:
    return _("The group has this already, from %(name)s.") % {"name": source.person.name}


def _refuse_known(group: Group, typed: Typed) -> None:
    """What the group has is found by the address of a feed or of its site; what waits, by either too."""
    feed, spelled = feeds.known(typed.url), _spellings(typed)
    same = Q(feed=feed) if feed else Q(feed__site_url__in=spelled)
    there = Source.objects.filter(same, roster__group=group).exclude(state=Source.State.RETIRED)
    if source := there.select_related("person").first():
        raise Already(already_there(source), source)
    for other in Proposal.objects.filter(group=group, state=State.OPEN).select_related("by"):
        if (feed and other.feed_id == feed.pk) or _url_of(other.address) in spelled:
            raise Already(waits_already(other))


def waits_already(other: Proposal) -> str:
    if other.by is None:
        return _("This is proposed already, and waits for an answer.")
    return _("%(who)s has proposed this already; it waits for an answer.") % {"who": other.by}


def _spellings(typed: Typed) -> set[str]:
    """The ways this address may be written as a site's."""
    bare = typed.url.rstrip("/")
    both = {bare, f"{bare}/"}
    if not typed.sure_of_scheme:
        both |= {url.replace("https://", "http://", 1) for url in both}
    return both


def _url_of(address: str) -> str:
    typed = normalise(address)
    return typed.url if isinstance(typed, Typed) else ""


def _hold(proposal: Proposal) -> None:
    """One answer to one proposal."""
    state = Proposal.objects.select_for_update().filter(pk=proposal.pk).values_list("state", flat=True).first()
    if state != State.OPEN:
        raise Closed(_("This was answered a moment ago."))


def _answer(proposal: Proposal, state: str, by: User, word: str, now: datetime) -> None:
    proposal.state, proposal.answer, proposal.answered_by, proposal.answered_at = state, word, by, now
    if proposal.by_id == by.pk:
        proposal.heard_at = now
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at", "heard_at"])
