"""What the worker does with lookups: take one that waits, find its feeds, write down what was found."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from . import feeds, finish
from .answers import Refused
from .finding import excuses
from .finding.candidates import Candidate, Why
from .finding.discover import Discovery, discover
from .finding.places import recognise
from .finding.typed import NoAddress, host_of, normalise
from .models import Feed, Host, Lookup

if TYPE_CHECKING:  # the web need not load them
    from .children import Children
    from .fetch import Client

when_found: list[Callable[[Lookup], None]] = []
"""Called with a lookup that found something, in the transaction that writes it down."""

LEASE = timedelta(minutes=2)
LONGEST = 90.0  # seconds of looking, under the lease
MOST_ATTEMPTS = 3  # begun and never finished
STILL_TRUE = timedelta(minutes=60)  # what one member found is told to the next who asks
A_TURN = timedelta(seconds=2)  # at a host where others are before
LONGEST_TURN = timedelta(minutes=1)
HOST_WAIT = timedelta(hours=4)  # after 429 without Retry-After (MANNERS 14)
LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Claim:
    """A lookup this worker may do until its lease ends. `already` is what is known without asking anybody."""

    id: int
    lease: str
    address: str
    known: frozenset[str] = frozenset()  # addresses of feeds that need not be asked
    already: Discovery | None = None

    @property
    def asks_nobody(self) -> bool:
        """Whether the answer is known without a request."""
        typed = normalise(self.address)
        return self.already is not None or isinstance(typed, NoAddress) or typed.url in self.known


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a claim."""

    claim: Claim
    discovery: Discovery


def due(now: datetime) -> bool:
    """Whether somebody waits."""
    return Lookup.objects.filter(due_at__lte=now).exists()


@transaction.atomic
def claim(now: datetime, limit: int) -> list[Claim]:
    """Up to `limit` waiting lookups, the oldest first; only one at a time that asks the same host."""
    looking = Lookup.objects.filter(state=Lookup.State.LOOKING, due_at__gt=now).values_list("address", flat=True)
    in_line = Counter(_host(address) for address in looking)  # whom is being asked, and how many wait for it
    claims: list[Claim] = []
    for lookup in Lookup.objects.filter(due_at__lte=now).order_by("due_at", "pk")[: limit * 4]:
        if len(claims) == limit:
            break
        still = Lookup.objects.filter(pk=lookup.pk, due_at=lookup.due_at, lease=lookup.lease)
        claim = Claim(lookup.pk, secrets.token_hex(16), lookup.address, _known(lookup), _already(lookup, now))
        host = _host(lookup.address)
        if in_line[host] and not claim.asks_nobody:
            still.update(due_at=now + min(A_TURN * in_line[host], LONGEST_TURN))
            in_line[host] += 1
            continue
        leased = {"state": Lookup.State.LOOKING, "lease": claim.lease, "due_at": now + LEASE}
        if still.update(**leased, attempts=lookup.attempts + 1):
            in_line[host] += 1
            claims.append(claim)
    return claims


async def look(client: Client, children: Children, claim: Claim, now: datetime) -> Finding:
    """Find the feeds. No database in here."""
    if claim.already:
        return Finding(claim, claim.already)
    try:
        async with asyncio.timeout(LONGEST):
            discovery = await discover(client, children, claim.address, now, claim.known)
    except TimeoutError:
        discovery = Discovery(claim.address, error=excuses.out_of_time(claim.address), reached=False)
    return Finding(claim, discovery)


def release(claims: Collection[Claim], now: datetime) -> None:
    """Give back what was claimed and not looked for: due as before, nothing counted against it."""
    for claim in claims:
        Lookup.objects.filter(pk=claim.id, lease=claim.lease).update(
            lease="", state=Lookup.State.WAITING, due_at=now, attempts=F("attempts") - 1
        )


