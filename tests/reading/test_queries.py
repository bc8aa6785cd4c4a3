"""No reading page asks the database more than eight times, whoever asks.

The client sends the whole request: what middleware, the view and the page's frame ask is counted. Not counted is
what a process asks once in its life: whether anybody lives here, and what the database can do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aggregator.models import Entry, EntryBody, Feed
from network.models import User
from reading.urls import urlpatterns
from tests.browser.test_every_page import addresses, chief  # noqa: F401  a fixture
from tests.reading.roster import a_feed, a_source
from tests.test_permissions import nora, visitor  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
MOST = 8
OLDER = re.compile(r'"(/[^"]*[?&](?:amp;)?(?:before|place)=[^"]*)"')
LISTS = ("/river/", "/skim/", "/circles/", "/groups/", "/people/", "/tags/", "/sources/", "/listen/", "/watch/")
OTHERWISE = ("show=all", "show=unread", "by=person", "density=full")


def test_no_page_takes_more_than_eight_queries(chief: User) -> None:  # noqa: F811
    more_to_read(chief)
    client, asked = visitor(chief), dict[str, int]()
    client.get("/more/")
    assert connection.features.supports_json_field
    for path in every(client):
        for _again in range(2):  # the first time nothing is known of the list, then its pace
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(path)
            if answer.status_code == 200:
                asked[path] = max(len(queries), asked.get(path, 0))
    assert len(asked) > 70
    assert {path: n for path, n in asked.items() if n > MOST} == {}


def every(client: Client) -> Iterator[str]:
    """Every page of the reading room: lists shown otherwise too, the page after the first, entries from a list."""
    caches["here"].clear()
    own = {str(each.pattern) for each in urlpatterns}
    for path in [path for route, path in addresses() if route in own]:
        yield path
        if path.startswith(LISTS) and path.endswith(("/river/", "/skim/", "/listen/", "/watch/")):
            yield from (f"{path}?{how}" for how in OTHERWISE)
        if path.startswith("/entries/") and path.count("/") == 3:
            yield from (f"{path}?in={key}" for key in ("river.unread.cards", "skim.all.cards", "today.all.cards"))
            yield f"{path}?text=full"
        older = OLDER.search(client.get(path).content.decode())
        if older:
            yield unescape(older[1])
    yield from (f"/search/?q={words}" for words in ("zq7nora", "a+OR+b", "is:unread", "is:kept", "lang:en+the"))


def more_to_read(user: User) -> None:
    """Feeds with more than a page: of long texts, and of short posts, talk and films."""
    now = timezone.now()
    for number, (title, words, medium) in enumerate(
        [("Long", 900, "text"), ("", 40, "text"), ("Talk", 0, "audio"), ("Film", 0, "video")]
    ):
        feed = a_feed(f"more{number}")
        Entry.objects.bulk_create(
            [
                Entry(
                    feed=feed, uid=f"{number}-{n}", title=title and f"{title} {n}", words=words, medium=medium,
                    gist="the words", sorted_at=now - timedelta(hours=3 * n), arrived_at=now, language="en",
                )
                for n in range(90)
            ]
        )  # fmt: skip
        EntryBody.objects.bulk_create(EntryBody(entry=entry) for entry in Entry.objects.filter(feed=feed))
        last = Entry.objects.filter(feed=feed).order_by("-pk").values_list("pk", flat=True)[0]
        Feed.objects.filter(pk=feed.pk).update(entry_count=90, last_entry=last, newest_at=now, per_day=8)
        a_source(user, feed)
