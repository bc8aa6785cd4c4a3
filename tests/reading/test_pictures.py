"""Pictures through this instance, as pages show them: sealed, for who may read the entry, without powers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from aggregator import pictures, waiting
from network.models import User
from plnet.middleware import policy
from reading.opening.pictures import address, through_here
from tests.web import Web

from .roster import a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture(autouse=True)
def on(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.IMAGE_PROXY = settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY, settings.DATA_DIR = 0.0, tmp_path
    yield
    waiting.close()


@pytest.fixture
def nora() -> User:
    return a_member("nora")


@pytest.fixture
def client(nora: User) -> Client:
    client = Client()
    client.force_login(nora)
    return client


def the_text(url: str) -> str:
    return f'<p><img src="{url}?a=1&amp;b=2" srcset="{url} 1x, {url}?w=2 2x" alt="A bear" loading="lazy"></p>'


def test_every_address_of_a_picture_in_a_page_leads_here(nora: User, client: Client, web: Web) -> None:
    web.page("/a.png", PNG)
    source = a_source(nora, a_feed("shelf"))
    (entry,) = entries(source.feed, [1], html=the_text(web.url("/a.png")))
    for path in (f"/entries/{entry.pk}/", "/river/?density=full"):
        page = client.get(path).content.decode()
        shown = re.search(r'<img src="(/pictures/[^"]+)" srcset="(/pictures/[^"]+ 1x), (/pictures/[^"]+ 2x)"', page)
        assert shown, path
        assert re.search(r'<(img|source|video)[^>]* (src|srcset|poster)="http', page) is None
        assert 'alt="A bear"' in page
    assert '<a class="zoom" href="/pictures/' in client.get(f"/entries/{entry.pk}/").content.decode()
    answer = client.get(unescape(shown[1]))
    assert (answer.content, answer.headers["Content-Type"]) == (PNG, "image/png")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [request.path for request in web.requests] == ["/a.png?a=1&b=2"]


def test_nobody_has_anything_else_fetched_nor_sees_what_they_may_not_read(
    nora: User, client: Client, web: Web, settings: Any
) -> None:
    web.page("/a.png", PNG)
    source = a_source(nora, a_feed("shelf"))
    (entry,) = entries(source.feed, [1], html=the_text(web.url("/a.png")))
    ours = address(web.url("/a.png"), entry.pk)
    otto = Client()
    otto.force_login(a_member("otto"))
    assert otto.get(ours).status_code == 404
    assert Client().get(ours).status_code == 302
    broken = ours[:12] + ("1" if ours[12] == "0" else "0") + ours[13:]  # the seal
    for wrong in (ours.replace("a.png", "b.png"), ours.replace("entry=", "entry=1"), broken):
        assert client.get(wrong).status_code == 404
    assert client.get(ours.partition("?")[0]).status_code == 404
    assert web.requests == []
    assert client.get(ours).status_code == 200
    settings.IMAGE_PROXY = False
    assert client.get(ours).status_code == 404


def test_a_picture_that_cannot_be_had_is_told_so_and_one_that_must_wait_when(
    nora: User, client: Client, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.page("/a.png", b"<html>")
    source = a_source(nora, a_feed("shelf"))
    (entry,) = entries(source.feed, [1])
    assert client.get(address(web.url("/a.png"), entry.pk)).status_code == 404

    def busy(*_: object) -> None:
        raise pictures.Busy

    monkeypatch.setattr(pictures, "picture", busy)
    answer = client.get(address(web.url("/b.png"), entry.pk))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_where_it_is_off_addresses_stay_and_where_it_is_on_browsers_are_held_to_it(settings: Any) -> None:
    text = the_text("https://x.example/a.png")
    assert through_here(text, 1) != text
    settings.IMAGE_PROXY = False
    assert through_here(text, 1) == text
    assert "img-src 'self';" in policy(own_pictures=True)
    assert "img-src 'self' data: http: https:;" in policy(own_pictures=False)
