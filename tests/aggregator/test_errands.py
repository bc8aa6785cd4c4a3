"""The errands as a drain runs them: lookups, hubs and icons beside the feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator import poll
from aggregator.models import Entry, Feed, HubLease, Icon, Lookup
from tests.web import Reply, Web

from .test_discover import RSS, alternate, html, page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def open_and_quick(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0
    settings.BASE_URL = "https://plnet.example.org"
    yield
    poll.close()


def ask(*addresses: str) -> None:
    now = datetime.now(UTC)
    Lookup.objects.bulk_create([Lookup(address=address, asked_at=now, due_at=now) for address in addresses])


def test_an_address_becomes_a_feed_with_entries_and_an_icon_and_its_hub_is_asked(web: Web) -> None:
    hub = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{web.url("/hub")}"/>'
    html(web, "/", page(alternate("/feed", "Ann") + '<link rel="icon" href="/i.png">'))
    web.page("/feed", RSS.replace("<item>", hub + "<item>"))
    web.page("/i.png", b"\x89PNG\r\n\x1a\n" + bytes(50))
    web.page("/hub", status=202)
    ask(web.url("/"))
    first = datetime.now(UTC)
    poll.run(20)
    lookup = Lookup.objects.get()
    assert (lookup.state, Entry.objects.filter(feed=lookup.feed).count()) == ("found", 1)
    Feed.objects.update(subscribers=1)  # somebody follows it
    poll.run(20, clock=lambda: first + timedelta(minutes=6))
    assert HubLease.objects.get().state == "asked"
    assert bytes(Icon.objects.get().content).startswith(b"\x89PNG")
    asked = [request.path for request in web.requests]
    assert sorted(asked) == ["/", "/", "/feed", "/hub", "/i.png"]


def test_an_import_of_many_addresses_leaves_room_for_feeds(web: Web) -> None:
    open_at_once: list[int] = []

    def script(request):
        open_at_once.append(web.connections)
        return Reply(RSS, delay=0.7)  # longer than the drain waits between two claims

    web.answer("/feed", script)
    ask(*[web.url("/feed", host=f"127.0.1.{n}") for n in range(1, 41)])
    tally = poll.run(30)
    assert (tally.errands, Lookup.objects.filter(state="found").count()) == (40, 40)
    assert len(web.requests) == 40
    assert max(open_at_once) <= poll.ERRANDS_AT_ONCE
