"""Servers that misbehave in every way we could think of: each becomes one sentence, none hangs, none leaks."""

import asyncio
import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator.answers import Answer, Failed, Fetched, NotModified, Refused, Trouble
from aggregator.fetch import Client
from aggregator.fetching import sockets as fetch_sockets
from tests.web import CERTIFICATES, Reply, Web, tls

from .fetching import ask, ask_all, run, trouble

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0
    settings.FETCH_SECONDS = 5


def descriptors() -> int:
    """How many files and sockets this process has open."""
    return len(list(Path("/dev/fd").iterdir()))


WIRE: dict[str, tuple[bytes, Trouble | int | bytes]] = {
    # name: what comes over the wire, and what it is: a trouble, a status refused, or a body
    "nothing": (b"", Trouble.CONNECT),
    "half a status line": (b"HTTP/1.1 2", Trouble.CONNECT),
    "half the headers": (OK + b"Content-Type: text/", Trouble.CONNECT),
    "no protocol at all": (b"SSH-2.0-OpenSSH_9.2p1\r\n", Trouble.PROTOCOL),
    "HTTP/0.9": (b"<html>hello</html>", Trouble.PROTOCOL),
    "binary junk": (bytes(range(256)) * 20, Trouble.PROTOCOL),
    "a status that is no number": (b"HTTP/1.1 abc OK\r\n\r\n", Trouble.PROTOCOL),
    "status 0": (b"HTTP/1.1 000 No\r\n\r\n", Trouble.PROTOCOL),
    "HTTP/1.0 without length": (b"HTTP/1.0 200 OK\r\n\r\nbody", b"body"),
    "HTTP/1.1 without length": (OK + b"\r\nbody", b"body"),
    "bare line feeds": (b"HTTP/1.1 200 OK\nContent-Length: 4\n\nbody", b"body"),
    "no reason": (b"HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody", b"body"),
    "a space before the colon": (OK + b"Content-Length : 4\r\n\r\nbody", b"body"),
    "100 Continue": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + OK + b"Content-Length: 4\r\n\r\nbody", b"body"),
    "103 Early Hints": (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 4\r\n\r\nbody",
        b"body",
    ),
    "101 Switching": (b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 101),
    "length too long": (OK + b"Content-Length: 100\r\n\r\nbody", Trouble.CUT_SHORT),
    "length too short": (OK + b"Content-Length: 2\r\n\r\nbody", b"bo"),
    "length twice, the same": (OK + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody", Trouble.PROTOCOL),
    "length twice, different": (OK + b"Content-Length: 4\r\nContent-Length: 2\r\n\r\nbody", Trouble.PROTOCOL),
    "negative length": (OK + b"Content-Length: -4\r\n\r\nbody", Trouble.PROTOCOL),
    "length of letters": (OK + b"Content-Length: many\r\n\r\nbody", Trouble.PROTOCOL),
    "length and chunks": (
        OK + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
        Trouble.PROTOCOL,
    ),
    "chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\nTrailer: x\r\n\r\n",
        b"body",
    ),
    "chunk size of letters": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nbody\r\n", Trouble.CUT_SHORT),
    "negative chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n-4\r\nbody\r\n0\r\n\r\n", Trouble.CUT_SHORT),
    "huge chunk size": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nbody\r\n",
        Trouble.CUT_SHORT,
    ),
    "chunks without end": (OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", Trouble.CUT_SHORT),
    "a chunk cut in two": (OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nbody", Trouble.CUT_SHORT),
    "NUL in a header": (OK + b"X-A: a\0b\r\nContent-Length: 4\r\n\r\nbody", Trouble.PROTOCOL),
    "NUL in a header's name": (OK + b"X\0A: b\r\nContent-Length: 4\r\n\r\nbody", Trouble.PROTOCOL),
    "a header without colon": (OK + b"nonsense\r\nContent-Length: 4\r\n\r\nbody", Trouble.PROTOCOL),
    "1 MB in one header": (OK + b"X-A: " + b"a" * 2**20 + b"\r\n\r\nbody", Trouble.PROTOCOL),
    "1 MB of headers": (OK + b"X-A: b\r\n" * 150_000 + b"\r\nbody", Trouble.PROTOCOL),
    "a long policy": (
        OK + b"Content-Security-Policy: " + b"a" * 20_000 + b"\r\nContent-Length: 4\r\n\r\nbody",
        b"body",
    ),
    "gzip that is none": (OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08 no, really not", Trouble.CUT_SHORT),
    "an empty body, packed": (OK + b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", b""),
    "an answer behind the answer": (OK + b"Content-Length: 4\r\n\r\nbodyHTTP/1.1 200 OK\r\n\r\n", b"body"),
    "304 with a body": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody", 304),
    "404 that never ends": (b"HTTP/1.1 404 No\r\nContent-Length: 9999999\r\n\r\nx", 404),
    "a redirect with a body": (b"HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 99999\r\n\r\nx", b"ok"),
}


def means(answer: Answer) -> Trouble | int | bytes:
    match answer:
        case Failed(trouble=what):
            assert answer.why.endswith(".")
            return what
        case Refused(status=status):
            return status
        case NotModified():
            return 304
        case Fetched(body=body):
            return body


@pytest.mark.parametrize("name", WIRE)
def test_what_comes_over_the_wire_is_understood(web: Web, name: str) -> None:
    raw, expected = WIRE[name]
    web.page("/wire", raw=raw)
    web.page("/ok", "ok")
    assert means(ask(web.url("/wire"), etag='"1"')) == expected
    assert len(web.asked("/wire")) == 1


@pytest.mark.parametrize("name", WIRE)
def test_a_server_that_then_falls_silent_costs_the_time_limit_and_no_more(web: Web, name: str) -> None:
    raw, expected = WIRE[name]
    web.page("/wire", raw=raw, hang=True)
    web.page("/ok", "ok")
    answer = ask(web.url("/wire"), etag='"1"', seconds=0.05)
    assert means(answer) in (expected, Trouble.TIMEOUT)
    assert getattr(answer, "milliseconds", 0) < 1000


def test_none_of_them_leaves_a_connection_behind(web: Web) -> None:
    for number, (raw, _) in enumerate(WIRE.values()):
        web.page(f"/{number}", raw=raw)
        web.page(f"/{number}/hang", raw=raw, hang=True)
        web.page(f"/{number}/reset", raw=raw, reset=True)
    paths = [f"/{number}{how}" for number in range(len(WIRE)) for how in ("", "/hang", "/reset")]
    web.page("/ok", "ok")

    async def twice(client: Client) -> list[int]:
        counts = []
        for _ in range(2):
            for path in paths:
                await client.get(web.url(path), seconds=0.02)
            web.wait(lambda web: web.connections == 0)
            await asyncio.sleep(0.01)  # the last one is closed here too
            counts.append(descriptors())
        return counts

    first, second = run(twice)
    assert first == second
    asked = [request.path for request in web.requests if request.path != "/ok"]
    assert set(asked) == set(paths)  # on a busy machine one of two rounds may be over before it is heard


def damaged(dice: random.Random) -> bytes:
    """One of the above with a few bytes changed, lost or from elsewhere."""
    short = [raw for raw, _ in WIRE.values() if len(raw) < 3000]
    raw = bytearray(dice.choice(short))
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(raw) + 1)
        raw[at : at + dice.randint(0, 3)] = dice.choice(
            [b"\r\n", b"\0", b" ", b"\xff\xe9", dice.choice(short)[at : at + 9], dice.randbytes(2)]
        )
    return bytes(raw)


def test_no_answer_however_damaged_makes_the_client_raise(web: Web) -> None:
    dice = random.Random(1)
    web.answer("/wire", lambda request: Reply(raw=damaged(dice)))

    async def often(client: Client) -> int:
        return len([await client.get(web.url("/wire"), etag="x") for _ in range(400)])

    assert run(often) == 400


def test_a_trickle_ends_at_the_time_limit(web: Web) -> None:
    web.page("/drip", "x" * 1000, drip=20)
    answer = ask(web.url("/drip"), seconds=0.2)
    assert trouble(answer) is Trouble.TIMEOUT
    assert isinstance(answer, Failed)
    assert answer.why == "The document did not come in full within 0.2 seconds."
    web.wait(lambda web: web.connections == 0)


def test_silence_ends_at_the_time_limit(web: Web) -> None:
    web.page("/hang", hang=True)
    answer = ask(web.url("/hang"), seconds=0.1)
    assert trouble(answer) is Trouble.TIMEOUT
    assert isinstance(answer, Failed)
    assert answer.why == "Nobody answered within 0.1 seconds."
    web.wait(lambda web: web.connections == 0)


def test_the_time_limit_is_for_all_hops_together(web: Web) -> None:
    for number in range(5):
        web.page(f"/{number}", "", 302, headers={"Location": f"/{number + 1}"}, delay=0.1)
    assert trouble(ask(web.url("/0"), seconds=0.25)) is Trouble.TIMEOUT
    assert 1 <= len(web.requests) <= 3


@pytest.mark.parametrize("body", [b"", OK + b"Content-Length: 100\r\n\r\nbody"])
def test_a_reset_connection_is_a_failure(web: Web, body: bytes) -> None:
    web.page("/reset", raw=body, reset=True)
    assert trouble(ask(web.url("/reset"))) in (Trouble.CONNECT, Trouble.CUT_SHORT)


def test_a_closed_port_refuses(web: Web) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = ask(f"http://127.0.0.1:{port}/")
    assert trouble(answer) is Trouble.CONNECT
    assert isinstance(answer, Failed)
    assert answer.why == "The server refuses the connection."


def test_a_port_that_accepts_and_says_nothing_is_left(web: Web) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as server:
        answer = ask(f"http://127.0.0.1:{server.getsockname()[1]}/", seconds=0.1)
    assert trouble(answer) is Trouble.TIMEOUT


# ---- names


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "There is no server of that name."),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "The name of the server could not be looked up just now."),
        (UnicodeError("label too long"), "There is no server of that name."),
    ],
)
def test_a_name_that_is_not_found_is_said_so(monkeypatch: pytest.MonkeyPatch, error: Exception, words: str) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answer = ask("http://nowhere.example/")
    assert trouble(answer) is Trouble.DNS
    assert isinstance(answer, Failed)
    assert answer.why == words


