"""From a raw document to a clean one: names, digests, window first, so that what is known is never cleaned."""

from __future__ import annotations

from functools import lru_cache
from struct import Struct
from typing import Any

from ..cleaning.addresses import join
from ..cleaning.plain import author_name, door, from_clean, from_kind, from_markup, shorten, squeeze
from ..parsed import ParsedEnclosure, ParsedEntry, ParsedFeed
from ..sanitize import Cleaned, clean_all
from . import dates, kinds, language, wishes
from .hashes import uid_hash
from .raw import RawEntry, RawFeed
from .uids import Named, name_all

MOST_ENTRIES = 2_000
MOST = 100
PAIR = Struct(">qq")


def complete(raw: RawFeed, url: str, window: bytes, now: float) -> ParsedFeed:
    """The clean document; of its entries only those that do not stand in `window` as they are."""
    site = join(raw.base or url, raw.link)
    raw.entries = newest(raw.entries)
    known = frozenset(PAIR.iter_unpack(window)) if len(window) % PAIR.size == 0 else frozenset()
    named = [(entry, uid, digest, (uid_hash(uid), digest)) for entry, uid, digest in name_all(raw, site or url)]
    fresh = [(entry, uid, digest) for entry, uid, digest, pair in named if pair not in known]
    return ParsedFeed(
        format=raw.format,
        title=shorten(from_kind(raw.title, raw.title_kind), 500),
        subtitle=shorten(from_kind(raw.subtitle, raw.subtitle_kind), 1000),
        site_url=site,
        self_url=join(raw.base or url, raw.self_url),
        hub_url=join(raw.base or url, raw.hub),
        language=language.declared(raw.language),
        icon_url=join(raw.base or site or url, raw.icon),
        kind=kinds.kind(raw, url),
        generator=shorten(squeeze(door(raw.generator)), 200),
        ttl=wishes.seconds(raw.ttl),
        skip_hours=wishes.hours(raw.skip_hours),
        skip_days=wishes.days(raw.skip_days),
        window=b"".join(PAIR.pack(*pair) for _, _, _, pair in named),
        entries=_entries(fresh, site, url, raw, now),
        new_feed_url=join(url, raw.new_feed_url),
        blogrolls=[address for address in (join(url, blogroll) for blogroll in raw.blogrolls) if address],
        parser=raw.parser,
    )


def newest(entries: list[RawEntry]) -> list[RawEntry]:
    """The 2,000 newest in document order; the first ones where dates do not tell."""
    if len(entries) <= MOST_ENTRIES:
        return entries
    moments = [dates.parse(entry.published or entry.updated) for entry in entries]
    order = sorted(range(len(entries)), key=lambda i: (-(moments[i] or 0.0), i))
    return [entries[i] for i in sorted(order[:MOST_ENTRIES])]


def _entries(fresh: list[Named], site: str, url: str, feed: RawFeed, now: float) -> list[ParsedEntry]:
    """Step by step for all of them: a sixth quicker than one entry after the other."""
    links = [join(entry.base or feed.base or site or url, entry.link) for entry, _, _ in fresh]
    bases = [entry.base or link or site or url for (entry, _, _), link in zip(fresh, links, strict=True)]
    cleaned = clean_all([entry.content for entry, _, _ in fresh], bases)
    texts = [from_clean(html) for html, _ in cleaned]
    spoken = [(entry.language, text) for (entry, _, _), (text, _) in zip(fresh, texts, strict=True)]
    languages = language.choose(feed.language, spoken)
    return [
        _entry(named, link, base, clean, counted, language_, now)
        for named, link, base, clean, counted, language_ in zip(
            fresh, links, bases, cleaned, texts, languages, strict=True
        )
    ]


def _entry(
    named: Named, link: str, base: str, cleaned: Cleaned, counted: tuple[str, int], spoken: str, now: float
) -> ParsedEntry:
    raw, uid, digest = named
    text, words = counted
    summary = from_markup(raw.summary) if raw.summary else ""
    authors = [(author_name(name), address) for name, address in raw.authors]
    return ParsedEntry(
        uid=uid,
        digest=digest,
        title=shorten(from_kind(raw.title, raw.title_kind), 500),
        link=link,
        author=shorten(", ".join(name for name, _ in authors[:5] if name), 300) if authors else "",
        html=cleaned.html,
        text=text,
        gist=shorten(summary or text),
        language=spoken,
        words=words,
        published=dates.believed(dates.parse(raw.published), now) if raw.published else None,
        updated=dates.believed(dates.parse(raw.updated), now) if raw.updated else None,
        terms=_terms(raw.terms) if raw.terms else [],
        enclosures=_enclosures(raw, base) if raw.enclosures else [],
        links=cleaned.links,
        extra=_extra(raw, base, text, summary, authors, uid),
    )


def _terms(terms: list[str]) -> list[str]:
    return list(dict.fromkeys(term for term in map(_term, terms[:MOST]) if term))


@lru_cache(maxsize=1024)
def _term(term: str) -> str:
    return from_kind(term, "maybe")[:200]


def _enclosures(raw: RawEntry, base: str) -> list[ParsedEnclosure]:
    found: dict[str, ParsedEnclosure] = {}
    for url, type_, length, duration, title in raw.enclosures[:MOST]:
        address = join(base, url)
        if address and address not in found:
            seconds = wishes.duration(duration) or wishes.duration(raw.extra.get("duration"))
            found[address] = ParsedEnclosure(
                address,
                squeeze(type_).lower()[:100],
                wishes.count(length),
                seconds,
                from_kind(title, "maybe")[:300],
            )
    return list(found.values())


_ADDRESSES = ("comments", "comments_feed", "image", "chapters", "in_reply_to")
_NUMBERS = ("comments_count", "episode", "season")


def _extra(
    raw: RawEntry, base: str, text: str, summary: str, authors: list[tuple[str, str]], uid: str
) -> dict[str, Any]:
    """What few entries have, with addresses made absolute and numbers made numbers."""
    extra: dict[str, Any] = _nested(raw.extra, base) if raw.extra else {}
    for key in _ADDRESSES if raw.extra else ():
        if key in raw.extra and (address := join(base, str(raw.extra[key]))):
            extra[key] = address
    for key in _NUMBERS if raw.extra else ():
        if key in raw.extra and (number := wishes.count(raw.extra[key])):
            extra[key] = number
    if summary and text and not text.startswith(summary.rstrip("….[] ")[:200]):
        extra["summary"] = shorten(summary, 2000)
    if len(authors) > 1:
        extra["authors"] = [{"name": name[:200], "url": join(base, url)} for name, url in authors[:MOST]]
    if raw.id and uid != raw.id and len(raw.id) > 255:
        extra["id"] = door(raw.id)[:5000]
    return extra


def _nested(found: dict[str, Any], base: str) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    transcripts = [{**part, "url": join(base, part["url"])} for part in found.get("transcripts", [])]
    if transcripts := [part for part in transcripts if part["url"]]:
        extra["transcripts"] = transcripts
    if persons := found.get("persons"):
        extra["persons"] = [
            {
                "name": squeeze(door(part["name"]))[:200],
                "role": squeeze(door(part["role"]))[:50],
                "url": join(base, part["url"]),
                "image": join(base, part["image"]),
            }
            for part in persons
        ]
    if source := found.get("source"):
        extra["source"] = {"title": from_kind(source["title"], "maybe")[:300], "url": join(base, source["url"])}
    return extra
