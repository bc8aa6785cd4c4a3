"""Today's edition as it is kept for times without network: one page with all texts, and whose it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aggregator.models import Beyond, Feed
from network.models import User
from plnet.offline import NOBODY, WHOSE

from .roster import a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
HTML = (
    '<p id="e-1">One <a href="https://x.example/1#2">note</a>.</p><p><picture><source srcset="https://x.example/w">'
    '<img src="https://x.example/a" alt="A bear"></picture></p><p id="e-2">Two <img src="https://x.example/b"></p>'
)


@pytest.fixture
def nora() -> User:
    return a_member("nora")


@pytest.fixture
def client(nora: User) -> Client:
    client = Client()
    client.force_login(nora)
    return client


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def written(user: User, name: str, html: str) -> Any:
    source = a_source(user, a_feed(name))
    (entry,) = entries(source.feed, [1], html=html, title=f"By {name}", link="https://x.example/1", words=300)
    type(entry).objects.filter(pk=entry.pk).update(sorted_at=timezone.now())
    Feed.objects.filter(pk=source.feed_id).update(newest_at=timezone.now())
    return entry


def test_all_texts_stand_on_one_page_that_loads_nothing_from_elsewhere(nora: User, client: Client) -> None:
    one, two = written(nora, "ann", HTML), written(nora, "ben", HTML)
    Beyond.objects.create(
        entry=two,
        what="text",
        url=two.link,
        asked_at=timezone.now(),
        came_at=timezone.now(),
        html="<p>The whole.</p>",
    )
    keep = re.search(r'data-keep="([^"]+)"', text(client.get("/today/")))
    assert keep
    page = text(client.get(keep[1]))
    assert "<img" not in page and "<source" not in page and "<small>[Picture: A bear]</small>" in page
    assert f'id="entry-{one.pk}"' in page and "By ben" in page
    assert "The whole." in page  # somebody had it fetched
    assert f'href="#e{one.pk}-2"' in page and f'id="e{one.pk}-2"' in page  # places are told apart
    assert len(ids := re.findall(r' id="([^"]+)"', page)) == len(set(ids))


def test_it_is_kept_anew_when_it_is_another(nora: User, client: Client) -> None:
    assert "data-keep" not in text(client.get("/today/"))  # nothing to keep
    written(nora, "ann", HTML)
    before = re.search(r"data-keep[^>]+", text(client.get("/today/")))
    written(nora, "ben", HTML)
    after = re.search(r"data-keep[^>]+", text(client.get("/today/")))
    assert before and after and before[0] != after[0]


def test_every_page_says_whether_it_is_the_same_members(client: Client) -> None:
    signs = [client.get(path).headers[WHOSE] for path in ("/today/", "/river/", "/nowhere/", "/about")]
    other = Client()
    other.force_login(a_member("otto"))
    assert len(set(signs)) == 1
    assert other.get("/river/").headers[WHOSE] not in (NOBODY, signs[0])
    assert Client().get("/accounts/login/").headers[WHOSE] == NOBODY
    client.post("/accounts/logout/")
    assert client.get("/accounts/login/").headers[WHOSE] == NOBODY


def test_the_worker_stands_at_the_root_and_needs_no_login() -> None:
    a_member()
    answer = Client().get("/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "You are off the network" in text(Client().get("/offline/"))
