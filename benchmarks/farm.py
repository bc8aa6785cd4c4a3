"""A farm of feeds on loopback addresses: `python -m benchmarks.farm --feeds 1000 --port 8220 --opml farm.opml`.

Each feed has an address of its own (127.30.x.y), so that manners towards one host hold nobody up. Bodies,
validators and faults follow from --seed and --now alone. Prints one line of JSON when it is ready. GET /_stats
says what was asked and what there is to store; POST /_control takes {"publish": {"share": 0.1, "k": 3}} and
{"reset_stats": true}.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import gzip
import hashlib
import json
import random
import signal
import socket
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
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


class Door(asyncio.Protocol):
    """One connection."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, rest = self.received.partition(b"\r\n\r\n")
        if not end:
            return
        first, *lines = head.split(b"\r\n")
        asked = {key.lower(): value.strip() for key, _, value in (line.partition(b":") for line in lines)}
        length = int(asked.get(b"content-length", b"0"))
        if len(rest) < length:
            return
        self.received = rest[length:]
        path = first.split(b" ")[1].decode("latin-1")
        if path.startswith("/_"):
            self.answer(b"200 OK", b"Content-Type: application/json\r\n", self.control(path, rest[:length]))
        else:
            self.serve(path, asked)

    def control(self, path: str, body: bytes) -> bytes:
        """What whoever measures asks for."""
        said: dict[str, Any] = {}
        wish = json.loads(body or b"{}")
        if "publish" in wish:
            said = self.farm.publish(**wish["publish"])
        if wish.get("reset_stats"):
            self.farm.reset()
        if path == "/_stats":
            said = self.farm.stats | self.farm.expected()
        return json.dumps(said).encode()

    def serve(self, path: str, asked: dict[bytes, bytes]) -> None:
        """What a feed's address answers, faults and all."""
        stats = self.farm.stats
        stats["requests"] += 1
        stats["last"] = time.time()
        stats["first"] = stats["first"] or stats["last"]
        _, where, number, *_ = [*path.split("/"), "", ""]
        if where not in ("feed", "moved") or not number.isdigit() or int(number) >= len(self.farm.feeds):
            stats["other"] += 1
            return self.answer(b"404 Not Found", b"Content-Type: text/plain\r\n", b"Nothing here.")
        feed = self.farm.feeds[int(number)]
        if where == "moved":
            stats["redirects"] += 1
            return self.answer(b"302 Found", f"Location: {feed.habit.site}/feed/{number}\r\n".encode(), b"")
        if feed.fault == "hang":
            stats["hung"] += 1
            return None  # for ever
        if feed.fault == "slow":
            stats["slow"] += 1
            asyncio.get_running_loop().call_later(self.farm.options.slow_seconds, self.document, feed, asked)
            return None
        if feed.fault.startswith("error"):
            stats["errors"] += 1
            return self.answer(
                feed.fault[6:].encode() + b" Error", b"Content-Type: text/html\r\n", b"<h1>Error</h1>"
            )
        return self.document(feed, asked)

    def document(self, feed: Feed, asked: dict[bytes, bytes]) -> None:
        stats = self.farm.stats
        if feed.is_known(asked):
            stats["s304"] += 1
            return self.answer(b"304 Not Modified", feed.headers, b"")
        stats["s200"] += 1
        headers, body = feed.packed(asked.get(b"accept-encoding", b""))
        if feed.validators == "volatile":
            body += (
                b" " * (1 + stats["requests"] % 7)
                if feed.habit.kind == "json"
                else b"<!-- %d -->" % stats["requests"]
            )
        return self.answer(b"200 OK", headers, body)

    def answer(self, status: bytes, headers: bytes, body: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body)
            )


def listening(port: int) -> socket.socket:
    """A socket for all of 127/8 and nothing else."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listener.bind(("0.0.0.0", port))
    listener.listen(4096)
    return listener


async def serve(farm: Farm) -> None:
    """Until told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: Door(farm), sock=listening(farm.options.port))
    print(json.dumps({"ready": True, "feeds": len(farm.feeds), **farm.expected()}), flush=True)
    await stop.wait()
    server.close()


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Defaults are the faults of the real web; --clean is a web without."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--port", type=int, default=8220)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--now", type=int, default=int(time.time()) // 86400 * 86400, help="epoch seconds; today")
    parser.add_argument("--opml", type=Path, help="write the addresses here")
    parser.add_argument("--clean", action="store_true", help="no faults at all")
    parser.add_argument("--slow", type=float, default=0.02, help="share of feeds that answer late")
    parser.add_argument("--slow-seconds", type=float, default=5.0)
    parser.add_argument("--hang", type=float, default=0.01, help="share that never answers")
    parser.add_argument("--error", type=float, default=0.01, help="share that answers 500, 404, 410 or 403")
    parser.add_argument("--malformed", type=float, default=0.01, help="share that is not quite XML")
    parser.add_argument("--redirect", type=float, default=0.01, help="share that has moved")
    return parser.parse_args(arguments)


def main() -> None:
    farm = Farm(options())
    if farm.options.opml:
        farm.options.opml.write_text(farm.opml())
    gc.freeze()
    asyncio.run(serve(farm))


if __name__ == "__main__":
    main()
