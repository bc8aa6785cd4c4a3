"""One visit to one feed, from asking to knowing what was said; no database in here."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from .answers import Answer, Failed, Fetched, NotModified, Refused, Trouble
from .parsed import NotParsed, ParsedFeed
from .rhythm import Rhythm
from .schedule import History, Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from .children import Children
    from .fetch import Client

REFUSALS = {
    401: Outcome.FORBIDDEN,
    402: Outcome.FORBIDDEN,
    403: Outcome.FORBIDDEN,
    404: Outcome.MISSING,
    410: Outcome.GONE,
    429: Outcome.BUSY,
    451: Outcome.FORBIDDEN,
    503: Outcome.UNAVAILABLE,
}
TROUBLES = {
    Trouble.TOO_LARGE: Outcome.TOO_LARGE,
    Trouble.CUT_SHORT: Outcome.CUT_SHORT,
    Trouble.UNSAFE: Outcome.UNSAFE,
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A feed this worker may visit until its lease ends, and what is remembered of it."""

    url: str
    host: str
    lease: str
    subscribers: int
    etag: str
    last_modified: str
    body_digest: bytes
    window: bytes
    entry_count: int
    last_entry: int
    rhythm: Rhythm
    history: History

    @property
    def id(self) -> int:
        return self.history.id


@dataclass(frozen=True, slots=True)
class Visited:
    """What a visit brought. `parsed` and `body_digest` only when the body was read and differs from the last."""

    feed: Claimed
    at: datetime
    answer: Answer
    outcome: Outcome
    why: str = ""
    parsed: ParsedFeed | None = None
    body_digest: bytes | None = None


async def visit(client: Client, children: Children, feed: Claimed, now: datetime) -> Visited:
    """Ask for the feed and read what comes. Never raises for what a publisher does."""
    answer = await client.get(
        feed.url, etag=feed.etag, last_modified=feed.last_modified, subscribers=feed.subscribers
    )
    if not isinstance(answer, Fetched):
        outcome, why = judge(answer)
        return Visited(feed, now, answer, outcome, why)
    digest = digest_of(answer.body)
    if digest == feed.body_digest:
        return Visited(feed, now, without_body(answer), Outcome.SAME)
    parsed = await children.feed(
        answer.url, answer.content_type, answer.body, window=feed.window, now=now.timestamp()
    )
    size = without_body(answer)
    if isinstance(parsed, NotParsed):
        return Visited(feed, now, size, Outcome.NOT_A_FEED, parsed.why)
    outcome = Outcome.NEW if parsed.entries else Outcome.SAME
    return Visited(feed, now, size, outcome, parsed=parsed, body_digest=digest)


def judge(answer: NotModified | Refused | Failed) -> tuple[Outcome, str]:
    """An answer without a body: what came of it, and the sentence for a person."""
    match answer:
        case NotModified():
            return Outcome.NOT_MODIFIED, ""
        case Refused(status=status):
            return REFUSALS.get(status, Outcome.BROKEN), f"HTTP {status}"
        case Failed(trouble=trouble, why=why):
            return TROUBLES.get(trouble, Outcome.BROKEN), why


def digest_of(body: bytes) -> bytes:
    """16 bytes that tell one body from another."""
    return blake2b(body, digest_size=16).digest()


def without_body(answer: Fetched) -> Fetched:
    """The answer for the record: many are kept until their group is written, their bodies need not be."""
    return Fetched(
        answer.url,
        answer.status,
        b"",
        answer.content_type,
        answer.etag,
        answer.last_modified,
        answer.max_age,
        answer.moved_to,
        answer.links,
        answer.milliseconds,
        len(answer.body),
    )
