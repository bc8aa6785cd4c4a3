"""What the client asks, and what it makes of the answers."""

import asyncio
import gzip
import zlib
from itertools import pairwise
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

from aggregator.answers import Answer, Failed, Fetched, NotModified, Refused, Trouble
from aggregator.fetch import LARGE_AT_ONCE, SMALL, Client
from aggregator.fetching.hosts import Gate
from tests.web import Reply, Request, Web

from .fetching import ask, ask_all, run, trouble

FEED = b"<rss>" + b"<item>one</item>" * 100 + b"</rss>"


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0
    settings.FETCH_SECONDS = 5


# ---- what is sent


def test_nothing_is_sent_that_is_not_needed(web: Web, settings: Any) -> None:
    settings.BASE_URL = "https://plnet.example"
    web.page("/feed", FEED)
    ask(web.url("/feed?a=1#part"), subscribers=7)
    assert (web.requests[0].method, web.requests[0].path) == ("GET", "/feed?a=1")
    names = [name for name, _ in web.requests[0].headers]
    assert sorted(names) == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]
    assert web.requests[0].header("user-agent") == "plnet/0.1.0 (+https://plnet.example/about; 7 subscribers)"
    assert web.requests[0].header("accept-encoding") == "gzip, deflate, br"
    assert (web.requests[0].header("accept") or "").startswith("application/atom+xml")


def test_a_caller_may_ask_for_another_type(web: Web) -> None:
    ask(web.url("/"), accept="image/*")
    assert web.requests[0].header("accept") == "image/*"


def test_cookies_are_never_returned(web: Web) -> None:
    web.page("/feed", FEED, headers={"Set-Cookie": "a=b; Path=/"})
    ask_all(web.url("/feed"), web.url("/feed"))
    assert len(web.requests) == 2
    assert [request.header("cookie") for request in web.requests] == [None, None]


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('"abc"', "Sun, 03 May 2026 12:00:00 GMT"),
        ('W/"abc"', "yesterday"),
        ("no quotes", "2026-05-03  12:00"),
        ('W/ "odd  spaces" ', " "),
        ('"a, b"', ""),
        ("", "Sunday, 03-May-26 12:00:00 GMT"),
        ('"\xc3\xa9"', "\xe4\xb8\xad"),  # UTF-8, read as latin-1
    ],
)
def test_validators_go_out_byte_for_byte(web: Web, etag: str, modified: str) -> None:
    ask(web.url("/"), etag=etag, last_modified=modified)
    assert web.requests[0].header("if-none-match") == (etag or None)
    assert web.requests[0].header("if-modified-since") == (modified or None)


def test_validators_come_in_byte_for_byte(web: Web) -> None:
    web.page("/feed", FEED, headers={"ETag": 'W/"\xc3\xa9  x"', "Last-Modified": "last \xe9 Tuesday"})
    answer = ask(web.url("/feed"))
    assert isinstance(answer, Fetched)
    assert (answer.etag, answer.last_modified) == ('W/"\xc3\xa9  x"', "last \xe9 Tuesday")


def test_a_validator_cannot_smuggle_headers(web: Web) -> None:
    ask(web.url("/"), etag='"a"\r\nCookie: x', last_modified="a\0b")
    names = [name for name, _ in web.requests[0].headers]
    assert not {"If-None-Match", "If-Modified-Since", "Cookie"} & set(names)


def test_the_path_is_sent_as_the_publisher_wrote_it(web: Web) -> None:
    for path in ("/%7Ea/%e4?q=%2f+%20&b=[1]", "/a'(b)*c!|d", "/a//b/../c/", "/?", "/x;y=1,2:3@4$5"):
        ask(web.url(path))
    ask(web.url("/grün und blau?ä=ö ü"))
    assert [request.path for request in web.requests] == [
        "/%7Ea/%e4?q=%2f+%20&b=[1]", "/a'(b)*c!|d", "/a//b/../c/", "/", "/x;y=1,2:3@4$5",
        "/gr%C3%BCn%20und%20blau?%C3%A4=%C3%B6%20%C3%BC",
    ]  # fmt: skip


