"""A site's icon: asked for once a site and week, a miss remembered for a month (MANNERS 27). Portraits likewise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, QuerySet

from . import rounds
from .answers import Failed, Fetched, Trouble
from .finding.typed import host_of, site_of, tidy
from .models import Feed, Host, Icon, Profile
from .parsed import FoundLink, ParsedPage

if TYPE_CHECKING:  # the web need not load them
    from .children import Children
    from .fetch import Client

when_kept: list[Callable[[Icon], None]] = []
"""Called with an icon that came, its content deferred, in the transaction that keeps it."""

ROUND = "icons"
AGAIN = timedelta(days=7)
AFTER_A_MISS = timedelta(days=30)
LARGEST = 100 * 2**10  # bytes of an icon
LARGEST_PORTRAIT = 300 * 2**10
LARGEST_PAGE = 2 * 2**20
ACCEPT = "image/png, image/webp, image/x-icon, image/*;q=0.5"

MAGIC = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
]


@dataclass(frozen=True, slots=True)
class Claim:
    """A site to be asked for its icon, or the address of a portrait."""

    id: int
    site: str

    @property
    def is_portrait(self) -> bool:
        return self.site != site_of(self.site)


@dataclass(frozen=True, slots=True)
class Finding:
    """The icon, or nothing."""

    claim: Claim
    content: bytes = b""
    media_type: str = ""


def due(now: datetime) -> bool:
    """Whether a site is to be asked, or it is time to see which."""
    return rounds.overdue(ROUND, now) or Icon.objects.filter(due_at__lte=now).exists()


@transaction.atomic
def claim(now: datetime, limit: int) -> list[Claim]:
    """Up to `limit` sites. Each is put off for a week before it is asked, so a lost worker bothers nobody twice."""
    if rounds.overdue(ROUND, now):
        rounds.begin(ROUND, now)
        gather(now)
    claims: list[Claim] = []
    for icon in Icon.objects.defer("content").filter(due_at__lte=now).order_by("due_at", "pk")[:limit]:
        still = Icon.objects.filter(pk=icon.pk, due_at=icon.due_at)
        blocked = Host.objects.filter(name=host_of(icon.site), blocked_until__gt=now).first()
        if blocked:
            still.update(due_at=blocked.blocked_until)
        elif still.update(asked_at=now, due_at=now + AGAIN):
            claims.append(Claim(icon.pk, icon.site))
    return claims


async def look(client: Client, children: Children, claim: Claim, now: datetime) -> Finding:  # noqa: ARG001
    """Ask the site's front page which icon it names, else for /favicon.ico: three requests at most."""
    if claim.is_portrait:
        return await keepable(client, claim, claim.site, LARGEST_PORTRAIT) or Finding(claim)
    answer = await client.get(f"{claim.site}/", limit=LARGEST_PAGE)
    if isinstance(answer, Failed) and answer.trouble is not Trouble.TOO_LARGE:
        return Finding(claim)
    links: list[FoundLink] = []
    if isinstance(answer, Fetched):
        page = await children.page(answer.url, answer.content_type, answer.body)
        links = page.links if isinstance(page, ParsedPage) else []
    for url in [*named(links)[:1], f"{claim.site}/favicon.ico"]:
        if found := await keepable(client, claim, url, LARGEST):
            return found
    return Finding(claim)


async def keepable(client: Client, claim: Claim, url: str, limit: int) -> Finding | None:
    """The bitmap at an address, within so many bytes."""
    image = await client.get(url, limit=limit, accept=ACCEPT)
    if isinstance(image, Fetched) and (media_type := image_type(image.body)):
        return Finding(claim, image.body, media_type)
    return None


@transaction.atomic
def settle(finding: Finding, now: datetime) -> None:
    """Keep the icon. After a miss an older one stays, and the site has its peace for a month."""
    icon = Icon.objects.filter(pk=finding.claim.id)
    if finding.content:
        icon.update(content=finding.content, media_type=finding.media_type)
        for kept in icon.defer("content"):
            for tell in when_kept:
                tell(kept)
    else:
        icon.filter(due_at__isnull=False).update(due_at=now + AFTER_A_MISS)


def want(portrait: str, now: datetime) -> None:
    """Somebody's portrait at this tidy address is asked for, unless it was."""
    Icon.objects.get_or_create(site=portrait, defaults={"due_at": now})


def of(feed: Feed) -> QuerySet[Icon]:
    """The icon of a feed's site, where there is one."""
    return Icon.objects.filter(site=site_of(feed.site_url or feed.url)).exclude(content=b"")


def named(links: list[FoundLink]) -> list[str]:
    """The icons a page names, bitmaps only, the plain one first."""
    icons = [link for link in links if "svg" not in link.type and not link.url.partition("?")[0].endswith(".svg")]
    plain = [link.url for link in icons if "icon" in link.rel.lower().split()]
    touch = [link.url for link in icons if link.rel.lower().startswith("apple-touch-icon")]
    return [url for found in plain + touch if (url := tidy(found))]


def image_type(content: bytes) -> str:
    """The media type its first bytes prove; empty for everything that is not a bitmap browsers show."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for magic, media_type in MAGIC if content.startswith(magic)), "")


def gather(now: datetime) -> None:
    """Sites of feeds somebody follows and portraits are asked for; those nobody follows any more are not."""
    followed = Feed.objects.filter(subscribers__gt=0, state=Feed.State.ACTIVE).values_list("site_url", "url")
    wanted = {site for site_url, url in followed if (site := site_of(site_url or url))}
    wanted |= set(
        Profile.objects.filter(due_at__isnull=False).exclude(photo_url="").values_list("photo_url", flat=True)
    )
    there = dict(Icon.objects.values_list("site", "due_at"))
    fresh = [Icon(site=site, due_at=now) for site in sorted(wanted - there.keys())]
    Icon.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    for site, due_at in there.items():
        if due_at is not None and site not in wanted:
            Icon.objects.filter(site=site).update(due_at=None)
        elif due_at is None and site in wanted:
            Icon.objects.filter(site=site).update(due_at=F("asked_at") + AFTER_A_MISS)
