"""Any address → the feeds behind it: by what the address tells, what its page names, and at last by looking."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..answers import Answer, Failed, Fetched, Refused, Trouble
from ..parsed import NotParsed, ParsedFeed, ParsedPage
from . import excuses
from .candidates import Candidate, Why, kind_of, linked, named, ordered
from .places import Known, Place, by_maker, recognise, well_known
from .typed import NoAddress, Typed, host_of, normalise, tidy, with_www

if TYPE_CHECKING:  # the web need not load them
    from ..children import Children
    from ..fetch import Client

PAGE_TYPE = re.compile(r"\s*($|text/|application/(xhtml|xml|json|[\w.-]+\+(xml|json)))", re.IGNORECASE)
Document = tuple[Fetched, ParsedFeed]

MOST_READ = 3  # links that are read to be sure before others are believed
SMALL = 2**20  # bytes of a document that only names a feed
SUPPOSED_SECONDS = 10.0  # for an https that was only supposed: some hosts let such connections hang
NO_HTTPS = (Trouble.CONNECT, Trouble.TLS, Trouble.TIMEOUT, Trouble.PROTOCOL)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found: candidates with the sensible one first, or a sentence that says what would help.

    `document` belongs to the first candidate: it was read on the way, so nobody need ask for it again.
    """

    address: str
    title: str = ""  # of the page or feed
    candidates: list[Candidate] = field(default_factory=list)
    document: Document | None = None
    places: list[str] = field(default_factory=list)  # rel=me: where else the page's owner says to be
    error: str = ""
    reached: bool = True  # false where no page could be had at all
    refused: Refused | None = None  # somebody asked us to stay away for a while


async def discover(
    client: Client, children: Children, address: str, now: datetime, known: Collection[str] = ()
) -> Discovery:
    """Find the feeds of an address as typed. `known` feeds are believed without being asked again.

    `known` must hold all feeds of the address' own host: others there are read to be sure. Asks for at most one
    page and the few addresses that stand to reason, each once; never raises for what a server does.
    """
    typed = normalise(address)
    if isinstance(typed, NoAddress):
        return Discovery(address, error=typed.why)
    if typed.url in known:
        return Discovery(typed.url, candidates=[Candidate(typed.url, why=Why.ITSELF, verified=True)])
    return await Search(client, children, now, known, with_www(typed.url)).find(typed)


@dataclass(frozen=True, slots=True)
class Tried:
    """What asking for a supposed feed brought: a candidate with its document, or neither."""

    candidate: Candidate | None = None
    document: Document | None = None
    busy: bool = False  # it asks to come back later: it may well be a feed
    hopeless: bool = False  # the host is down, busy or slow: ask it nothing more


