"""The memory of what a member did with entries: written as it happens, theirs alone, bounded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from aggregator import merge
from aggregator.models import Entry
from network.models import User
from reading import marks
from reading.annotating import noting
from reading.annotating.anchors import Anchor
from reading.annotating.noting import Written
from reading.asked import view_of, where
from reading.timeline import Cursor
from tending import events
from tending.models import Event, Wishes
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


def remembered(user: User) -> list[tuple[str, int | None]]:
    return sorted(Event.objects.of(user).values_list("kind", "entry"))


def one_entry(user: User, name: str = "kelp") -> Entry:
    feed = a_feed(name)
    a_source(user, feed)
    return entries(feed, [1])[0]


def test_what_a_member_does_is_remembered_once_with_when_and_where(nora: User) -> None:
    entry = one_entry(nora)
    events.notice(nora, "opened", [entry.pk], "client", NOW)
    events.notice(nora, "opened", [entry.pk], "page", NOW + timedelta(hours=1))
    marks.keep(nora, entry, True, NOW)
    noting.write(nora, entry, Written(Anchor("Words"), note="Yes."), NOW)
    pk = entry.pk
    assert remembered(nora) == [("highlighted", pk), ("kept", pk), ("noted", pk), ("opened", pk)]
    first = Event.objects.get(kind="opened")
    assert (first.origin, first.at, first.feed, first.many) == ("client", NOW, entry.feed_id, 1)


def test_marking_many_is_one_event_and_no_evidence_about_any(nora: User) -> None:
    feed = a_feed("kelp")
    a_source(nora, feed)
    made = entries(feed, [1, 2, 3])
    view = view_of(where("river", 0, {}, nora), nora)  # type: ignore[arg-type]
    marks.read_above(view, Cursor(made[1].sorted_at, made[1].pk), made[-1].pk, "", NOW)
    marks.read_all(view, made[-1].pk, "", NOW)
    assert list(Event.objects.of(nora).order_by("pk").values_list("kind", "entry", "many")) == [
        ("bulk", None, 2),
        ("bulk", None, 0),  # whole feeds, of which none is counted
    ]


def test_who_wants_nothing_remembered_has_nothing_remembered_and_pages_work(nora: User) -> None:
    entry = one_entry(nora)
    events.switch(nora, on=False)
    events.notice(nora, "opened", [entry.pk], "page", NOW)
    marks.keep(nora, entry, True, NOW)
    marks.read_these(nora, [entry.pk], NOW)
    assert remembered(nora) == []
    events.switch(nora, on=True)
    events.notice(nora, "opened", [entry.pk], "page", NOW)
    assert remembered(nora) == [("opened", entry.pk)]


def test_remembering_costs_one_statement(nora: User, django_assert_num_queries: Any) -> None:
    entry = one_entry(nora)
    with django_assert_num_queries(1):
        events.remember(nora, "kept", [entry.pk], "page", NOW)


def test_a_page_may_speak_of_its_readers_own_entries_only(nora: User, client: Client) -> None:
    mine, theirs = one_entry(nora), one_entry(a_member("odo"), "rye")
    client.force_login(nora)
    said = {"shown": [mine.pk, theirs.pk, "x", "9" * 30], "opened": [mine.pk], "origin": "river", "kept": [mine.pk]}
    assert client.post("/tend/seen/", said).status_code == 204
    assert remembered(nora) == [("opened", mine.pk), ("shown", mine.pk)]
    assert set(Event.objects.values_list("origin", flat=True)) == {"river"}
    assert client.post("/tend/seen/", {"shown": mine.pk, "origin": "<b>"}).status_code == 204


def test_the_page_shows_all_of_it_page_by_page_and_deletes_it(nora: User, client: Client) -> None:
    feed = a_feed("kelp")
    a_source(nora, feed)
    made = entries(feed, range(1, 131))
    events.notice(nora, "shown", [entry.pk for entry in made], "river", NOW)
    other = one_entry(a_member("odo"), "rye")
    Event.objects.create(user=User.objects.get(username="odo"), kind="shown", entry=other, feed=1, at=NOW)
    client.force_login(nora)
    shown = seen = set[str]()
    path = "/tend/events/"
    for _page in range(2):
        page = client.get(path).content.decode()
        seen = {entry.title for entry in made if f">{entry.title}</a>" in page}
        assert not seen & shown
        shown |= seen
        path = f"/tend/events/?before={Event.objects.of(nora).order_by('-pk')[99].pk}"
    assert shown == {entry.title for entry in made}
    assert "Rye" not in client.get("/tend/events/?kind=shown&before=nonsense").content.decode()
    client.post("/tend/events/act/", {"act": "delete"})
    assert remembered(nora) == []
    assert Event.objects.count() == 1
    client.post("/tend/events/act/", {"act": "off"})
    assert not Wishes.objects.get(user=nora).remembers


def test_when_two_feeds_become_one_what_was_done_with_either_stays(nora: User) -> None:
    old, new = a_feed("kelp"), a_feed("kelp2")
    a_source(nora, old)
    a_source(nora, new)
    first, lone = entries(old, [3, 2])
    twin = entries(new, [3], link=first.link)[0]
    events.notice(nora, "opened", [first.pk, lone.pk], "page", NOW)
    merge.merge(old, new, NOW)
    assert remembered(nora) == [("opened", lone.pk), ("opened", twin.pk)]
    assert set(Event.objects.values_list("feed", flat=True)) == {new.pk}


def test_what_is_older_than_is_kept_is_let_go(nora: User) -> None:
    feed = a_feed("kelp")
    a_source(nora, feed)
    old, new = entries(feed, [500, 1])
    events.notice(nora, "opened", [old.pk], "page", NOW - events.KEEP - timedelta(days=1))
    events.notice(nora, "opened", [new.pk], "page", NOW)
    assert events.forget(NOW) == 1
    assert events.forget(NOW) == 0
    assert remembered(nora) == [("opened", new.pk)]
