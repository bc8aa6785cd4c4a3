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
import json
import signal
import socket
import time
from pathlib import Path
from typing import Any

from .feeds import Farm, Feed


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