def test_a_name_server_that_hangs_holds_up_nobody_else(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    over, real = threading.Event(), socket.getaddrinfo

    def look_up(host: str, *more: Any, **flags: Any) -> Any:
        if host.endswith(".example"):
            over.wait(10)
            raise socket.gaierror(socket.EAI_AGAIN, "x")
        return real(host, *more, **flags)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    web.page("/feed", "here")

    async def many(client: Client) -> None:
        hanging = [asyncio.create_task(client.get(f"http://n{n}.example/", seconds=5)) for n in range(40)]
        await asyncio.sleep(0)
        answer = await client.get(web.url("/feed", host="localhost"))
        assert isinstance(answer, Fetched)
        assert not any(task.done() for task in hanging)
        over.set()
        assert {means(await task) for task in hanging} == {Trouble.DNS}

    run(many)


# ---- TLS


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' own authority is the only one known."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))
    fetch_sockets.tls_context.cache_clear()
    yield
    fetch_sockets.tls_context.cache_clear()


@pytest.mark.usefixtures("trusted")
def test_https_is_spoken() -> None:
    with Web(tls=tls()) as web:
        web.page("/feed", "secret")
        answers = ask_all(web.url("/feed"), web.url("/feed", host="localhost"))
        assert [means(answer) for answer in answers] == [b"secret", b"secret"]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ("expired", "The server's certificate has expired."),
        ("other_name", "The server's certificate is for another address."),
        ("self_signed", "The server's certificate was made by itself; nobody vouches for it."),
    ],
)
def test_a_bad_certificate_is_named(certificate: str, words: str) -> None:
    with Web(tls=tls(certificate)) as web:
        answer = ask(web.url("/feed"))
        assert trouble(answer) is Trouble.TLS
        assert isinstance(answer, Failed)
        assert answer.why == words
        assert web.requests == []