@dataclass
class Search:
    """One search; remembers what it has asked for."""

    client: Client
    children: Children
    now: datetime
    known: Collection[str]
    own_hosts: Collection[str]
    answers: dict[str, Answer] = field(default_factory=dict)
    refused: Refused | None = None

    async def find(self, typed: Typed) -> Discovery:
        """By the address alone if it can be, else by its page."""
        place = recognise(typed.url)
        if place and place.has_none:
            return Discovery(typed.url, error=excuses.has_none(place))
        found = await self.by_place(typed.url, place) or await self.by_page(typed, place)
        return replace(found, refused=self.refused)

    # ---- by what the address tells

    async def by_place(self, url: str, place: Place | None) -> Discovery | None:
        """The feeds that follow from the address: the first that answers, and the others as choices."""
        if place is None:
            return None
        feeds = place.feeds
        if place.api and not feeds:
            feeds = [Known(named_url, place.kind) for named_url in await self.by_api(place)]
        for at, feed in enumerate(feeds):
            tried = await self.read(feed.url, feed.kind, Why.PLACE)
            if tried.candidate or tried.busy:
                first = tried.candidate or Candidate(feed.url, kind=feed.kind, why=Why.PLACE)
                others = [Candidate(more.url, kind=more.kind, why=Why.PLACE) for more in feeds[at + 1 :]]
                return Discovery(url, first.title, [first, *others], tried.document)
        return None

    async def by_api(self, place: Place) -> list[str]:
        """What a place's small document names."""
        if place.api in self.answers:
            return []
        answer = await self.ask(place.api, limit=SMALL)
        return (
            [url for said in place.read(answer.body) if (url := tidy(said))] if isinstance(answer, Fetched) else []
        )

    # ---- by what the page says

    async def by_page(self, typed: Typed, place: Place | None) -> Discovery:
        """Read what is there; where https was only supposed, http too."""
        patience = None if typed.sure_of_scheme else SUPPOSED_SECONDS
        asked, answer = typed.url, await self.ask(typed.url, seconds=patience)
        if isinstance(answer, Failed) and answer.trouble in NO_HTTPS and not typed.sure_of_scheme:
            plain = typed.url.replace("https://", "http://", 1)
            other = await self.ask(plain)
            asked, answer = (plain, other) if isinstance(other, Fetched | Refused) else (asked, answer)
        if not isinstance(answer, Fetched):
            elsewhere = await self.by_account(typed.url, place)
            return elsewhere or Discovery(typed.url, error=excuses.no_answer(answer), reached=False)
        return await self.in_answer(answer.moved_to or asked, answer, place)

    async def in_answer(self, asked: str, answer: Fetched, place: Place | None) -> Discovery:
        """A feed, a page, or neither."""
        parsed = await self.children.feed(answer.url, answer.content_type, answer.body, now=self.now.timestamp())
        if isinstance(parsed, NotParsed) and parsed.gave_up:
            return Discovery(asked, error=excuses.not_read(answer.url))
        document = (answer, parsed) if isinstance(parsed, ParsedFeed) else None
        if document and document[1].format != "h-feed":
            candidate = _read(asked, document[1], Why.ITSELF)
            return Discovery(asked, candidate.title, [candidate], document)
        page = await self.children.page(answer.url, answer.content_type, answer.body)
        if not isinstance(page, ParsedPage) or not PAGE_TYPE.match(answer.content_type):
            return Discovery(asked, error=excuses.no_page(answer.url, answer.content_type))
        landed = recognise(answer.url)
        if landed and landed.has_none:
            return Discovery(asked, error=excuses.has_none(landed))
        found = await self.by_place(answer.url, landed) if landed != place else None
        found = found or await self.on_page(answer, page, landed or place, document)
        places = list(dict.fromkeys(link.url for link in page.links if "me" in link.rel.lower().split()))
        return replace(found, title=page.title or found.title, places=places)

    async def on_page(
        self, answer: Fetched, page: ParsedPage, place: Place | None, marked_up: Document | None
    ) -> Discovery:
        """The feeds a page names; without any its links, its own mark-up and the usual places, in this order."""
        said = place.read(answer.body) if place and not place.api else []
        candidates = [Candidate(url, kind=kind_of(url), why=Why.PLACE) for url in said]
        candidates, document = await self.confirmed(ordered(candidates + named(page, answer.links), answer.url))
        itself = [_read(answer.url, marked_up[1], Why.MARKED_UP)] if marked_up else []
        if any(not candidate.is_comments for candidate in candidates):
            return Discovery(answer.url, candidates=candidates + itself, document=document)
        tried = await self.first_of(ordered(linked(page), answer.url)[:MOST_READ])
        if tried.candidate is None and itself:
            tried = Tried(itself[0], marked_up)
        if tried.candidate is None and not tried.hopeless:
            tried = await self.first_of(_guesses(answer.url, page, place))
        if tried.candidate:
            return Discovery(answer.url, candidates=[tried.candidate, *candidates], document=tried.document)
        if elsewhere := await self.by_account(answer.url, place):
            return elsewhere
        error = "" if candidates else excuses.nothing_there(answer.url, place)
        return Discovery(answer.url, candidates=candidates, error=error)

    async def confirmed(self, candidates: list[Candidate]) -> tuple[list[Candidate], Document | None]:
        """Read the first, which costs its publisher no more than the first poll; what is no feed falls away."""
        for at, first in enumerate(candidates[:MOST_READ]):
            if first.is_comments or host_of(first.url) not in self.own_hosts:
                return candidates[at:], None
            tried = await self.read(first.url, first.kind, first.why)
            if tried.candidate:
                sure = replace(tried.candidate, title=first.title or tried.candidate.title)
                return [sure, *candidates[at + 1 :]], tried.document
            if tried.hopeless:
                return candidates[at:], None
        return candidates[MOST_READ:], None

    async def by_account(self, url: str, place: Place | None) -> Discovery | None:
        """An account whose profile is on another host than its name says (WebFinger, RFC 7033)."""
        if place is None or place.name != "fediverse" or not place.api:
            return None
        for profile in await self.by_api(place):
            elsewhere = recognise(profile)
            if profile != url and elsewhere and elsewhere.name == "fediverse":
                return await self.by_place(profile, replace(elsewhere, api=""))
        return None

    # ---- asking

    async def first_of(self, supposed: Iterable[Candidate]) -> Tried:
        """Ask for one after the other until one is a feed."""
        for candidate in supposed:
            tried = await self.read(candidate.url, candidate.kind, candidate.why)
            if tried.candidate or tried.hopeless:
                return tried
        return Tried()

    async def read(self, url: str, kind: str, why: str) -> Tried:
        """Ask for what should be a feed."""
        if url in self.known:
            return Tried(Candidate(url, kind=kind, why=why, verified=True))
        if url in self.answers:
            return Tried()
        answer = await self.ask(url)
        if not isinstance(answer, Fetched):
            return Tried(busy=_is_busy(answer), hopeless=_is_hopeless(answer))
        parsed = await self.children.feed(answer.url, answer.content_type, answer.body, now=self.now.timestamp())
        if not isinstance(parsed, ParsedFeed) or parsed.format == "h-feed":
            return Tried()
        candidate = _read(answer.moved_to or url, parsed, why)
        return Tried(replace(candidate, kind=kind if kind != "blog" else candidate.kind), (answer, parsed))

    async def ask(self, url: str, limit: int | None = None, seconds: float | None = None) -> Answer:
        answer = await self.client.get(url, limit=limit, seconds=seconds)
        self.answers[url] = answer
        if isinstance(answer, Refused) and answer.status == 429:  # the host is told to wait in lookups.settle
            self.refused = answer
        return answer


