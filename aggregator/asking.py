"""Asking a page whose it is, and the pages it names whether they name it too. Makes requests; no database."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from .answers import Answer, Failed, Fetched, NotModified, Refused, Trouble
from .finding import excuses
from .finding.candidates import named, ordered
from .finding.places import recognise
from .finding.relme import worth_asking
from .finding.typed import host_of, tidy
from .parsed import FoundLink, ParsedPage, ParsedProfile
from .spelling import is_one_of, page_spelling

if TYPE_CHECKING:  # the web need not load them
    from .children import Children
    from .fetch import Client

LONGEST = 150.0  # seconds for one page and all it names, under the lease
AT_ONCE = 4  # of the pages it names
LARGEST = 2 * 2**20  # bytes of a page
MOST_DETOURS = 5  # links back that only a redirect may lead to the page
MOST_FEEDS = 5  # of one page
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

MUTUAL, ONE_WAY, UNREACHED, GONE, UNSAFE = "mutual", "one_way", "unreached", "gone", "unsafe"


@dataclass(frozen=True, slots=True)
class Link:
    """A place the page says its owner is at, and what is said there."""

    url: str
    name: str = ""  # what the link is called
    says: str = UNREACHED  # mutual: it names the page too; one_way: it does not; unreached; gone; unsafe
    why: str = ""  # it could not be asked, a sentence
    feeds: list[dict[str, str]] = field(default_factory=list)  # {url, title, kind}


@dataclass(frozen=True, slots=True)
class Said:
    """What a page said; or `trouble`, a sentence."""

    url: str = ""  # where it was found
    trouble: str = ""
    card: dict[str, str] = field(default_factory=dict)
    site_name: str = ""
    icon: str = ""  # a large one, as phones want it
    links: list[Link] = field(default_factory=list)
    cut: int = 0
    feeds: list[dict[str, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)  # hosts that asked us to stay away for a while


@dataclass(frozen=True, slots=True)
class Read:
    """A page that could be read, with all its rel=me links."""

    answer: Fetched
    profile: ParsedProfile

    @property
    def me(self) -> list[FoundLink]:
        """Of the page and of the answer's Link headers."""
        headers = [FoundLink(url, "me") for rel, url, _type in self.answer.links if rel == "me"]
        return [*self.profile.me, *headers]

    @property
    def feeds(self) -> list[dict[str, str]]:
        """The feeds of the page; at places where they follow from the address, those."""
        found = ordered(named(self.profile.page, self.answer.links), self.answer.url)
        feeds = [{"url": c.url, "title": c.title, "kind": c.kind} for c in found if not c.is_comments]
        return (feeds or known_feeds(self.answer.url))[:MOST_FEEDS]


