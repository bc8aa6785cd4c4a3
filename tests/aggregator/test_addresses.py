"""Only what is plainly public is connected to, however its address is spelled: several hundred spellings, tried."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.answers import Failed, Fetched, Trouble
from aggregator.fetch import Client
from aggregator.fetching import addresses
from aggregator.fetching.sockets import Names, Unsafe, guarded
from tests.web import Web

REFUSED = [*addresses.REFUSED_4, *addresses.REFUSED_6, *addresses.OUTSIDE_6]
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0",
    "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "2001:200::", "2001:db7::1",
    "2001:db9::1", "2003::1", "2400::1", "2606:4700::1111", "2a00:1450::1", "3ffd::1", "2606:4700::5eff:102:304",
]  # fmt: skip
INNER = ["127.0.0.1", "127.255.255.254", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0"]


@pytest.mark.parametrize("net", REFUSED)
def test_both_ends_of_a_refused_range_are_refused(net: str) -> None:
    first, last = ip_network(net)[0], ip_network(net)[-1]
    assert addresses.judge(first)
    assert addresses.judge(last)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert addresses.judge(ip_address(address)) is None


@given(st.ip_addresses())
def test_nothing_passes_that_the_registries_do_not_call_global(address: IPv4Address | IPv6Address) -> None:
    assert addresses.judge(address) or address.is_global


def hidden(inner: str) -> list[str]:
    """The ways in which IPv6 hides an IPv4 address."""
    n = int(IPv4Address(inner))
    high, low = f"{n >> 16:x}", f"{n & 0xFFFF:x}"
    return [
        f"::ffff:{inner}", f"::ffff:{high}:{low}", f"0:0:0:0:0:FFFF:{inner}",  # mapped
        f"::{inner}", f"::{high}:{low}",  # compatible
        f"64:ff9b::{inner}", f"64:ff9b::{high}:{low}",  # NAT64
        f"64:ff9b:1::{inner}", f"64:ff9b:1:ffff:{high}:{low}::",  # NAT64 of a site's own
        f"2002:{high}:{low}::", f"2002:{high}:{low}::1",  # 6to4
        f"2001:0:{high}:{low}::", f"2001::{(n >> 16) ^ 0xFFFF:x}:{(n & 0xFFFF) ^ 0xFFFF:x}",  # Teredo
        f"::ffff:0:{inner}", f"::ffff:0:{high}:{low}",  # SIIT
        f"fe80::5efe:{inner}", f"2606:4700::5efe:{inner}", f"2606:4700::200:5efe:{high}:{low}",  # ISATAP
    ]  # fmt: skip


@pytest.mark.parametrize("inner", [*INNER, "8.8.8.8"])
def test_an_address_hidden_in_ipv6_is_refused_whatever_it_is(inner: str) -> None:
    assert [form for form in hidden(inner) if not addresses.judge(ip_address(form))] == []


def numbers(inner: str) -> list[str]:
    """The ways in which programs of all ages write one IPv4 address."""
    n = int(IPv4Address(inner))
    a, b, c, d = IPv4Address(inner).packed
    octal, hexed = [f"0{part:o}" for part in (a, b, c, d)], [f"0x{part:x}" for part in (a, b, c, d)]
    forms = [inner, f"{inner}.", str(n), f"0{n:o}", f"0x{n:x}", f"0X{n:X}", f"0x{n:08x}", f"000{n:o}"]
    forms += [".".join(octal), ".".join(hexed), ".".join("000" + part for part in octal)]
    forms += [
        f"{a}.{n & 0xFFFFFF}",
        f"{a}.{b}.{n & 0xFFFF}",
        f"0x{a:x}.{n & 0xFFFFFF}",
        f"0{a:o}.0x{n & 0xFFFFFF:x}",
    ]
    forms += [
        ".".join(pair) for pair in ((hexed[0], str(b), octal[2], str(d)), (octal[0], str(b), str(c), hexed[3]))
    ]
    return list(dict.fromkeys(forms))


def strange(inner: str) -> list[str]:
    """Digits and dots of other scripts, which name look-ups take for ours."""
    wide = inner.translate({48 + i: 0xFF10 + i for i in range(10)})
    bold = inner.translate({48 + i: 0x1D7CE + i for i in range(10)})
    circled = inner.translate({49 + i: 0x2460 + i for i in range(9)} | {48: 0x24EA})
    return [wide, bold, circled, inner.replace(".", "。"), inner.replace(".", "."), wide.replace(".", "。")]


def spelled(host: str) -> list[str]:
    """One host in the places where it may stand in an address."""
    return [
        f"http://{host}:PORT/", f"HTTP://{host}:PORT", f"http://user:secret@{host}:PORT/", f" http://{host}:PORT/ ",
        f"http://example.com@{host}:PORT/x", f"http://example.com%2F@{host}:PORT/", f"http://{host}:PORT?q#f",
    ]  # fmt: skip


def spellings() -> list[str]:
    plain = [host for inner in INNER for host in [*numbers(inner), *strange(inner)]]
    literals = [f"[{form}]" for inner in INNER[:4] for form in hidden(inner)]
    literals += ["[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[fc00::1]"]
    literals += ["[fec0::1]", "[ff02::1]", "[::1%25lo]", "localhost", "LOCALHOST", "ｌｏｃａｌｈｏｓｔ"]
    odd = [
        "http://127.0.0.1\\@example.com:PORT/", "http:\\\\127.0.0.1:PORT/", "http:127.0.0.1:PORT/",
        "http:///127.0.0.1:PORT/", "http://%31%32%37.0.0.1:PORT/", "http://127.0.0.1%00.example.com:PORT/",
        "http://127.0.0.1\t:PORT/", "http://[127.0.0.1]:PORT/", "http://[::1:PORT/", "http://127.0.0.1:PORT:80/",
        "http://127.0.0.1:/",
    ]  # fmt: skip
    first = [form for host in plain for form in spelled(host)[:3]]
    return first + [form for host in [*numbers("127.0.0.1"), *literals] for form in spelled(host)] + odd


def test_no_spelling_of_an_inner_address_is_connected_to(web: Web, settings: Any) -> None:
    web.page("/", "inside")
    port = web.listen("127.0.0.1")
    web.listen("::1")
    settings.EXTRA_PORTS = [port]
    settings.HOST_DELAY = 0
    table = [spelling.replace("PORT", str(port)) for spelling in dict.fromkeys(spellings())]
    assert len(table) > 500

    async def main() -> dict[str, object]:
        async with Client() as client:
            return {url: await client.get(url) for url in table}

    answers = asyncio.run(main())
    assert web.accepted == 0
    wrong = {
        url: answer
        for url, answer in answers.items()
        if not isinstance(answer, Failed) or answer.trouble not in (Trouble.UNSAFE, Trouble.BAD_URL, Trouble.DNS)
    }
    assert wrong == {}
    unsafe = [
        answer for answer in answers.values() if isinstance(answer, Failed) and answer.trouble == Trouble.UNSAFE
    ]
    assert len(unsafe) >= len(table) - 9  # the others are no addresses at all
    assert all("secret" not in answer.why + answer.url for answer in unsafe)


def test_the_same_spellings_do_connect_when_private_addresses_are_allowed(web: Web, settings: Any) -> None:
    web.page("/", "inside")
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0
    port = web.listen("127.0.0.1")
    hosts = [*numbers("127.0.0.1"), *strange("127.0.0.1")]

    async def main() -> list[object]:
        async with Client() as client:
            return [await client.get(f"http://{host}:{port}/") for host in hosts]

    answers = asyncio.run(main())
    assert [host for host, answer in zip(hosts, answers, strict=True) if not isinstance(answer, Fetched)] == []
    assert web.accepted == len(hosts)


@pytest.mark.parametrize(("port", "allowed"), [(80, True), (443, True), (8080, True), (8443, True), (8099, True),
                                               (22, False), (25, False), (6379, False), (8000, False)])  # fmt: skip
def test_only_the_ports_of_web_servers_are_open(port: int, allowed: bool, settings: Any) -> None:
    settings.EXTRA_PORTS = [8099]
    assert addresses.judge_port(port) is allowed


def test_a_name_with_public_and_private_answers_has_only_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "10.0.0.1", "8.8.8.8", "::1", "2606:4700::1111")
    found = asyncio.run(Names().resolve("mixed.example", 80))
    assert [answer["host"] for answer in found] == ["8.8.8.8", "2606:4700::1111"]


def test_a_name_with_private_answers_only_is_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "10.0.0.1", "::1")
    with pytest.raises(Unsafe, match="private network"):
        asyncio.run(Names().resolve("inner.example", 80))


def test_a_socket_is_judged_again_whatever_the_name_said() -> None:
    with pytest.raises(Unsafe):
        guarded((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    with pytest.raises(Unsafe):
        guarded((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%lo", 80, 0, 1)))
    guarded((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))).close()


def answers(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let every name be found at these addresses."""

    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in found]
        both = zip(families, found, strict=True)
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in both]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("http://Example.COM", "http://example.com/"),
        ("https://example.com?a=b", "https://example.com/?a=b"),
        ("https://example.com:443/a#frag", "https://example.com:443/a"),
        ("https://example.com/%7Ea/%e4?q=%2f+%20", "https://example.com/%7Ea/%e4?q=%2f+%20"),
        ("https://example.com/a b/ü?x=ä y", "https://example.com/a%20b/%C3%BC?x=%C3%A4%20y"),
        ("https://example.com/\udce9", "https://example.com/%E9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://user:pw@example.com/x@y", "https://example.com/x@y"),
        ("http://[2606:4700:0::1]:8080/", "http://[2606:4700::1]:8080/"),
        ("https://example.com./", "https://example.com./"),
        ("https://under_score.example/", "https://under_score.example/"),
        ("https://example.com/'()*|^`{}\"<>\\", "https://example.com/'()*|^`{}\"<>\\"),
        ("https://example.com/a?", "https://example.com/a"),
    ],
)
def test_an_address_is_sent_as_it_was_written(written: str, sent: str) -> None:
    assert addresses.read(written).url == sent