def _read(url: str, parsed: ParsedFeed, why: str) -> Candidate:
    """A candidate that was read."""
    url = tidy(url) or url
    kind = kind_of(url, parsed.title, parsed.kind)
    return Candidate(url, parsed.title, kind if parsed.kind == "blog" else parsed.kind, parsed.format, why, True)


def _guesses(url: str, page: ParsedPage, place: Place | None) -> list[Candidate]:
    """Where a page that names no feed may have one, likeliest first."""
    known = place.guesses if place else []
    guesses = [Candidate(feed.url, kind=feed.kind, why=Why.GUESSED) for feed in known]
    if place and place.is_sure:
        return guesses
    more = by_maker(page.generator, url) + well_known(url)
    return guesses + [Candidate(more_url, why=Why.GUESSED) for more_url in dict.fromkeys(more)]


def _is_busy(answer: Answer) -> bool:
    return isinstance(answer, Refused) and answer.status in (429, 503)


def _is_hopeless(answer: Answer) -> bool:
    """Whether the host had better not be asked for anything else now."""
    match answer:
        case Refused(status=status):
            return status == 429 or status >= 500
        case Failed(trouble=trouble):
            return trouble not in (Trouble.TOO_LARGE, Trouble.CUT_SHORT, Trouble.LOOP, Trouble.DOWNGRADE)
    return False
