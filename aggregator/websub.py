"""WebSub (W3C): hubs tell us when a feed has something new, so that it need be asked for only once a day.

A push is a hint: its body is never parsed, the feed is polled once instead. See docs/finding.md.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from . import rounds
from .answers import Answer, Fetched, Refused
from .fetching import addresses
from .finding.typed import host_of, tidy
from .models import Feed, HubLease

if TYPE_CHECKING:  # the web need not load them
    from .children import Children
    from .fetch import Client

WANTED, ASKED, LIVE, LEAVING, REFUSED = "wanted", "asked", "live", "leaving", "refused"

ROUND = "websub"
LEASE = timedelta(days=10)  # what we ask for; the hub decides
LONGEST_LEASE = timedelta(days=90)
PACE = timedelta(seconds=2)  # between two requests to one hub
FIRST_RETRY = timedelta(hours=1)  # without a verification, doubling to a day
MOST_ATTEMPTS = 5
AFTER_REFUSAL = timedelta(days=30)
PRIVATE_NAMES = (
    ".local",
    ".localhost",
    ".internal",
    ".lan",
    ".home",
    ".home.arpa",
    ".test",
    ".invalid",
    ".example",
)


KEY = re.compile(r"[?&][\w.-]*(?:token|key|auth|secret|pass|password|pwd|sig|signature|private)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A request to be made of a hub; `due_at` is the lease's claim token."""

    id: int
    due_at: datetime
    hub: str
    form: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What the hub said to it. Its verification comes by itself, perhaps before this."""

    claim: Claim
    answer: Answer


def due(now: datetime) -> bool:
    """Whether a hub is to be asked for something, or it is time to see. Never for an instance nobody can reach."""
    return reachable() and (rounds.overdue(ROUND, now) or HubLease.objects.filter(due_at__lte=now).exists())


@transaction.atomic
def claim(now: datetime, limit: int) -> list[Claim]:
    """Up to `limit` requests, one a hub; others of the same hub follow at a walking pace."""
    if rounds.overdue(ROUND, now):
        rounds.begin(ROUND, now)
        gather(now)
    claims: list[Claim] = []
    seen: dict[str, int] = {}
    for lease in HubLease.objects.filter(due_at__lte=now).order_by("due_at", "pk")[: limit * 8]:
        still = HubLease.objects.filter(pk=lease.pk, due_at=lease.due_at)
        hub = host_of(lease.hub)
        seen[hub] = seen.get(hub, -1) + 1
        if seen[hub] or len(claims) == limit:
            still.update(due_at=now + PACE * max(seen[hub], 1))
        elif lease.attempts >= MOST_ATTEMPTS:
            _give_up(lease, now)
        elif claimed := _begin(lease, now):
            claims.append(claimed)
    return claims


async def look(client: Client, children: Children, claim: Claim, now: datetime) -> Finding:  # noqa: ARG001
    """Ask the hub. No database in here."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return Finding(claim, await client.post(claim.hub, claim.form, form))


@transaction.atomic
def settle(finding: Finding, now: datetime) -> None:
    """A hub that says no is left alone for a month; everything else waits for its verification or the next try."""
    lease = HubLease.objects.filter(pk=finding.claim.id, due_at=finding.claim.due_at)
    match finding.answer:
        case Fetched():
            return
        case Refused(status=429 | 503, retry_after=int(seconds)):
            lease.update(due_at=now + max(timedelta(seconds=seconds), FIRST_RETRY))
        case Refused(status=status) if 400 <= status < 500 and status not in (408, 429):
            lease.filter(state=LEAVING).delete()
            lease.exclude(state=LIVE, until__gt=now).update(state=REFUSED, due_at=now + AFTER_REFUSAL)


def live(feed_id: int, now: datetime) -> bool:
    """Whether a hub has promised to tell us about this feed."""
    return HubLease.objects.filter(feed=feed_id, state=LIVE, until__gt=now).exists()


def reachable() -> bool:
    """Whether a hub could reach this instance at its BASE_URL at all."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if settings.ALLOW_PRIVATE_ADDRESSES:
        return True
    try:
        return addresses.judge(ip_address(host)) is None
    except ValueError:
        return "." in host and not host.endswith(PRIVATE_NAMES)


def gather(now: datetime) -> None:
    """Feeds with a hub are to be announced; those nobody follows, or whose hub changed, are to be cancelled."""
    followed = Q(feed__subscribers__gt=0, feed__state=Feed.State.ACTIVE) & ~Q(feed__hub_url="")
    subscribed = Q(state=LIVE) | Q(state=ASKED)
    HubLease.objects.exclude(followed).filter(subscribed).update(state=LEAVING, attempts=0, due_at=now)
    HubLease.objects.exclude(followed).exclude(state=LEAVING).delete()
    HubLease.objects.filter(followed, state=LEAVING).update(state=WANTED, attempts=0, due_at=now)
    for lease in HubLease.objects.filter(followed).exclude(hub=F("feed__hub_url")).select_related("feed"):
        _turn_to(lease, lease.feed, now)
    without = Feed.objects.filter(subscribers__gt=0, state=Feed.State.ACTIVE, hub_lease__isnull=True)
    fresh = [_turn_to(HubLease(feed=feed), feed, now) for feed in without.exclude(hub_url="")]
    HubLease.objects.bulk_create([lease for lease in fresh if lease], ignore_conflicts=True, batch_size=500)


# ---- the steps


def _turn_to(lease: HubLease, feed: Feed, now: datetime) -> HubLease | None:
    """Make a lease ask the feed's present hub, by a path and secret that nobody has seen yet."""
    topic = feed.self_url if tidy(feed.self_url) else feed.url
    if not tidy(feed.hub_url) or tells_a_secret(topic):
        return None
    lease.hub, lease.topic = feed.hub_url, topic
    lease.path, lease.secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    lease.state, lease.until, lease.due_at, lease.attempts = WANTED, None, now, 0
    if lease.pk:
        lease.save()
    return lease


def tells_a_secret(url: str) -> bool:
    """Whether an address looks like somebody's own key to a feed, which no hub need learn."""
    return "@" in urlsplit(url).netloc or KEY.search(url) is not None


def _begin(lease: HubLease, now: datetime) -> Claim | None:
    """Write down that the hub is asked before it is: its verification may come at once."""
    due_at = now + min(FIRST_RETRY * 2**lease.attempts, timedelta(days=1))
    renewing = lease.state == LIVE and lease.until is not None and lease.until > now
    state = lease.state if lease.state == LEAVING or renewing else ASKED
    still = HubLease.objects.filter(pk=lease.pk, due_at=lease.due_at)
    if not still.update(state=state, due_at=due_at, attempts=lease.attempts + 1):
        return None
    return Claim(lease.pk, due_at, lease.hub, _form(lease))


def _form(lease: HubLease) -> bytes:
    said = {
        "hub.callback": settings.BASE_URL + reverse("websub", args=[lease.path]),
        "hub.mode": "unsubscribe" if lease.state == LEAVING else "subscribe",
        "hub.topic": lease.topic,
        "hub.secret": lease.secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    return urlencode(said).encode()


def _give_up(lease: HubLease, now: datetime) -> None:
    """A hub that never verifies is tried again in a month; one that never confirms our leaving is forgotten."""
    if lease.state == LEAVING:
        lease.delete()
        return
    lease.state, lease.attempts, lease.due_at = REFUSED, 0, now + AFTER_REFUSAL
    lease.save(update_fields=["state", "attempts", "due_at"])