@pytest.mark.parametrize(
    "written",
    ["", "feed", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", "http://", "http:///x", "//a/b",
     "http://exa mple.com/", "http://a<b/", "http://[::1", "http://[v1.x]/", "http://example.com:99999/",
     "http://example.com:0/", "http://example.com:x/", "http://a%41/", "https://\u00ad/", "gopher://a:70/"],
)  # fmt: skip
def test_what_is_no_web_address_is_said_to_be_none(written: str) -> None:
    with pytest.raises(addresses.BadAddress):
        addresses.read(written)


@given(st.text())
def test_reading_an_address_fails_in_one_way_only(text: str) -> None:
    for written in (text, f"http://{text}", f"http://a.example/{text}", f"https://{text}@b.example:{text}/"):
        try:
            read = addresses.read(written)
        except addresses.BadAddress:
            continue
        assert read.url.isascii()
        assert " " not in read.url
        assert addresses.read(read.url).url == read.url


@pytest.mark.parametrize(
    ("base", "location", "url"),
    [
        ("https://a.example/x/feed?q=1", "/new", "https://a.example/new"),
        ("https://a.example/x/feed", "new#part", "https://a.example/x/new"),
        ("https://a.example/x/feed", "?page=2", "https://a.example/x/feed?page=2"),
        ("https://a.example/x/feed", "//b.example/f", "https://b.example/f"),
        ("https://a.example/x/feed", "https://u:p@b.example/f", "https://b.example/f"),
        ("https://a.example/x/feed", " /a b/é ", "https://a.example/a%20b/%C3%A9"),
        ("https://a.example/x/feed", "../up", "https://a.example/up"),
    ],
)
def test_a_redirect_leads_where_it_says(base: str, location: str, url: str) -> None:
    assert addresses.follow(addresses.read(base), location).url == url


def test_credentials_follow_within_their_origin_only() -> None:
    base = addresses.read("https://u%40x:p%C3%A9@a.example/feed")
    assert base.authorization == "Basic dUB4OnDDqQ=="
    near = addresses.follow(base, "https://a.example:443/new")
    assert (near.authorization, near.with_credentials) == (
        base.authorization,
        "https://u%40x:p%C3%A9@a.example:443/new",
    )
    for far in ("https://b.example/", "http://a.example/", "https://a.example:8443/", "https://e:f@b.example/"):
        away = addresses.follow(base, far)
        assert (away.authorization, away.userinfo) == ("", "")
