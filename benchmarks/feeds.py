"""The farm's feeds: what each serves now, how it misbehaves, and what a reader should have of it."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import random
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from xml.sax.saxutils import quoteattr

import brotli  # type: ignore[import-untyped]

from .documents import BREAKERS, TYPES, Entry, Habit, make_entry, savable, write
from .words import Words, pick

KINDS = (("rss", 62), ("atom", 28), ("rdf", 6), ("json", 4))
VALIDATORS = (("both", 60), ("modified", 13), ("etag", 12), ("neither", 8), ("volatile", 7))
ENCODINGS = (("gzip", 60), ("br", 15), ("", 25))
ERRORS = ("500", "404", "410", "403")
FAULTS = ("slow", "hang", "error", "malformed", "redirect")
DAYS = 80  # between a feed's oldest entry and its newest


@dataclass(slots=True)
class Feed:
    """One feed: its habit, what it serves now, how it misbehaves."""

    key: str
    habit: Habit
    validators: str
    encoding: str
    fault: str  # empty, or one of FAULTS; error:500
    entries: list[tuple[int, int]]  # number and time, newest first; texts are made when written
    published: int  # entries there ever were
    headers: bytes = b""
    body: bytes = b""
    etag: bytes = b""
    modified: bytes = b""
    savable: int = 0

    def render(self, words: Words) -> None:
        """Write the document anew, with the validators that go with it."""
        entries: list[Entry] = [make_entry(words, self.key, number, at) for number, at in self.entries]
        document = write(self.habit, entries)
        self.savable = savable(document) if self.habit.broken else self.published
        self.etag = b'"' + hashlib.sha1(document).hexdigest()[:20].encode() + b'"'
        self.modified = formatdate(self.entries[0][1], usegmt=True).encode()
        lines = [b"Content-Type: " + TYPES[self.habit.kind].encode(), b"Vary: Accept-Encoding"]
        if self.validators in ("both", "etag"):
            lines.append(b"ETag: " + self.etag)
        if self.validators in ("both", "modified"):
            lines.append(b"Last-Modified: " + self.modified)
        self.headers = b"".join(line + b"\r\n" for line in lines)
        self.body = squeezed(document, self.encoding)

    def packed(self, accepted: bytes) -> tuple[bytes, bytes]:
        """Headers and body for whoever accepts these encodings."""
        if not self.encoding:
            return self.headers, self.body
        if self.encoding.encode() in accepted:
            return b"%sContent-Encoding: %s\r\n" % (self.headers, self.encoding.encode()), self.body
        return self.headers, gzip.decompress(self.body) if self.encoding == "gzip" else brotli.decompress(self.body)

    def is_known(self, asked: dict[bytes, bytes]) -> bool:
        """Whether the request repeats the validators of what is served now."""
        if self.validators in ("both", "etag") and b"if-none-match" in asked:
            return asked[b"if-none-match"] == self.etag
        return self.validators in ("both", "modified") and asked.get(b"if-modified-since") == self.modified


def squeezed(document: bytes, encoding: str) -> bytes:
    """The document as the feed's server always sends it."""
    if encoding == "gzip":
        return gzip.compress(document, 6, mtime=0)
    return bytes(brotli.compress(document, quality=5)) if encoding == "br" else document