def test_credentials_go_to_their_origin_and_nowhere_else(web: Web) -> None:
    web.page("/feed", FEED)
    web.page("/near", "", 302, headers={"Location": "/feed"})
    web.page("/far", "", 302, headers={"Location": web.url("/feed", host="127.0.0.2")})
    for path in ("/near", "/far"):
        answer = ask(web.url(path).replace("://", "://me:p%40ss@"))
        assert isinstance(answer, Fetched)
        assert "me" not in answer.url
    said = [(request.path, request.host, request.header("authorization")) for request in web.requests]
    mine = "Basic bWU6cEBzcw=="
    assert said == [
        ("/near", "127.0.0.1", mine), ("/feed", "127.0.0.1", mine),
        ("/far", "127.0.0.1", mine), ("/feed", "127.0.0.2", None),
    ]  # fmt: skip


def test_credentials_are_never_told(web: Web) -> None:
    web.page("/hang", hang=True)
    web.page("/loop", "", 301, headers={"Location": "/loop"})
    for path in ("/hang", "/loop", "/missing"):
        answer = ask(web.url(path).replace("://", "://me:secret@"), seconds=0.2)
        assert isinstance(answer, Failed | Refused)
        assert "secret" not in repr(answer)


# ---- what comes back


def test_a_page_that_is_there_is_fetched_whole(web: Web) -> None:
    web.page("/feed", FEED, headers={"ETag": '"1"'}, type="text/xml; charset=x")
    answer = ask(web.url("/feed"))
    assert isinstance(answer, Fetched)
    assert answer.milliseconds < 5000
    assert answer == Fetched(
        web.url("/feed"), 200, FEED, "text/xml; charset=x", '"1"', milliseconds=answer.milliseconds
    )


def test_not_modified_says_only_what_the_server_said(web: Web) -> None:
    web.page("/feed", FEED, headers={"ETag": '"1"', "Cache-Control": "max-age=60"}, conditional=True)
    answer = ask(web.url("/feed"), etag='"1"')
    assert isinstance(answer, NotModified)
    assert (answer.etag, answer.last_modified, answer.max_age) == ('"1"', None, 60)


def test_not_modified_without_having_asked_is_a_fault(web: Web) -> None:
    web.page("/feed", "", 304)
    assert trouble(ask(web.url("/feed"))) is Trouble.PROTOCOL


@pytest.mark.parametrize("status", [201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503, 599])
def test_any_other_status_is_a_refusal(web: Web, status: int) -> None:
    web.page("/feed", "", status, headers={"Retry-After": "120"})
    answer = ask(web.url("/feed"))
    if status == 304:
        assert trouble(answer) is Trouble.PROTOCOL
    else:
        assert isinstance(answer, Refused)
        assert (answer.status, answer.retry_after) == (status, 120)


def test_waiting_times_are_by_our_clock(web: Web) -> None:
    headers = {"Retry-After": "Mon, 04 May 2026 12:05:00 GMT", "Date": "Mon, 04 May 2026 12:00:00 GMT"}
    web.page("/busy", "", 429, headers=headers)
    web.page("/feed", FEED, headers={"Expires": "Sun, 03 May 2026 13:00:00 GMT"})

    async def both(client: Client) -> tuple[int | None, int | None]:
        busy, feed = await client.get(web.url("/busy")), await client.get(web.url("/feed"))
        assert isinstance(busy, Refused)
        assert isinstance(feed, Fetched)
        return busy.retry_after, feed.max_age

    assert run(both, clock=lambda: 1777809600.0) == (300, 3600)  # 12:00 on 3 May


def test_links_of_all_headers_are_read(web: Web) -> None:
    links = [("Link", '<https://hub.example/>; rel="hub"'), ("Link", "</feed>; rel=self; type=a/b")]
    web.page("/feed", FEED, headers=links)
    answer = ask(web.url("/feed"))
    assert isinstance(answer, Fetched)
    assert answer.links == [("hub", "https://hub.example/", ""), ("self", web.url("/feed"), "a/b")]


# ---- encodings and sizes

