"""The test web server is itself tried with the plainest client there is."""

import threading
import urllib.error
import urllib.request

import pytest

from tests.web import Reply, Web


def read(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_page_is_served_and_its_request_recorded(web: Web) -> None:
    web.page("/feed", "<rss/>", headers={"ETag": '"1"'})
    assert read(web.url("/feed?a=1"), **{"X-Odd": " two  spaces"}) == (200, b"<rss/>")
    assert [(r.method, r.path, r.host) for r in web.requests] == [("GET", "/feed?a=1", "127.0.0.1")]
    assert web.requests[0].header("x-odd") == " two  spaces"
    assert web.asked("/feed") == web.requests


def test_a_conditional_page_answers_304_to_what_it_said(web: Web) -> None:
    web.page("/feed", "<rss/>", headers={"ETag": 'W/"1"'}, conditional=True)
    assert read(web.url("/feed"), **{"If-None-Match": 'W/"1"'}) == (304, b"")
    assert read(web.url("/feed"), **{"If-None-Match": '"1"'}) == (200, b"<rss/>")


def test_hosts_are_different_addresses(web: Web) -> None:
    web.page("/", "two", host="127.0.0.2")
    assert read(web.url("/", host="127.0.0.2")) == (200, b"two")
    assert read(web.url("/"))[0] == 404
    assert web.url("/", host="127.0.0.2") != web.url("/")


def test_a_script_decides_on_each_request(web: Web) -> None:
    web.answer("/n", lambda request: Reply(str(len(web.requests))))
    assert [read(web.url("/n"))[1] for _ in range(3)] == [b"0", b"1", b"2"]


def test_a_held_page_waits_for_the_test(web: Web) -> None:
    gate = threading.Event()
    web.page("/slow", "at last", hold=gate)
    got: list[tuple[int, bytes]] = []
    reading = threading.Thread(target=lambda: got.append(read(web.url("/slow"))))
    reading.start()
    web.wait(lambda web: len(web.requests) == 1 and web.connections == 1)
    assert got == []
    gate.set()
    reading.join(5)
    assert got == [(200, b"at last")]


def test_raw_bytes_go_out_as_they_are_and_hanging_ends_with_the_client(web: Web) -> None:
    web.page("/raw", raw=b"HTTP/1.0 201 Odd\r\n\r\nrest")
    web.page("/hang", hang=True)
    assert read(web.url("/raw")) == (201, b"rest")
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(web.url("/hang"), timeout=0.2)
    web.wait(lambda web: web.connections == 0)
