"""The parser child: reads documents from stdin, within limits it sets itself, and answers on stdout."""

from __future__ import annotations

import os
import resource
import signal
import sys
from typing import BinaryIO

import msgspec

from aggregator.parse import parse_feed, parse_page
from aggregator.parsed import NotParsed, ParsedFeed, ParsedPage

MEMORY = 512 * 2**20  # bytes of data; more is refused by the kernel, and a MemoryError ends the program
SECONDS = 12  # of CPU for one document: the second belt, should the parent not come to kill us


class Request(msgspec.Struct, array_like=True):
    """One document to read, as feed or as page."""

    what: str  # "feed" or "page"
    url: str
    content_type: str
    body: bytes
    window: bytes = b""
    now: float = 0.0


KINDS: dict[bytes, type] = {b"F": ParsedFeed, b"P": ParsedPage, b"N": NotParsed}


def main() -> None:
    """Answers until stdin ends, which it does when the parent does."""
    limit()
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    decode = msgspec.msgpack.Decoder(Request).decode
    encode = msgspec.msgpack.Encoder().encode
    while message := receive(source):
        spend(SECONDS)
        answered = answer(decode(message))
        kind = next(letter for letter, type_ in KINDS.items() if isinstance(answered, type_))
        data = encode(answered)
        send(sink, kind + data)


def answer(request: Request) -> ParsedFeed | ParsedPage | NotParsed:
    if request.what == "page":
        return parse_page(request.url, request.content_type, request.body)
    return parse_feed(request.url, request.content_type, request.body, request.window, request.now)


def receive(source: BinaryIO) -> bytes:
    """The next message; empty at the end."""
    head = source.read(4)
    return source.read(int.from_bytes(head, "big")) if len(head) == 4 else b""


def send(sink: BinaryIO, message: bytes) -> None:
    view = memoryview(len(message).to_bytes(4, "big") + message)
    while view:
        view = view[sink.write(view) :]


def limit() -> None:
    """No more memory than a document may cost, no core files, and nothing that outlives the parent."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes our stdin


def spend(seconds: int) -> None:
    """At most so much more CPU time; then the kernel ends the program."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