raw_deflate = zlib.compressobj(wbits=-15)
PACKED = {
    "gzip": gzip.compress(FEED),
    "deflate": zlib.compress(FEED),
    "Deflate": raw_deflate.compress(FEED) + raw_deflate.flush(),
    "br": brotli.compress(FEED),
    "identity": FEED,
    "x-gzip": gzip.compress(FEED),
    "GZIP": FEED,  # a lie
}


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("chunked", [False, True])
def test_every_encoding_is_read(web: Web, encoding: str, chunked: bool) -> None:
    body, headers = PACKED[encoding], {"Content-Encoding": encoding}
    if chunked:
        body = b"".join(
            b"%x\r\n%s\r\n" % (len(body[i : i + 50]), body[i : i + 50]) for i in range(0, len(body), 50)
        )
        body += b"0\r\n\r\n"
        headers["Transfer-Encoding"] = "chunked"
    web.page("/feed", body, headers=headers)
    answer = ask(web.url("/feed"))
    assert isinstance(answer, Fetched)
    assert answer.body == FEED


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_truncated_encoding_is_cut_short(web: Web, encoding: str) -> None:
    web.page("/feed", PACKED[encoding][:-3], headers={"Content-Encoding": encoding})
    assert trouble(ask(web.url("/feed"))) is Trouble.CUT_SHORT


def test_an_encoding_nobody_offered_is_cut_short(web: Web) -> None:
    web.page("/feed", b"\x28\xb5\x2f\xfd", headers={"Content-Encoding": "zstd"})
    assert trouble(ask(web.url("/feed"))) is Trouble.CUT_SHORT


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity"])
def test_the_limit_counts_decoded_bytes(web: Web, encoding: str) -> None:
    web.page("/feed", PACKED[encoding], headers={"Content-Encoding": encoding})
    assert isinstance(ask(web.url("/feed"), limit=len(FEED)), Fetched)
    answer = ask(web.url("/feed"), limit=len(FEED) - 1)
    assert trouble(answer) is Trouble.TOO_LARGE


def test_a_bomb_is_put_out_while_it_streams(web: Web, settings: Any) -> None:
    settings.MAX_FEED_BYTES = 3 * 2**20
    press = brotli.Compressor(quality=5)
    bomb = b"".join(press.process(b" " * 2**20) for _ in range(100)) + press.finish()
    web.page("/bomb", bomb, headers={"Content-Encoding": "br"})
    answer = ask(web.url("/bomb"))
    assert trouble(answer) is Trouble.TOO_LARGE
    assert isinstance(answer, Failed)
    assert "3 MB" in answer.why


def test_a_body_without_end_is_stopped_at_the_limit(web: Web) -> None:
    web.page("/endless", b"x" * 5_000_000, headers={"Content-Length": "99999999999"})
    assert trouble(ask(web.url("/endless"), limit=100_000)) is Trouble.TOO_LARGE


def test_large_bodies_take_turns_and_all_arrive(web: Web) -> None:
    big = b"x" * 600_000
    hosts = [f"127.0.0.{n}" for n in range(2, 14)]
    web.page("/big", big)

    async def all_at_once(client: Client) -> list[object]:
        return list(await asyncio.gather(*(client.get(web.url("/big", host=host)) for host in hosts)))

    answers = run(all_at_once)
    assert [isinstance(answer, Fetched) and answer.body == big for answer in answers] == [True] * 12


def test_who_holds_a_large_body_keeps_its_place_until_done_with_it(web: Web) -> None:
    """So that fast publishers and slow parsers do not fill the memory with what waits in between."""
    hosts = [f"127.0.0.{n}" for n in range(2, 12)]
    web.page("/feed", b"x" * 2 * SMALL)

    async def work(client: Client) -> list[Answer]:
        came: list[Answer] = []

        async def visit(host: str) -> None:
            came.append(await client.get(web.url("/feed", host=host), seconds=1))
            if isinstance(came[-1], Fetched):
                await asyncio.Event().wait()  # to be parsed, for ever

        visits = [asyncio.create_task(visit(host)) for host in hosts]
        while len(came) < len(hosts):
            await asyncio.sleep(0.01)
        for each in visits:
            each.cancel()
        await asyncio.gather(*visits, return_exceptions=True)
        return [*came, await client.get(web.url("/feed"))]

    *came, after = run(work)
    assert [type(answer) for answer in came] == [Fetched] * LARGE_AT_ONCE + [Failed] * 4
    assert isinstance(after, Fetched)


# ---- redirects