@transaction.atomic
def settle(finding: Finding, now: datetime) -> Lookup | None:
    """Write down what was found; nothing if the lease went to another worker, None if the lookup is gone."""
    found = finding.discovery
    lookup = Lookup.objects.select_for_update().filter(pk=finding.claim.id).first()
    if lookup is None or lookup.lease != finding.claim.lease:
        return lookup
    feed = _preselected(found, now)
    lookup.state = _state(found)
    lookup.title = (found.title or (feed.title if feed else ""))[:500]
    lookup.candidates = [asdict(candidate) for candidate in found.candidates]
    lookup.places = found.places[:50]
    lookup.error = found.error[:300]
    lookup.feed = feed
    lookup.lease, lookup.due_at = "", None
    lookup.save()
    if found.refused:
        leave_alone(found.refused, now)
    if lookup.state == Lookup.State.FOUND:
        Lookup.objects.filter(due_at__gt=now, state=Lookup.State.WAITING, address=lookup.address).update(due_at=now)
        for tell in when_found:
            tell(lookup)
    return lookup


@transaction.atomic
def choose(lookup: Lookup, url: str, now: datetime) -> Feed:
    """Take another of the feeds that were found; ValueError when it is none of them."""
    chosen = next((each for each in lookup.candidates if each["url"] == url), None)
    if chosen is None:
        raise ValueError("not among what was found")
    feed = feeds.remember(url, now, chosen["title"] or lookup.title)
    lookup.feed = feed
    lookup.save(update_fields=["feed"])
    return feed


# ---- the steps


def _host(address: str) -> str:
    """Whom looking would bother; for what is no address the text itself."""
    typed = normalise(address)
    return address if isinstance(typed, NoAddress) else host_of(typed.url)


def _known(lookup: Lookup) -> frozenset[str]:
    """Feeds we have among those the address may stand for, and all those at its host."""
    typed = normalise(lookup.address)
    if isinstance(typed, NoAddress):
        return frozenset()
    place = recognise(typed.url)
    likely = [feed.url for feed in (*place.feeds, *place.guesses)] if place else []
    return frozenset(feeds.known_among([typed.url, *likely]) | feeds.known_at(typed.url))


def _already(lookup: Lookup, now: datetime) -> Discovery | None:
    """What can be said without a request: found an hour ago, given up, or the host wants to be left alone."""
    if lookup.attempts >= MOST_ATTEMPTS:
        return Discovery(lookup.address, error=excuses.never_finished(), reached=False)
    earlier = Lookup.objects.filter(
        asked_at__gte=now - STILL_TRUE, address=lookup.address, state=Lookup.State.FOUND
    ).first()
    if earlier:
        candidates = [Candidate(**each) for each in earlier.candidates]
        return Discovery(lookup.address, earlier.title, candidates, places=earlier.places)
    host = _host(lookup.address)
    if Host.objects.filter(name=host, blocked_until__gt=now).exists():
        return Discovery(lookup.address, error=excuses.asked_to_wait(f"https://{host}/"), reached=False)
    return None


def _state(found: Discovery) -> Lookup.State:
    if found.candidates:
        return Lookup.State.FOUND
    return Lookup.State.NOTHING if found.reached else Lookup.State.FAILED


def _preselected(found: Discovery, now: datetime) -> Feed | None:
    """The feed of the first candidate, with what was read on the way; comments only if they were asked for."""
    first = found.candidates[0] if found.candidates else None
    if first is None or (first.is_comments and first.why not in (Why.ITSELF, Why.PLACE)):
        return None
    feed = feeds.remember(first.url, now, first.title or found.title)
    lately = feed.last_polled_at and feed.last_polled_at > now - feeds.SHORTEST
    if found.document and not lately and not feed.lease and feed.state != Feed.State.SUSPENDED:
        fetched, parsed = found.document
        finish.first(feed, fetched, parsed, now)
        feed.refresh_from_db()
    return feed


def leave_alone(refused: Refused, now: datetime) -> None:
    """The host said it has had too many requests: nobody asks it before it said one may (MANNERS 13, 14)."""
    asked = timedelta(seconds=refused.retry_after) if refused.retry_after else HOST_WAIT
    until = now + min(asked, LONGEST_WAIT)
    host, made = Host.objects.select_for_update().get_or_create(
        name=host_of(refused.url), defaults={"blocked_until": until}
    )
    if not made and host.blocked_until < until:
        host.blocked_until = until
        host.save(update_fields=["blocked_until"])
