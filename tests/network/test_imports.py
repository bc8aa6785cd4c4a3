"""Many addresses at once: brought in with few queries, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator.models import Feed, FeedAddress, Lookup
from network.arriving import imports
from network.follow import follow
from network.models import Arrival, Circle, Import, Person, Source
from network.outlining import opml

from .members import NOW, a_feed, a_member, a_source

pytestmark = pytest.mark.django_db


def a_list(count: int) -> bytes:
    """So many feeds in nested folders; each tenth stands in two of them, each fiftieth line is bad."""
    lines = []
    for n in range(count):
        line = f'<outline type="rss" text="Voice {n}" xmlUrl="https://h{n % 400}.example/{n}/feed"/>'
        lines.append(f'<outline text="Region {n % 7}"><outline text="Place {n % 23}">{line}</outline></outline>')
        if n % 10 == 0:
            lines.append(f'<outline text="Twice">{line}</outline>')
        if n % 50 == 0:
            lines.append(f'<outline text="Bad {n}" xmlUrl="ftp://h.example/{n}"/>')
    return ("<opml version='1.0'><body>\n" + "\n".join(lines) + "\n</body></opml>").encode()


def queries_of(count: int, user: Any) -> int:
    listed = opml.read(a_list(count))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        imports.bring_in(user.roster, listed, "readers.opml", NOW)
    return len(captured)


def test_1200_outlines_come_in_whole_with_their_circles() -> None:
    nora = a_member()
    batch = imports.bring_in(nora.roster, opml.read(a_list(1200)), "readers.opml", NOW)
    assert Feed.objects.filter(subscribers=1, next_poll_at=NOW).count() == 1200
    assert Person.objects.filter(roster=nora.roster).count() == 1200
    assert Source.objects.of(nora).followed().count() == 1200
    assert Circle.objects.of(nora).count() == 23 + 1
    assert Circle.objects.get(name="Twice").people.count() == 120
    assert Circle.objects.get(name="Place 3").people.count() == len(range(3, 1200, 23))
    assert (batch.outlines, batch.joined, batch.arrivals.count()) == (1320, 120, 1200)
    assert len(batch.bad_lines) == 24
    assert batch.bad_lines[1] == {
        "line": [b"ftp://h.example/50" in line for line in a_list(1200).splitlines()].index(True) + 1,
        "text": "ftp://h.example/50",
        "why": "Addresses here begin with http:// or https://, not with ftp:.",
    }


def test_1200_outlines_take_few_queries() -> None:
    """Inserts are cut by SQLite's number of values, so they grow by hundreds of rows, not by rows."""
    few, many = queries_of(12, a_member()), queries_of(1200, a_member("otto"))
    assert few <= 42
    assert many <= (150 if connection.vendor == "sqlite" else 42)


def test_what_is_on_the_roster_is_joined() -> None:
    nora = a_member()
    source = a_source(nora, a_feed(url="https://slow.example/feed"))
    batch = imports.bring_in(
        nora.roster, opml.read(b'<opml><outline text="S" xmlUrl="https://slow.example/feed"/></opml>'), "x", NOW
    )
    arrival = batch.arrivals.get()
    assert (arrival.source, arrival.joined, batch.joined) == (source, True, 1)


def test_an_old_address_and_the_http_twin_lead_to_the_feed_that_is_there() -> None:
    nora, feed = a_member(), a_feed(url="https://slow.example/feed")
    FeedAddress.objects.create(url="https://old.example/feed", feed=feed, since=NOW)
    listed = opml.read(
        b'<opml><outline text="A" xmlUrl="https://old.example/feed"/>'
        b'<outline text="B" xmlUrl="http://slow.example/feed"/></opml>'
    )
    imports.bring_in(nora.roster, listed, "x", NOW)
    assert (Feed.objects.count(), Source.objects.get().feed) == (1, feed)


def test_a_name_somebody_gave_a_feed_is_theirs_alone() -> None:
    nora = a_member()
    imports.bring_in(
        nora.roster,
        opml.read(b'<opml><outline text="My secret boss" xmlUrl="https://a.example/"/></opml>'),
        "x",
        NOW,
    )
    assert (Person.objects.get().name, Feed.objects.get().title) == ("My secret boss", "")


def test_addresses_without_a_name_and_pages_are_looked_up_and_know_their_circles() -> None:
    nora = a_member()
    listed = opml.read(
        b'<opml><outline text="Desk"><outline xmlUrl="https://nameless.example/feed"/>'
        b'<outline text="Page" htmlUrl="https://page.example/"/></outline></opml>'
    )
    imports.bring_in(nora.roster, listed, "x", NOW)
    assert list(Lookup.objects.values_list("address", "state", "due_at")) == [
        ("https://nameless.example/feed", "waiting", NOW),
        ("https://page.example/", "waiting", NOW),
    ]
    assert [(a.title, a.circles, a.source) for a in Arrival.objects.all()] == [
        ("", ["Desk"], None),
        ("Page", ["Desk"], None),
    ]


def test_an_import_is_taken_back_and_nothing_else() -> None:
    nora, otto = a_member(), a_member("otto")
    kept = a_source(nora, a_feed(url="https://kept.example/feed"), circles=["Kept"])
    theirs = a_source(otto, a_feed(url="https://shared.example/feed"))
    listed = opml.read(
        b'<opml><outline text="New"><outline text="K" xmlUrl="https://kept.example/feed"/>'
        b'<outline text="S" xmlUrl="https://shared.example/feed"/><outline xmlUrl="https://looked.example/"/></outline></opml>'
    )
    batch = imports.bring_in(nora.roster, listed, "x", NOW)
    assert imports.undo(batch, NOW) == 1
    assert list(Source.objects.of(nora)) == [kept]
    assert list(Source.objects.of(otto)) == [theirs]
    assert Feed.objects.get(pk=theirs.feed_id).subscribers == 1
    assert not Import.objects.exists() and not Arrival.objects.exists() and not Lookup.objects.exists()
    assert set(Circle.objects.of(nora).values_list("name", flat=True)) >= {"Kept"}


def test_circles_an_import_made_and_nobody_else_uses_go_with_it() -> None:
    nora = a_member()
    batch = imports.bring_in(nora.roster, opml.read(a_list(30)), "x", NOW)
    person = Person.objects.filter(circles__name="Place 3").first()
    follow(nora.roster, a_feed(), NOW, circles=["Place 3"])
    imports.undo(batch, NOW)
    assert person is not None
    assert [c.name for c in Circle.objects.of(nora)] == ["Place 3"]