def redirects(web: Web, *statuses: int) -> str:
    """A chain /0 → /1 → … → /feed."""
    for number, status in enumerate(statuses):
        target = f"/{number + 1}" if number + 1 < len(statuses) else "/feed"
        web.page(f"/{number}", "moved", status, headers={"Location": target})
    web.page("/feed", FEED, headers={"ETag": '"1"'}, conditional=True)
    return web.url("/0")


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308,), True), ((301, 308, 301), True), ((302,), False), ((303,), False), ((307,), False),
     ((301, 302), False), ((302, 301), False), ((301, 301, 301, 301, 301), True)],
)  # fmt: skip
def test_only_a_permanent_chain_is_a_move(web: Web, statuses: tuple[int, ...], moved: bool) -> None:
    answer = ask(redirects(web, *statuses))
    assert isinstance(answer, Fetched)
    assert answer.url == web.url("/feed")
    assert answer.moved_to == (web.url("/feed") if moved else "")
    assert len(web.requests) == len(statuses) + 1


def test_more_than_five_hops_are_a_loop(web: Web) -> None:
    assert trouble(ask(redirects(web, *[301] * 6))) is Trouble.LOOP
    assert len(web.requests) == 6


def test_a_redirect_to_itself_is_noticed_at_once(web: Web) -> None:
    web.page("/a", "", 302, headers={"Location": "/b"})
    web.page("/b", "", 302, headers={"Location": "/a#again"})
    assert trouble(ask(web.url("/a"))) is Trouble.LOOP
    assert len(web.requests) == 2


def test_validators_follow_the_redirects(web: Web) -> None:
    answer = ask(redirects(web, 301), etag='"1"')
    assert isinstance(answer, NotModified)
    assert (answer.url, answer.moved_to) == (web.url("/feed"), web.url("/feed"))


def test_a_move_keeps_the_credentials_of_its_origin(web: Web) -> None:
    answer = ask(redirects(web, 301).replace("://", "://me:pw@"))
    assert isinstance(answer, Fetched)
    assert answer.moved_to == web.url("/feed").replace("://", "://me:pw@")


@pytest.mark.parametrize("location", ["", "javascript:alert(1)", "http://[", "ftp://a/", "http://", "mailto:a@b.c"])
def test_a_redirect_to_nowhere_is_a_failure(web: Web, location: str) -> None:
    web.page("/a", "", 302, headers={"Location": location})
    assert trouble(ask(web.url("/a"))) in (Trouble.BAD_URL, Trouble.LOOP)


def test_a_redirect_without_address_is_a_refusal(web: Web) -> None:
    web.page("/a", "", 302)
    answer = ask(web.url("/a"))
    assert isinstance(answer, Refused)


@pytest.mark.parametrize(
    ("location", "path"),
    [("/a b/é", "/a%20b/%C3%A9"), ("/caf\udce9", "/caf%E9"), ("x?y#z", "/x?y"), ("?p", "/a?p")],
)
def test_sloppy_locations_are_followed(web: Web, location: str, path: str) -> None:
    sent = location.encode("utf-8", "surrogateescape").decode("latin-1")
    web.answer("/a", lambda request: Reply("", 302, {"Location": sent}) if request.path == "/a" else Reply(FEED))
    ask(web.url("/a"))
    assert [request.path for request in web.requests] == ["/a", path]


