"""What stands beyond a feed: an entry's whole text, a podcast's chapters. Fetched when somebody asks, once for all.

An errand like icons and lookups: `look` has no database, `settle` makes no request. See docs/entry-page.md.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from .answers import Answer, Failed, Fetched, NotModified, Refused, Trouble
from .cleaning.addresses import join
from .cleaning.plain import door, squeeze
from .finding.typed import host_of, tidy
from .lookups import leave_alone
from .models import Beyond, Entry, Host
from .parsed import NotParsed

if TYPE_CHECKING:  # the web need not load them
    from .children import Children
    from .fetch import Client

TEXT, CHAPTERS = Beyond.What.TEXT, Beyond.What.CHAPTERS
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3  # begun and never finished
AGAIN = timedelta(hours=1)  # after trouble, before anybody may ask once more
PACE = timedelta(seconds=3)  # between two wishes at one host
LARGEST = 4 * 2**20  # bytes of a page
LARGEST_CHAPTERS = 512 * 2**10
MOST_CHAPTERS = 500
ACCEPT = {
    TEXT: "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    CHAPTERS: "application/json+chapters, application/json;q=0.9, */*;q=0.1",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A wish this worker may fulfil until its lease ends."""

    id: int
    lease: str
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of it, or `trouble`, a sentence."""

    claim: Claim
    html: str = ""
    words: int = 0
    chapters: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""
    refused: Refused | None = None


def address_of(entry: Entry, what: str) -> str:
    """Where it would be; empty where there is none."""
    return tidy(entry.link if what == TEXT else str(entry.body.extra.get("chapters", "")))


@transaction.atomic
def wish(entry: Entry, what: str, now: datetime) -> Beyond | None:
    """Somebody asks. What is here or on its way is not asked for twice; trouble is tried again after an hour."""
    url = address_of(entry, what)
    if not url:
        return None
    there, made = Beyond.objects.select_for_update().get_or_create(
        entry=entry, what=what, defaults={"url": url, "asked_at": now, "due_at": now}
    )
    if not made and there.due_at is None and (there.url != url or may_try_again(there, now)):
        there.url, there.asked_at, there.due_at, there.attempts = url, now, now, 0
        there.save(update_fields=["url", "asked_at", "due_at", "attempts"])
    return there


def may_try_again(there: Beyond, now: datetime) -> bool:
    return bool(there.trouble) and there.asked_at <= now - AGAIN


# ---- the errand


def due(now: datetime) -> bool:
    """Whether anybody waits."""
    return Beyond.objects.filter(due_at__lte=now).exists()


@transaction.atomic
def claim(now: datetime, limit: int) -> list[Claim]:
    """Up to `limit` wishes, one a host; others of the same host follow at a walking pace."""
    claims: list[Claim] = []
    hosts: dict[str, int] = {}
    for row in Beyond.objects.defer("html").filter(due_at__lte=now).order_by("due_at", "pk")[: limit * 4]:
        if len(claims) == limit:
            break
        still = Beyond.objects.filter(pk=row.pk, due_at=row.due_at, lease=row.lease)
        host = host_of(row.url)
        if Host.objects.filter(name=host, blocked_until__gt=now).exists():
            still.update(
                due_at=None, lease="", trouble=_("The site has asked this server to wait. Try again later.")
            )
        elif row.attempts >= MOST_ATTEMPTS:
            still.update(
                due_at=None, lease="", trouble=_("Fetching it went wrong three times, so it was given up.")
            )
        elif hosts.get(host):
            still.update(due_at=now + PACE * hosts[host], lease="")
            hosts[host] += 1
        else:
            lease = secrets.token_hex(16)
            if still.update(due_at=now + LEASE, lease=lease, attempts=row.attempts + 1):
                hosts[host] = 1
                claims.append(Claim(row.pk, lease, row.what, row.url))
    return claims


async def look(client: Client, children: Children, claim: Claim, now: datetime) -> Finding:  # noqa: ARG001
    """One request."""
    limit = LARGEST if claim.what == TEXT else LARGEST_CHAPTERS
    answer = await client.get(claim.url, limit=limit, accept=ACCEPT[Beyond.What(claim.what)])
    if not isinstance(answer, Fetched):
        asked_to_wait = isinstance(answer, Refused) and answer.status == 429
        return Finding(claim, trouble=why_not(answer), refused=answer if asked_to_wait else None)  # type: ignore[arg-type]
    if claim.what == CHAPTERS:
        return chapters_in(claim, answer)
    if "html" not in answer.content_type and b"<html" not in answer.body[:5000].lower():
        return Finding(claim, trouble=_("At the address is a file, not a page with a text."))
    article = await children.article(answer.url, answer.content_type, answer.body)
    if isinstance(article, NotParsed):
        return Finding(claim, trouble=str(_(article.why)))
    return Finding(claim, article.html, article.words)


@transaction.atomic
def settle(finding: Finding, now: datetime) -> None:
    """Write down what came; nothing if the lease went to another. After trouble, what was here before stays."""
    row = Beyond.objects.filter(pk=finding.claim.id, lease=finding.claim.lease)
    if finding.trouble:
        row.update(due_at=None, lease="", attempts=0, trouble=finding.trouble[:300])
    else:
        row.update(
            due_at=None,
            lease="",
            attempts=0,
            trouble="",
            came_at=now,
            html=finding.html,
            words=finding.words,
            chapters=finding.chapters,
        )
    if finding.refused:
        leave_alone(finding.refused, now)


# ---- chapters


class Chapter(msgspec.Struct):
    """As podcasts write them (Podcast Namespace, JSON Chapters)."""

    startTime: float = 0.0
    title: str = ""
    url: str = ""
    toc: bool = True


class Chapters(msgspec.Struct):
    chapters: list[Chapter] = []


def chapters_in(claim: Claim, answer: Fetched) -> Finding:
    """The chapters of a document, in the order of their time."""
    try:
        read = msgspec.json.decode(answer.body, type=Chapters, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Finding(claim, trouble=_("There is something at the address, but no chapters one can read."))
    shown = [each for each in read.chapters if each.toc and each.title.strip() and 0 <= each.startTime < 1e6]
    chapters = [
        {"start": int(each.startTime), "title": squeeze(door(each.title))[:300], "url": join(answer.url, each.url)}
        for each in sorted(shown, key=lambda each: each.startTime)[:MOST_CHAPTERS]
    ]
    return Finding(claim, chapters=chapters, trouble="" if chapters else _("The list of chapters is empty."))


def why_not(answer: Answer) -> str:
    """Why it could not be had."""
    match answer:
        case Refused(status=404 | 410):
            return _("It is not there any more.")
        case Refused(status=401 | 402 | 403 | 451):
            return _("The site gives it only to people, or only to its subscribers. Read it there.")
        case Refused(status=429 | 503):
            return _("The site asks to be left alone for now. Try again later.")
        case Refused(status=status) if status >= 500:
            return _("The site is in trouble at the moment. Try again later.")
        case Failed(trouble=Trouble.TIMEOUT):
            return _("The site did not answer in time. Try again later.")
        case Failed(why=why):
            return why
        case NotModified() | Refused() | Fetched():
            pass
    return _("The site gave an answer that is of no use here.")
