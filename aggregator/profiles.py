"""Whose page it is: its h-card, its feeds, and the places its rel=me links lead to, both ends looked at.

See docs/profiles.md. An errand like lookups and icons: `look` has no database, `settle` makes no request.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from . import icons
from .asking import Asking, Said
from .finding.typed import host_of, tidy
from .lookups import leave_alone
from .models import Host, Profile
from .spelling import page_key

if TYPE_CHECKING:  # the web need not load them
    from .children import Children
    from .fetch import Client

when_looked: list[Callable[[Profile], None]] = []
"""Called with a profile that was looked at, in the transaction that writes it down."""

AGAIN = timedelta(days=30)
SHORTEST = timedelta(minutes=60)  # between two looks, whoever asks
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3  # begun and never finished
PACE = timedelta(seconds=5)  # between two profiles of one host
KEPT_UNWANTED = timedelta(days=180)  # longer than an act on a roster can be taken back


@dataclass(frozen=True, slots=True)
class Claim:
    """A page this worker may look at until its lease ends, and hosts that asked to be left alone."""

    id: int
    lease: str
    url: str
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a claim."""

    claim: Claim
    said: Said


# ---- what others ask


@transaction.atomic
def ask(urls: Collection[str], now: datetime, within: timedelta = timedelta(0)) -> dict[str, Profile]:
    """The profiles of these addresses, by address as given; those nobody wanted are due, spread over `within`.

    What is no http(s) address is left out.
    """
    wanted = {url: tidied for url in urls if (tidied := tidy(url))}
    spellings = list(dict.fromkeys(wanted.values()))
    there = {each.url: each for each in Profile.objects.filter(url__in=spellings)}
    missing = [url for url in spellings if url not in there]
    rows = [
        Profile(url=url, key=page_key(url), due_at=now + within * n / len(missing)) for n, url in enumerate(missing)
    ]
    Profile.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    asleep = [each.pk for each in there.values() if each.due_at is None]
    Profile.objects.filter(pk__in=asleep).update(due_at=now)
    there = {each.url: each for each in Profile.objects.filter(url__in=spellings)}
    return {url: there[tidied] for url, tidied in wanted.items()}


def look_again(profile: Profile, now: datetime) -> datetime:
    """Somebody asks: the page is due now, or an hour after the last look. When."""
    earliest = max(now, profile.looked_at + SHORTEST) if profile.looked_at else now
    later = Profile.objects.filter(pk=profile.pk, lease="").exclude(due_at__lte=earliest)
    later.update(due_at=earliest, attempts=0)
    return earliest


def keep_only(wanted: QuerySet[Any, Any], now: datetime) -> None:
    """Pages nobody wants to know about are asked no more, and forgotten in time; `wanted` is a query for ids."""
    Profile.objects.filter(due_at__isnull=False, lease="").exclude(pk__in=wanted).update(due_at=None)
    Profile.objects.filter(due_at__isnull=True, looked_at__lt=now - KEPT_UNWANTED).exclude(pk__in=wanted).delete()
    Profile.objects.filter(due_at__isnull=True, pk__in=wanted).update(due_at=now + PACE)


# ---- the errand


def due(now: datetime) -> bool:
    """Whether a page is to be looked at."""
    return Profile.objects.filter(due_at__lte=now).exists()


@transaction.atomic
def claim(now: datetime, limit: int) -> list[Claim]:
    """Up to `limit` pages, one a host; others of the same host follow at a walking pace."""
    blocked = frozenset(Host.objects.filter(blocked_until__gt=now).values_list("name", flat=True)[:1000])
    looking = Profile.objects.filter(due_at__gt=now).exclude(lease="").values_list("url", flat=True)
    in_line = {host_of(url): 1 for url in looking}
    claims: list[Claim] = []
    for profile in Profile.objects.filter(due_at__lte=now).order_by("due_at", "pk")[: limit * 4]:
        if len(claims) == limit:
            break
        still = Profile.objects.filter(pk=profile.pk, due_at=profile.due_at, lease=profile.lease)
        host = host_of(profile.url)
        if host in blocked:
            still.update(due_at=Host.objects.filter(name=host).values("blocked_until")[:1], lease="")
        elif profile.attempts >= MOST_ATTEMPTS:
            still.update(due_at=now + AGAIN, lease="", attempts=0)
        elif in_line.get(host):
            still.update(due_at=now + PACE * in_line[host], lease="")
            in_line[host] += 1
        else:
            lease = secrets.token_hex(16)
            if still.update(due_at=now + LEASE, lease=lease, attempts=profile.attempts + 1):
                in_line[host] = 1
                claims.append(Claim(profile.pk, lease, profile.url, blocked))
    return claims


async def look(client: Client, children: Children, claim: Claim, now: datetime) -> Finding:  # noqa: ARG001
    """Read the page and the other ends of its links. No database in here."""
    return Finding(claim, await Asking(client, children, claim.blocked).whose(claim.url))


@transaction.atomic
def settle(finding: Finding, now: datetime) -> None:
    """Write down what the page said; nothing if the lease went to another worker."""
    profile = Profile.objects.select_for_update().filter(pk=finding.claim.id, lease=finding.claim.lease).first()
    if profile is None:
        return
    said = finding.said
    profile.lease, profile.attempts, profile.looked_at, profile.due_at = "", 0, now, now + AGAIN
    profile.trouble = said.trouble[:300]
    if not said.trouble:
        _write(profile, said)
    profile.save()
    if profile.photo_url:
        icons.want(profile.photo_url, now)
    for refused in said.refused:
        leave_alone(refused, now)
    for tell in when_looked:
        tell(profile)


# ---- the steps


def _write(profile: Profile, said: Said) -> None:
    card: Mapping[str, str] = said.card
    profile.key = page_key(said.url or profile.url)
    profile.name = card.get("name", "")[:200]
    profile.site_name = said.site_name[:200]
    profile.note = card.get("note", "")[:500]
    profile.organisation = bool(card.get("organisation"))
    profile.photo_url = tidy(card.get("photo", "")) or tidy(said.icon)
    profile.links = [asdict(link) for link in said.links]
    profile.cut = said.cut
    profile.feeds = said.feeds
