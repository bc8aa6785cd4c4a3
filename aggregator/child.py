"""The parser child: reads documents from stdin, within limits it sets itself, and answers on stdout.

A message is four bytes of length, big-endian, and as many bytes of msgpack; before an answer's stands a letter that
says what it is (KINDS), in lower case when the program ends after it.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from aggregator.parsed import NotParsed, ParsedArticle, ParsedFeed, ParsedPage, ParsedProfile

MEMORY = 512  # MiB of data; the kernel refuses more, and the MemoryError ends the program
SLIM = 150  # MiB; a program that still holds more after an answer ends, and a slim one takes its place
SECONDS = 12  # of CPU for one document: the second belt, should the parent not come to kill us
STATM = Path("/proc/self/statm")
LOOK_UP = 30.0  # seconds of idleness after which it looks whether the parent is still there


class Request(msgspec.Struct, array_like=True):
    """One document to read: as a feed, as a page, for whose page it is, or for the piece on it."""

    what: str  # "feed", "page", "profile" or "article"
    url: str
    content_type: str
    body: bytes
    window: bytes = b""
    now: float = 0.0


KINDS: dict[bytes, type] = {
    b"F": ParsedFeed,
    b"P": ParsedPage,
    b"W": ParsedProfile,
    b"A": ParsedArticle,
    b"N": NotParsed,
}
_KIND = {type_: letter for letter, type_ in KINDS.items()}


def main(memory: int = MEMORY, slim: int = SLIM) -> None:
    """Answers until stdin ends, which it does when the parent does."""
    limit(memory)
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    decode = msgspec.msgpack.Decoder(Request).decode
    encode = msgspec.msgpack.Encoder().encode
    parent = os.getppid()
    while message := receive(source, parent):
        spend(SECONDS)
        answered = answer(decode(message))
        letter = _KIND[type(answered)]
        last = held() > slim * 2**20
        send(sink, (letter.lower() if last else letter) + encode(answered))
        if last:
            return


def answer(request: Request) -> ParsedFeed | ParsedPage | ParsedProfile | ParsedArticle | NotParsed:
    """What the document says."""
    from aggregator.parse import parse_article, parse_feed, parse_page, parse_profile

    if request.what == "page":
        return parse_page(request.url, request.content_type, request.body)
    if request.what == "profile":
        return parse_profile(request.url, request.content_type, request.body)
    if request.what == "article":
        return parse_article(request.url, request.content_type, request.body)
    return parse_feed(request.url, request.content_type, request.body, request.window, request.now)


def receive(source: BinaryIO, parent: int) -> bytes:
    """The next message; empty when there will be none."""
    while not select.select([source], [], [], LOOK_UP)[0]:
        if os.getppid() != parent:  # gone, while a fork of it still holds our stdin open
            return b""
    head = source.read(4)
    return source.read(int.from_bytes(head, "big")) if len(head) == 4 else b""


def send(sink: BinaryIO, message: bytes) -> None:
    """Writes a message whole, however little the pipe takes at a time."""
    view = memoryview(len(message).to_bytes(4, "big") + message)
    while view:
        view = view[sink.write(view) :]


def limit(memory: int) -> None:
    """No more memory than a document may cost, no core files, and no say for Ctrl-C, which is the parent's."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory * 2**20, memory * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def spend(seconds: int) -> None:
    """At most so much more CPU time; then the kernel ends the program."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def held() -> int:
    """Bytes of memory held; 0 where the kernel does not say (proc(5), statm)."""
    try:
        pages = STATM.read_bytes().split()[1]
    except FileNotFoundError:
        return 0
    return int(pages) * resource.getpagesize()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
