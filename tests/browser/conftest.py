"""A real browser over a real server, and a member's pages worth looking at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from aggregator.models import Enclosure, Entry, Feed, Poll
from network.models import Circle, User
from reading import marks
from tests.browser.chromium import browser as start
from tests.reading.roster import a_feed, a_member, a_source, entries

PROSE = """<p>Every spring we take four hundred books off the shelves, and <a href="https://x.example/">people</a>
ask why. <mark>It is a different instrument.</mark></p><h2>What the gap is for</h2><p>When we withdraw a book, its
place stays empty.</p><blockquote><p>A quotation.</p></blockquote><pre><code>SELECT title FROM biblio
WHERE returned IS NULL AND nearest_copy_in_kilometres &lt; 160 ORDER BY last_time_it_was_at_home NULLS FIRST;
</code></pre><table><caption>Four springs.</caption><thead><tr><th>Spring</th><th>Proposed</th><th>Withdrawn</th>
<th>Argued back</th></tr></thead><tbody><tr><td>2026</td><td>431</td><td>344</td><td>72</td></tr></tbody></table>
<ul><li>One.</li></ul>"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for a module. Playwright runs a loop in this thread, which Django has to be told is meant."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with start(chromium) as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def nora(transactional_db: None) -> User:
    """A member with a roster of every kind of writer: much, little, right to left, without titles, in trouble."""
    user = a_member("nora")
    now = timezone.now()
    shelf = a_source(
        user, a_feed("shelf", title="The Slow Shelf", site_url="https://shelf.example/", subtitle="On books.")
    )
    made = entries(shelf.feed, [0.01 * n for n in range(45, 0, -1)], html=PROSE, language="en")
    arabic = a_source(user, a_feed("layla", title="ليلى حدّاد"))
    entries(arabic.feed, [1.2, 3], html="<p>في الصندوق السابع.</p>", language="ar", title="رسائل لم يطلبها أحد")
    quiet = a_source(user, a_feed("quiet", title="Quiet"))
    entries(quiet.feed, [400], title="", gist="A short thought without any title, from long ago.")
    trouble = {
        "failing_since": now - timedelta(days=9),
        "failures": 12,
        "last_outcome": "missing",
        "last_status": 404,
    }
    broken = a_feed("broken", title="Broken", last_polled_at=now, next_poll_at=now + timedelta(hours=20), **trouble)
    a_source(user, broken)
    Poll.objects.create(feed=broken, at=now, outcome="missing", status=404, error="not found")
    with_state(user, made, now)
    circle = Circle.objects.create(roster=user.roster, name="Close to the desk")
    circle.people.add(shelf.person, quiet.person)
    Circle.objects.create(
        roster=user.roster, name="A circle with a name that is longer than the rail is wide", position=2
    )
    return user


def with_state(user: User, made: list[Entry], now: Any) -> None:
    """The newest entry plays and was edited; some are read, one is kept."""
    Entry.objects.filter(pk=made[-1].pk).update(edited_at=now)
    Enclosure.objects.create(entry=made[-1], url="https://x.example/a.mp3", type="audio/mpeg")
    Enclosure.objects.create(entry=made[-1], url="https://x.example/plan.pdf", type="application/pdf", length=2048)
    shift = now - Feed.objects.get(pk=made[-1].feed_id).newest_at - timedelta(minutes=1)
    for each in Entry.objects.all():
        Entry.objects.filter(pk=each.pk).update(sorted_at=each.sorted_at + shift)
    for feed in Feed.objects.exclude(newest_at=None):
        Feed.objects.filter(pk=feed.pk).update(newest_at=feed.newest_at + shift)
    for entry in made[-4:-1]:
        marks.mark(user, entry, True, now)
    marks.keep(user, made[-2], True, now)


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Any]:
    """visit(user, path, width=, scheme=, script=, zone=, worker=): the page as that member sees it."""
    contexts: list[BrowserContext] = []

    def open_page(
        user: User | None,
        path: str,
        *,
        width: int = 1280,
        scheme: Any = "light",
        script: bool = True,
        zone: str = "UTC",
        worker: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 844 if width < 768 else 900},
            color_scheme=scheme,
            reduced_motion="reduce",  # no colour is half way to another
            has_touch=width < 768,
            java_script_enabled=script,
            timezone_id=zone,
            service_workers="allow" if worker else "block",
        )
        context.set_default_timeout(10_000)
        context.route(lambda url: not url.startswith(live_server.url), lambda route: route.abort())
        contexts.append(context)
        if user is not None:
            context.add_cookies([signed_in(user, live_server.url)])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def signed_in(user: User, url: str) -> Any:
    """The cookie of a session of this member."""
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(user)
    return {"name": name, "value": client.cookies[name].value, "url": url}
