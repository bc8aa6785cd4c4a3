"""The child as a program: what it imports, what it prints, how it ends."""

import subprocess
import sys
from pathlib import Path

import msgspec

from aggregator.child import Request
from aggregator.parsed import NotParsed, ParsedFeed

ROOT = Path(__file__).resolve().parent.parent.parent


def ask(*requests: Request) -> list[bytes]:
    """The answers of one child, which is left to end by itself."""
    messages = [msgspec.msgpack.encode(request) for request in requests]
    data = b"".join(len(message).to_bytes(4, "big") + message for message in messages)
    done = subprocess.run([sys.executable, "-m", "aggregator.child"], input=data, capture_output=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    answers, rest = [], done.stdout
    while rest:
        size = int.from_bytes(rest[:4], "big")
        answers.append(rest[4 : 4 + size])
        rest = rest[4 + size :]
    return answers


def test_each_request_has_one_answer_in_order() -> None:
    one, two = ask(
        Request("feed", "http://x.example/", "", b"<rss><channel><title>one</title></channel></rss>"),
        Request("feed", "http://x.example/", "", b"nothing"),
    )
    assert one[:1] == b"F"
    assert msgspec.msgpack.decode(one[1:], type=ParsedFeed).title == "one"
    assert two[:1] == b"N"
    assert msgspec.msgpack.decode(two[1:], type=NotParsed).why


def test_a_child_imports_no_django_and_nothing_it_may_not_need() -> None:
    program = (
        "import sys, aggregator.child, aggregator.parse\n"
        "heavy = {'django', 'numpy', 'feedparser', 'mf2py', 'selectolax', 'py3langid', 'aiohttp', 'asyncio'}\n"
        "print(*sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == ""


def test_half_a_message_ends_the_child_quietly() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aggregator.child"], input=b"\0\0", capture_output=True, cwd=ROOT, check=True
    )
    assert done.stdout == b""
