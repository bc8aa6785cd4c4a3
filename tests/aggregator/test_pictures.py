"""Pictures through this instance: one request, proved by their bytes, kept within bounds, and nobody waits long."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aggregator import housekeep, pictures, waiting
from aggregator.finding.typed import host_of
from aggregator.models import Host
from aggregator.pictures import picture
from tests.web import Web

from .made import NOW

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
AVIF = b"\0\0\0\x1cftypavif" + b"\0" * 100
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def on(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.IMAGE_PROXY = settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY, settings.DATA_DIR = 0.0, tmp_path
    yield
    waiting.close()


def test_a_picture_is_fetched_once_and_then_stands_on_the_disk(web: Web) -> None:
    web.page("/a.png", PNG, type="text/html")  # whatever the server calls it
    web.page("/b", AVIF, type="image/jpeg")
    for _ in range(2):
        first, second = picture(web.url("/a.png"), NOW), picture(web.url("/b"), NOW)
        assert first and second
        assert (first.content, first.media_type, second.media_type) == (PNG, "image/png", "image/avif")
    assert [request.path for request in web.requests] == ["/a.png", "/b"]
    assert web.requests[0].header("cookie") is None
    assert web.requests[0].header("referer") is None


@pytest.mark.parametrize(
    "body", [SVG, b"<html>", b"", b"MZ" + PNG, b"\x89PNG\r\n\x1a\n" + b"\0" * pictures.LARGEST]
)
def test_what_is_no_bitmap_or_too_large_is_none_and_not_asked_for_again(web: Web, body: bytes) -> None:
    web.page("/a.png", body, type="image/png")
    assert picture(web.url("/a.png"), NOW) is None
    assert picture(web.url("/a.png"), NOW) is None
    assert len(web.requests) == 1
    assert list(pictures.files()) == []


def test_an_address_inside_is_never_asked(web: Web, settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    web.page("/a.png", PNG)
    assert picture(web.url("/a.png"), NOW) is None
    assert web.requests == []


def test_a_host_that_asks_for_peace_has_it(web: Web) -> None:
    web.page("/a.png", status=429, headers={"Retry-After": "60"})
    web.page("/b.png", PNG)
    assert picture(web.url("/a.png"), NOW) is None
    assert picture(web.url("/b.png"), NOW) is None
    web.page("/c.png", PNG)
    elsewhere = web.url("/c.png", host="127.0.0.2")
    Host.objects.create(name=host_of(elsewhere), blocked_until=NOW + timedelta(hours=1))
    assert picture(elsewhere, NOW) is None
    assert len(web.requests) == 1
    assert picture(elsewhere, NOW + timedelta(hours=2))


def test_who_is_slow_is_not_waited_for(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SECONDS", 0.3)
    web.page("/a.png", PNG, hang=True)
    assert picture(web.url("/a.png"), NOW) is None


def test_only_so_many_threads_wait_and_two_for_one_picture_ask_once(web: Web) -> None:
    release = threading.Event()
    web.page("/a.png", PNG, hold=release)
    came: list[Any] = []
    asks = partial(pictures.ask, web.url("/a.png"))
    threads = [threading.Thread(target=lambda: came.append(asks())) for _ in range(2)]
    for thread in threads:
        thread.start()
    web.wait(lambda web: len(web.requests) == 1)
    taken = [pictures._places.acquire(blocking=False) for _ in range(pictures.AT_ONCE)]
    assert all(taken)
    with pytest.raises(pictures.Busy):
        picture(web.url("/b.png"), NOW)
    for _ in taken:
        pictures._places.release()
    release.set()
    for thread in threads:
        thread.join(5)
    assert [answer.body for answer in came] == [PNG, PNG]
    assert len(web.requests) == 1


def test_housekeeping_lets_old_ones_go_and_the_oldest_where_there_is_no_room(settings: Any) -> None:
    for day, name in enumerate("abc"):
        pictures.keep(name, PNG + b"\0" * (2**20 - len(PNG)))
        at = (NOW - timedelta(days=2 * day)).timestamp()
        os.utime(pictures.place_of(name), (at, at))
    settings.IMAGE_MEGABYTES = 2
    assert housekeep.run(NOW).pictures == 1
    assert not pictures.on_disk("c", NOW)
    assert pictures.on_disk("b", NOW)  # shown today: it stays for another month
    later = NOW + pictures.KEPT - timedelta(hours=1)
    assert pictures.sweep(later) == 0
    assert pictures.sweep(later + timedelta(hours=2)) == 2
    pictures.keep("a", PNG)
    settings.IMAGE_PROXY = False
    assert pictures.sweep(NOW) == 1