def test_a_redirect_inwards_is_not_followed(web: Web, settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    inner = web.url("/inner", host="127.0.0.2")
    web.page("/inner", FEED)

    def close_the_door(request: Request) -> Reply:
        settings.ALLOW_PRIVATE_ADDRESSES = False
        settings.EXTRA_PORTS = [web.listen("127.0.0.2")]
        return Reply("", 302, {"Location": inner})

    web.answer("/a", close_the_door)
    assert trouble(ask(web.url("/a"))) is Trouble.UNSAFE
    assert [request.path for request in web.requests] == ["/a"]


def test_a_redirect_to_a_closed_port_is_not_followed(web: Web, settings: Any) -> None:
    def close_the_door(request: Request) -> Reply:
        settings.ALLOW_PRIVATE_ADDRESSES = False
        return Reply("", 302, {"Location": "http://public.example:25/"})

    web.answer("/a", close_the_door)
    assert trouble(ask(web.url("/a"))) is Trouble.UNSAFE


# ---- manners


def test_requests_to_one_host_come_one_at_a_time_and_apart(web: Web, settings: Any) -> None:
    settings.HOST_DELAY = 0.05
    web.page("/feed", FEED, delay=0.01)

    async def five(client: Client) -> None:
        assert client.waiting(web.url("/feed")) == 0
        asking = asyncio.gather(*(client.get(web.url(f"/feed?{n}")) for n in range(5)))
        await asyncio.sleep(0)
        assert client.waiting(web.url("/other")) == 5
        await asking

    run(five)
    times = [request.time for request in web.requests]
    assert len(times) == 5
    assert web.busiest == {"127.0.0.1": 1}
    assert min(b - a for a, b in pairwise(times)) >= 0.05


def test_a_slow_host_holds_up_no_other(web: Web) -> None:
    web.page("/hang", hang=True)
    web.page("/feed", FEED)

    async def both(client: Client) -> None:
        slow = asyncio.create_task(client.get(web.url("/hang")))
        answer = await client.get(web.url("/feed", host="127.0.0.2"))
        assert isinstance(answer, Fetched)
        assert not slow.done()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert client.waiting(web.url("/hang")) == 0

    run(both)
    web.wait(lambda web: web.connections == 0)


def test_two_hosts_that_redirect_to_each_other_do_not_lock(web: Web) -> None:
    for here, there in (("127.0.0.1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1")):
        web.page("/feed", FEED, host=here)
        web.page("/go", "", 302, headers={"Location": web.url("/feed", host=there)}, host=here)

    async def both(client: Client) -> list[object]:
        hosts = ["127.0.0.1", "127.0.0.2"] * 5
        return list(await asyncio.gather(*(client.get(web.url("/go", host=host)) for host in hosts)))

    assert all(isinstance(answer, Fetched) for answer in run(both))
    assert set(web.busiest.values()) == {1}


def test_waiting_for_a_turn_does_not_count_as_slowness(web: Web) -> None:
    web.page("/hang", hang=True)
    web.page("/feed", FEED)
    web.page("/go", "", 302, headers={"Location": web.url("/feed", host="127.0.0.2")})

    async def three(client: Client) -> list[object]:
        slow = client.get(web.url("/hang", host="127.0.0.2"), seconds=0.9)
        behind = client.get(web.url("/feed", host="127.0.0.2"), seconds=0.7)
        hopping = client.get(web.url("/go"), seconds=0.7)
        return list(await asyncio.gather(slow, behind, hopping))

    slow, behind, hopping = run(three)
    assert isinstance(slow, Failed)
    assert isinstance(behind, Fetched)
    assert isinstance(hopping, Fetched)
    assert hopping.milliseconds < 700


def test_a_gate_can_outlive_the_client(web: Web, settings: Any) -> None:
    settings.HOST_DELAY = 0.05
    web.page("/feed", FEED)

    async def two_clients() -> None:
        gate = Gate(settings.HOST_DELAY)
        for _ in range(2):
            async with Client(gate=gate) as client:
                await client.get(web.url("/feed"))

    asyncio.run(two_clients())
    assert web.requests[1].time - web.requests[0].time >= 0.05


# ---- posting


def test_a_post_carries_its_body_and_reads_the_answer(web: Web) -> None:
    web.page("/hub", "accepted", 202)
    answer = run(
        lambda client: client.post(
            web.url("/hub"), b"hub.mode=subscribe", {"Content-Type": "application/x-www-form-urlencoded"}
        )
    )
    assert isinstance(answer, Fetched)
    assert (answer.status, answer.body) == (202, b"accepted")
    request = web.requests[0]
    assert (request.method, request.body) == ("POST", b"hub.mode=subscribe")
    assert request.header("content-type") == "application/x-www-form-urlencoded"
    assert sorted(name for name, _ in request.headers) == [
        "Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Host", "User-Agent",
    ]  # fmt: skip


def test_a_post_is_guarded_and_not_sent_elsewhere(web: Web, settings: Any) -> None:
    web.page("/hub", "", 307, headers={"Location": "/other"})
    answer = run(lambda client: client.post(web.url("/hub"), b"x"))
    assert isinstance(answer, Refused)
    assert answer.status == 307
    settings.ALLOW_PRIVATE_ADDRESSES = False
    assert trouble(run(lambda client: client.post(web.url("/hub"), b"x"))) is Trouble.UNSAFE
    assert len(web.requests) == 1
