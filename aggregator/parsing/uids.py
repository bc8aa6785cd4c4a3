"""What an entry is known by from poll to poll: its id, else its link, else a digest of what it says."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

from ..cleaning.addresses import join
from ..cleaning.plain import author_name, door, from_kind, squeeze
from . import dates
from .hashes import content_digest
from .raw import TEXT, RawEntry, RawFeed

LONGEST = 255

Named = tuple[RawEntry, str, int]  # an entry, its uid, the digest of its content


def name_all(feed: RawFeed, base: str) -> list[Named]:
    """Each entry with its uid and the digest of its content, in document order, no uid twice."""
    worthless = _worthless_ids(feed.entries)
    shared = _shared_links(feed.entries, worthless)
    found: dict[str, Named] = {}
    for entry in feed.entries:
        entry.title, entry.title_kind = from_kind(entry.title, entry.title_kind), TEXT
        name = _uid(entry, base, worthless, shared)
        other = found.get(name)
        if other is None or _newer(entry, other[0]):
            found[name] = (entry, name, digest(entry))
    return list(found.values())


def digest(entry: RawEntry) -> int:
    """64 bits of what the publisher sent; blank space at the ends, counts and dates do not make an edit."""
    return content_digest(
        (
            entry.title,
            entry.link.strip(),
            entry.content.strip(),
            *(author_name(name) for name, _ in entry.authors),
            *(enclosure.url for enclosure in entry.enclosures),
            *dict.fromkeys(entry.terms),
        )
    )


def _uid(entry: RawEntry, base: str, worthless: bool, shared: frozenset[str]) -> str:
    if entry.id and not worthless and (name := squeeze(door(entry.id))):
        return _fitting(name)
    if entry.link and entry.link not in shared and (link := join(entry.base or base, entry.link)):
        return _fitting(link)
    said = (entry.link, entry.title, "" if entry.title else entry.content)
    return "digest:" + blake2b("\x1f".join(said).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _fitting(name: str) -> str:
    """The name, or a hash of it when the table's column cannot hold it."""
    if len(name) <= LONGEST:
        return name
    return "hash:" + blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _worthless_ids(entries: list[RawEntry]) -> bool:
    """Whether all entries bear one id though they lead to different places: then it names none of them."""
    if len(entries) < 3 or not entries[0].id:
        return False
    first = entries[0].id
    return all(entry.id == first for entry in entries) and len({entry.link for entry in entries}) == len(entries)


def _shared_links(entries: list[RawEntry], worthless: bool) -> frozenset[str]:
    """Links of more than one entry without id but with different titles: they name none of them."""
    nameless = {(entry.link, entry.title) for entry in entries if entry.link and (worthless or not entry.id)}
    if len(nameless) < 2:
        return frozenset()
    counts = Counter(link for link, _ in nameless)
    return frozenset(link for link, count in counts.items() if count > 1)


def _newer(entry: RawEntry, other: RawEntry) -> bool:
    mine = dates.parse(entry.updated or entry.published)
    its = dates.parse(other.updated or other.published)
    return mine is not None and its is not None and mine > its