@dataclass
class Asking:
    """One page and its other ends; remembers where its links back were led."""

    client: Client
    children: Children
    blocked: Collection[str] = ()
    refused: list[Refused] = field(default_factory=list)
    detours: dict[str, str] = field(default_factory=dict)  # a link back → where it leads

    async def whose(self, url: str) -> Said:
        """Read the page and ask the places it names; what is not back in time counts as not reached."""
        links: dict[str, Link] = {}
        said = Said(url, trouble=excuses.out_of_time(url))
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST):
                home = await self.read(url)
                if isinstance(home, str):
                    return Said(url, trouble=home, refused=self.refused)
                said, own, asked = self.first(url, home)
                links |= {link.url: Link(link.url, link.title, why=_out_of_time()) for link in asked}
                await self.all_of(asked, own, links)
        said.links.extend(links.values())
        return said

    def first(self, url: str, home: Read) -> tuple[Said, set[str], list[FoundLink]]:
        """What the page itself says, how it may be spelled, and which links are asked."""
        page, answer = home.profile.page, home.answer
        own = {page_spelling(each) for each in (url, answer.url, answer.moved_to) if each}
        asked, cut = worth_asking(home.me, own)
        asked = [FoundLink(tidy(link.url), "me", "", link.title) for link in asked]
        name = page.meta.get("og:site_name") or page.meta.get("author") or page.meta.get("application-name", "")
        said = Said(answer.url, "", home.profile.card, name, large_icon(page), [], cut, home.feeds, self.refused)
        return said, own, asked

    async def all_of(self, asked: Collection[FoundLink], own: set[str], links: dict[str, Link]) -> None:
        """Ask a few at a time; each answer stands in `links` as soon as it is there."""
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(link: FoundLink) -> None:
            async with room:
                links[link.url] = await self.other_end(link, own)

        async with asyncio.TaskGroup() as group:
            for link in asked:
                group.create_task(ask(link))

    async def other_end(self, link: FoundLink, own: set[str]) -> Link:
        """Whether the page at the other end names ours."""
        if host_of(link.url) in self.blocked:
            return Link(link.url, link.title, why=excuses.asked_to_wait(link.url), feeds=known_feeds(link.url))
        answer = await self.fetch(link.url)
        if isinstance(answer, Failed) and answer.trouble is Trouble.UNSAFE:
            return Link(link.url, link.title, UNSAFE, answer.why)
        read = await self.understood(answer)
        if isinstance(answer, Refused) and answer.status in (404, 410):
            return Link(link.url, link.title, GONE, why_not(answer))
        if isinstance(read, str):
            return Link(link.url, link.title, UNREACHED, read, known_feeds(link.url))
        back = [each.url for each in read.me]
        mutual = is_one_of(back, own) or await self.by_detour(back, own, read.answer.url)
        return Link(link.url, link.title, MUTUAL if mutual else ONE_WAY, feeds=read.feeds)

    async def by_detour(self, back: Collection[str], own: set[str], at: str) -> bool:
        """Whether a link back leads to our page by a redirect, as short addresses do."""
        for url in back:
            if url not in self.detours and len(self.detours) < MOST_DETOURS and self.may_lead_away(url, at):
                self.detours[url] = ""
                answer = await self.fetch(url)
                self.detours[url] = answer.url if isinstance(answer, Fetched) else ""
            if is_one_of([self.detours.get(url, "")], own):
                return True
        return False

    def may_lead_away(self, url: str, at: str) -> bool:
        """Whether asking for a link back can be worth it: well-known places lead to themselves."""
        host = host_of(url)
        secret = "@" in urlsplit(tidy(url)).netloc
        return bool(host) and not secret and host not in (*self.blocked, host_of(at)) and not recognise(url)

    async def read(self, url: str) -> Read | str:
        """The page, or why there is none."""
        return await self.understood(await self.fetch(url))

    async def understood(self, answer: Answer) -> Read | str:
        """A page that came, read in a child; or why it is none, a sentence."""
        if not isinstance(answer, Fetched):
            return why_not(answer)
        profile = await self.children.profile(answer.url, answer.content_type, answer.body)
        return Read(answer, profile) if isinstance(profile, ParsedProfile) else str(_(profile.why))

    async def fetch(self, url: str) -> Answer:
        """One request, in a task of its own, which gives back the place a large body takes when it ends."""
        answer = await asyncio.create_task(self.client.get(url, limit=LARGEST, accept=ACCEPT))
        if isinstance(answer, Refused) and answer.status == 429:
            self.refused.append(answer)
        return answer


def large_icon(page: ParsedPage) -> str:
    """The icon phones put on their first page: large and square; drawings are none of ours (icons.py)."""
    touch = (link.url for link in page.links if link.rel == "apple-touch-icon")
    return next((url for url in touch if not url.partition("?")[0].endswith(".svg")), "")


def known_feeds(url: str) -> list[dict[str, str]]:
    """The feeds that follow from the address of a well-known place."""
    place = recognise(url)
    return [{"url": each.url, "title": "", "kind": each.kind} for each in (place.feeds[:1] if place else [])]


def why_not(answer: Refused | Failed | NotModified) -> str:
    """Why a page could not be read."""
    match answer:
        case Refused(status=404 | 410):
            return _("There is no page at that address.")
        case Refused(status=429 | 503):
            return _("It asks to be left alone for now.")
        case Refused(status=status) if status >= 500:
            return _("It is in trouble at the moment.")
        case Refused():
            return _("It does not let programs read the page.")
        case Failed(why=why):
            return why
    return _("It gave an answer that is of no use here.")


def _out_of_time() -> str:
    return _("There was no time left to ask.")
