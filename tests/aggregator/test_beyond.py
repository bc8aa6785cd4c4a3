"""The whole text and the chapters of an entry: fetched once for all when somebody asks, from a real server."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from aggregator import beyond
from aggregator.models import Beyond, Entry, EntryBody, Feed, Host
from tests.web import Reply, Web

from .looking import work
from .made import NOW

pytestmark = pytest.mark.django_db
WORDS = "Every spring we take four hundred books off the shelves, and every spring somebody comes to ask why. "
PAGE = f"""<!doctype html><html><head><title>T</title><script>alert(1)</script></head><body>
<nav><a href="/">Home</a><a href="/about">About</a></nav><article><h1>Weeding</h1>
<h2>What the gap is for</h2><p>{WORDS * 3}<a href="/rel" onclick="x()">a link</a></p>
<pre><code>SELECT 1
  FROM dual</code></pre><p>{WORDS * 2}<img src="/a.png" onerror="alert(1)" alt="Shelves"></p>
<p><a href="javascript:alert(1)">bad</a> {WORDS}</p></article><footer>All rights</footer></body></html>"""


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


def an_entry(link: str, **extra: Any) -> Entry:
    feed = Feed.objects.create(url=f"https://shelf.example/{Feed.objects.count()}", created_at=NOW)
    entry = Entry.objects.create(feed=feed, uid=link, link=link, sorted_at=NOW, arrived_at=NOW)
    EntryBody.objects.create(entry=entry, html="<p>Short.</p>", extra=extra)
    return entry


def fetch(entry: Entry, what: str = beyond.TEXT, now: Any = NOW) -> Beyond:
    beyond.wish(entry, what, now)
    for claim in beyond.claim(now, 8):
        beyond.settle(work(partial(beyond.look, claim=claim, now=now)), now)
    return Beyond.objects.get(entry=entry, what=what)


def test_the_whole_text_comes_without_what_is_around_it_and_is_safe(web: Web) -> None:
    web.page("/piece", PAGE, type="text/html")
    got = fetch(an_entry(web.url("/piece")))
    assert (got.trouble, got.due_at, got.came_at, got.lease) == ("", None, NOW, "")
    assert 120 < got.words < 160
    assert "<h2>What the gap is for</h2>" in got.html
    assert "SELECT 1\n  FROM dual" in got.html
    assert f'href="{web.url("/rel")}"' in got.html and f'src="{web.url("/a.png")}"' in got.html
    for bad in ("alert", "onclick", "javascript", "About", "All rights"):
        assert bad not in got.html


def test_it_is_asked_for_once_whoever_asks(web: Web) -> None:
    web.page("/piece", PAGE, type="text/html")
    entry = an_entry(web.url("/piece"))
    beyond.wish(entry, beyond.TEXT, NOW)
    beyond.wish(entry, beyond.TEXT, NOW)
    (claim,) = beyond.claim(NOW, 8)
    assert beyond.claim(NOW, 8) == []
    beyond.settle(work(partial(beyond.look, claim=claim, now=NOW)), NOW)
    fetch(entry)
    assert len(web.asked("/piece")) == 1
    assert not beyond.due(NOW + timedelta(days=400))


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply("no", status=404), "not there any more"),
        (Reply("no", status=403), "only to people"),
        (Reply("no", status=500), "in trouble"),
        (Reply("<html><body><div id=app></div></body></html>", type="text/html"), "No text was found"),
        (Reply("%PDF-1.7", type="application/pdf"), "a file, not a page"),
        (Reply("<html>" + "<div>" * 5000, type="text/html"), "cannot be read safely"),
    ],
)
def test_trouble_is_said_and_tried_again_after_an_hour_at_the_soonest(web: Web, reply: Reply, why: str) -> None:
    web.answer("/piece", lambda _: reply)
    entry = an_entry(web.url("/piece"))
    assert why in fetch(entry).trouble
    fetch(entry, now=NOW + timedelta(minutes=59))
    assert len(web.asked("/piece")) == 1
    web.page("/piece", PAGE, type="text/html")
    got = fetch(entry, now=NOW + timedelta(hours=1))
    assert (got.trouble, bool(got.html)) == ("", True)


def test_a_host_that_asks_for_peace_has_it(web: Web) -> None:
    web.page("/piece", "later", status=429, headers={"Retry-After": "600"})
    entry = an_entry(web.url("/piece"))
    assert "left alone" in fetch(entry).trouble
    assert Host.objects.get().blocked_until == NOW + timedelta(seconds=600)
    other = an_entry(web.url("/other"))
    assert "asked this server to wait" in fetch(other, now=NOW + timedelta(seconds=1)).trouble
    assert web.asked("/other") == []


def test_a_worker_that_is_lost_costs_a_lease_and_three_cost_the_wish(web: Web) -> None:
    entry, now = an_entry(web.url("/piece")), NOW
    beyond.wish(entry, beyond.TEXT, now)
    for _ in range(3):
        (claim,) = beyond.claim(now, 8)
        now += beyond.LEASE
    assert beyond.claim(now, 8) == []
    assert "three times" in Beyond.objects.get().trouble
    beyond.settle(beyond.Finding(claim, "<p>late</p>", 1), now)
    assert Beyond.objects.get().html == ""


def test_two_wishes_at_one_host_are_not_fulfilled_in_one_moment(web: Web) -> None:
    for path in ("/a", "/b"):
        beyond.wish(an_entry(web.url(path)), beyond.TEXT, NOW)
    assert len(beyond.claim(NOW, 8)) == 1
    assert len(beyond.claim(NOW + beyond.PACE, 8)) == 1


def test_an_entry_without_an_address_has_nothing_beyond() -> None:
    assert beyond.wish(an_entry(""), beyond.TEXT, NOW) is None
    assert beyond.wish(an_entry("https://x.example/"), beyond.CHAPTERS, NOW) is None
    assert beyond.wish(an_entry("javascript:alert(1)"), beyond.TEXT, NOW) is None
    assert not Beyond.objects.exists()


def test_chapters_come_in_the_order_of_their_time(web: Web) -> None:
    chapters = [
        {"startTime": 90.5, "title": "The  gap", "url": "/gap"},
        {"startTime": 0, "title": "Beginning"},
        {"startTime": 40, "title": "not shown", "toc": False},
        {"startTime": -5, "title": "before"},
        {"startTime": "120", "title": "As text", "url": "javascript:alert(1)"},
    ]
    web.page("/c.json", json.dumps({"version": "1.2.0", "chapters": chapters}), type="application/json")
    got = fetch(an_entry("https://x.example/", chapters=web.url("/c.json")), beyond.CHAPTERS)
    assert got.chapters == [
        {"start": 0, "title": "Beginning", "url": ""},
        {"start": 90, "title": "The gap", "url": web.url("/gap")},
        {"start": 120, "title": "As text", "url": ""},
    ]


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '{"chapters": 3}', '{"chapters": []}', "<html>"])
def test_what_is_no_list_of_chapters_is_said(web: Web, body: str) -> None:
    web.page("/c.json", body, type="application/json")
    got = fetch(an_entry("https://x.example/", chapters=web.url("/c.json")), beyond.CHAPTERS)
    assert got.trouble and not got.chapters