@dataclass
class Farm:
    """All feeds, and what was asked of them."""

    options: argparse.Namespace
    feeds: list[Feed] = field(default_factory=list)
    stats: dict[str, Any] = field(default_factory=dict)
    rounds: int = 0  # of publishing

    def __post_init__(self) -> None:
        self.words = Words(self.options.seed)
        faults = spread_faults(self.options)
        self.feeds = [self.make(number, faults.get(number, "")) for number in range(self.options.feeds)]
        self.reset()

    def make(self, number: int, fault: str) -> Feed:
        """The feed with this number."""
        o = self.options
        r = random.Random(f"feed {o.seed} {number}")
        kind, validators, encoding = pick(r, KINDS), pick(r, VALIDATORS), pick(r, ENCODINGS)
        if validators == "volatile":
            encoding = ""  # its bytes differ each time
        broken = fault.partition(":")[2] if fault.startswith("malformed") else ""
        kind = "rss" if broken else kind
        site = f"http://127.30.{number // 250}.{number % 250 + 1}:{o.port}"
        habit = Habit(
            kind=kind,
            site=site,
            url=f"{site}/{'moved' if fault == 'redirect' else 'feed'}/{number}",
            title=self.words.sentence(r, 2, 5).rstrip("."),
            with_ids=kind != "rss" or r.random() > 0.05,
            whole=r.random() > 0.15,
            charset="iso-8859-1" if kind == "rss" and r.random() < 0.03 else "utf-8",
            broken=broken,
        )
        count = 10 + int(51 * r.random() ** 1.7)
        step = DAYS * 86400 // (count + 1)
        entries = [(k, o.now - 7200 - (count - 1 - k) * step - r.randrange(3600)) for k in reversed(range(count))]
        feed = Feed(f"{o.seed} {number}", habit, validators, encoding, fault, entries, count)
        feed.render(self.words)
        return feed

    def publish(self, share: float, k: int) -> dict[str, Any]:
        """New entries in a share of the healthy feeds; as many old ones leave."""
        self.rounds += 1
        healthy = [feed for feed in self.feeds if feed.fault in ("", "redirect")]
        chosen = random.Random(f"round {self.options.seed} {self.rounds}").sample(
            healthy, min(len(healthy), round(share * len(self.feeds)))
        )
        for feed in chosen:
            at = self.options.now - 3600 + 60 * self.rounds
            new = [(feed.published + j, at - (k - j)) for j in reversed(range(k))]
            feed.entries = [*new, *feed.entries][: max(k, len(feed.entries))]
            feed.published += k
            feed.render(self.words)
        return {"feeds": len(chosen), "entries": len(chosen) * k, **self.expected()}

    def expected(self) -> dict[str, int]:
        """What a reader that missed nothing has stored."""
        broken = [feed for feed in self.feeds if feed.habit.broken]
        dead = [feed for feed in self.feeds if feed.fault == "hang" or feed.fault.startswith("error")]
        clean = [feed for feed in self.feeds if feed not in broken and feed not in dead]
        return {
            "clean_feeds": len(clean),
            "clean_entries": sum(feed.published for feed in clean),
            "malformed_feeds": len(broken),
            "savable_entries": sum(feed.savable for feed in broken),
            "dead_feeds": len(dead),
        }

    def reset(self) -> None:
        self.stats = dict.fromkeys(("requests", "s200", "s304", "redirects", "errors", "hung", "slow", "other"), 0)
        self.stats |= {"first": None, "last": None}

    def opml(self) -> str:
        """All addresses as an OPML file, in ten folders."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<opml version="2.0"><head><title>The farm</title></head><body>',
        ]
        for folder in range(10):
            lines.append(f'<outline text="Folder {folder}">')
            lines += [outline(feed.habit) for feed in self.feeds[folder::10]]
            lines.append("</outline>")
        return "\n".join([*lines, "</body></opml>", ""])


def outline(habit: Habit) -> str:
    text = quoteattr(habit.title)
    return f'<outline type="rss" text={text} xmlUrl="{habit.url}" htmlUrl="{habit.site}/"/>'


def spread_faults(options: argparse.Namespace) -> dict[int, str]:
    """Which feed misbehaves how: shares of all feeds, shuffled."""
    numbers = list(range(options.feeds))
    random.Random(f"faults {options.seed}").shuffle(numbers)
    faults = {}
    for name in FAULTS:
        share = 0.0 if options.clean else getattr(options, name)
        for turn in range(round(share * options.feeds)):
            kinds = {"error": ERRORS, "malformed": tuple(BREAKERS)}.get(name)
            faults[numbers.pop()] = f"{name}:{kinds[turn % len(kinds)]}" if kinds else name
    return faults
