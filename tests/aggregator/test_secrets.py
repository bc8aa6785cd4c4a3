"""An address can carry somebody's key to a feed: it goes to its publisher and stands in that feed's row alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from aggregator import lookups, poll
from aggregator.models import Feed, Lookup, Poll
from tests.aggregator.feeds import a_feed
from tests.web import Reply, Request, Web

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "zq7key"
RSS = '<rss version="2.0"><channel><title>Ann</title><item><guid>1</guid><link>/one</link>\
<description><![CDATA[<a href="two">x</a><img src="/three.png">]]></description></item></channel></rss>'
ANSWERS: dict[str, Reply] = {
    "well": Reply(RSS),
    "unchanged": Reply("", 304),
    "no credentials": Reply("", 401),
    "not there": Reply("", 404),
    "gone": Reply("", 410),
    "busy": Reply("", 429),
    "broken": Reply("", 500),
    "no feed": Reply("<html><body>nothing</body></html>", type="text/html"),
    "not XML": Reply("<rss><item>"),
    "cut short": Reply(RSS, headers={"Content-Length": "99999"}),
    "no HTTP": Reply(raw=b"what?\r\n\r\n"),
    "hangs": Reply(hang=True),
    "resets": Reply(raw=b"", reset=True),
    "leads elsewhere": Reply("", 301, headers={"Location": "http://127.0.0.99:1/"}),
    "leads nowhere": Reply("", 302, headers={"Location": "http://[::"}),
    "leads around": Reply("", 302, headers={"Location": f"/feed?token={KEY}"}),
}


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any) -> Iterator[None]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0
    settings.FETCH_SECONDS = 2.0
    yield
    poll.close()


def secret(url: str) -> str:
    return url.replace("://", f"://ann:{KEY}@") + f"?token={KEY}"


def where_it_stands() -> set[str]:
    """The columns of all tables in which the key can be read."""
    return {
        f"{model._meta.db_table}.{name}"
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values()
        for name, value in row.items()
        if KEY in str(value)
    }


def test_a_key_stands_in_no_log_and_no_error(web: Web, caplog: Any, capfd: Any) -> None:
    now = datetime.now(UTC)
    for number, (name, reply) in enumerate(ANSWERS.items(), 2):
        url = web.url("/feed", host=f"127.0.0.{number}")
        web.answer("/feed", lambda _request, reply=reply: reply, host=f"127.0.0.{number}")  # type: ignore[misc]
        a_feed(secret(url), title=name, next_poll_at=now, created_at=now)
        Feed.objects.filter(title=name).update(host=f"127.0.0.{number}")
    poll.run(20, idle_errands=False)
    assert Poll.objects.count() == len(ANSWERS)
    assert all(KEY in request.path and request.header("authorization") for request in web.asked("/feed"))
    assert where_it_stands() == {"aggregator_feed.url"}
    assert KEY not in caplog.text
    assert KEY not in "".join(capfd.readouterr())


def test_credentials_go_to_no_other_host(web: Web) -> None:
    now = datetime.now(UTC)
    there = web.url("/feed", host="127.0.0.9")
    web.page("/feed", "", 302, host="127.0.0.2", headers={"Location": there})
    web.page("/feed", RSS, host="127.0.0.9")
    a_feed(secret(web.url("/feed", host="127.0.0.2")), next_poll_at=now, created_at=now)
    poll.run(20, idle_errands=False)

    def told(request: Request) -> bool:
        return KEY in f"{request.path} {request.headers}"

    assert [(request.host, told(request)) for request in web.requests] == [
        ("127.0.0.2", True),
        ("127.0.0.9", False),
    ]


def test_what_one_looked_up_with_a_key_is_not_told_to_who_asks_without(web: Web) -> None:
    now = timezone.now()
    web.page("/", '<link rel=alternate type=application/rss+xml href=/feed><a href="/feed">x</a>', type="text/html")
    web.page("/feed", RSS)
    known = a_feed(secret(web.url("/feed")), next_poll_at=None, last_ok_at=now, last_polled_at=now)
    asked = Lookup.objects.create(address=web.url("/"), asked_at=now, due_at=now)
    poll.run(20, idle_errands=False)
    asked.refresh_from_db()
    assert asked.state == Lookup.State.FOUND
    assert KEY not in f"{asked.candidates} {asked.error} {asked.title} {asked.places}"
    assert asked.feed_id != known.pk
    assert lookups.choose(asked, asked.candidates[0]["url"], now).pk != known.pk