def test_an_authority_nobody_knows_is_no_authority() -> None:
    with Web(tls=tls()) as web:
        answer = ask(web.url("/feed"))
        assert trouble(answer) is Trouble.TLS
        assert isinstance(answer, Failed)
        assert "authority nobody knows" in answer.why


def test_plain_http_where_tls_was_expected_is_a_tls_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_in_plain() -> None:
            with server.accept()[0] as connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        plain = threading.Thread(target=answer_in_plain)
        plain.start()
        answer = ask(f"https://127.0.0.1:{server.getsockname()[1]}/")
        plain.join(5)
    assert trouble(answer) is Trouble.TLS


def test_a_handshake_that_hangs_ends_at_the_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        before = descriptors()
        answer = ask(f"https://127.0.0.1:{server.getsockname()[1]}/", seconds=0.1)
        assert trouble(answer) is Trouble.TIMEOUT
        assert descriptors() <= before


@pytest.mark.usefixtures("trusted")
def test_encrypted_to_open_is_refused(web: Web) -> None:
    with Web(tls=tls()) as safe:
        safe.page("/feed", "", 301, headers={"Location": web.url("/feed")})
        assert trouble(ask(safe.url("/feed"))) is Trouble.DOWNGRADE
        assert web.requests == []
        web.page("/up", "", 301, headers={"Location": safe.url("/there")})
        safe.page("/there", "there")
        answer = ask(web.url("/up"))
        assert isinstance(answer, Fetched)
        assert answer.moved_to == safe.url("/there")


@pytest.mark.usefixtures("trusted")
def test_tls_answers_cut_short_are_noticed() -> None:
    with Web(tls=tls()) as safe:
        safe.page("/cut", raw=OK + b"Content-Length: 100\r\n\r\nbody")
        assert trouble(ask(safe.url("/cut"))) is Trouble.CUT_SHORT
