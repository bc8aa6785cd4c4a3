"""Today: an edition made of what is unread, kept for the day, told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aggregator.models import Entry
from network.models import Source, User
from reading import editions, marks
from reading.models import Edition, Mark, NotForMe, Undo, Watermark
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member("nora", timezone="Europe/Oslo")


@pytest.fixture
def client(nora: User) -> Client:
    client = Client()
    client.force_login(nora)
    return client


def a_writer(user: User, name: str, ages: Any, **more: Any) -> list[Entry]:
    feed = a_feed(name)
    made = entries(feed, ages, **more)
    a_source(user, feed)
    return made


def chosen(user: User, now: datetime = NOW) -> list[int]:
    return [piece["entry"] for piece in editions.make(user, now)[0].pieces]


@contextmanager
def clock_at(now: datetime) -> Iterator[None]:
    """The doors ask this clock."""
    with patch("django.utils.timezone.now", lambda: now):
        yield


def text(response: Any) -> str:
    return str(response.content.decode())


def rows(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', text(response))]


# ---- what is gathered


def test_only_what_is_unread_of_the_last_days_is_in_it(nora: User) -> None:
    made = a_writer(nora, "ada", [30, 5, 3, 1])
    marks.mark(nora, made[3], True, NOW)
    assert set(chosen(nora)) == {made[1].pk, made[2].pk}


def test_short_posts_are_left_to_skim_and_podcasts_to_listen_unless_they_are_wanted(nora: User) -> None:
    a_writer(nora, "micro", [1], title="", words=20)
    spoken = a_writer(nora, "pod", [1], medium="audio", duration=600)
    written = a_writer(nora, "ada", [1])
    made = editions.make(nora, NOW)[0]
    assert [piece["entry"] for piece in made.pieces] == [written[0].pk]
    assert made.left_out["heard"] == 1
    nora.hears = True
    assert set(chosen(nora)) == {written[0].pk, spoken[0].pk}


def test_whoever_was_silent_longest_before_stands_first(nora: User) -> None:
    a_writer(nora, "daily", range(12, 0, -1), words=400)
    rare = a_writer(nora, "rare", [90, 1], words=400)
    weekly = a_writer(nora, "weekly", [9, 2], words=400)
    made = editions.make(nora, NOW)[0]
    assert [piece["entry"] for piece in made.pieces[:2]] == [rare[1].pk, weekly[1].pk]
    assert made.pieces[0]["silence"] == 89


def test_one_author_of_a_feed_brings_only_what_they_wrote(nora: User) -> None:
    feed = a_feed("planet")
    hers = entries(feed, [2], author="Ada")
    entries(feed, [1], author="Bo")
    a_source(nora, feed, author="Ada")
    assert chosen(nora) == [hers[0].pk]


def test_nobody_elses_and_no_paused_source_is_in_it(nora: User) -> None:
    a_writer(a_member("other"), "theirs", [1])
    a_writer(nora, "paused", [1])
    Source.objects.filter(roster=nora.roster).update(state=Source.State.PAUSED)
    assert chosen(nora) == []


def test_what_is_left_waits_in_the_river_and_is_counted(nora: User, client: Client) -> None:
    a_writer(nora, "loud", [0.01 * n for n in range(40, 0, -1)], words=230 * 10)
    a_writer(nora, "calm", [1], words=230 * 10)
    a_writer(nora, "long", [1], words=230 * 90)
    made = editions.make(nora, NOW)[0]
    assert made.left_out == {"river": 40, "people": 2, "long": 1, "heard": 0}
    with clock_at(NOW):
        page = text(client.get("/today/"))
    assert "40 more from two people wait in" in page and "A piece longer than that waits in the river." in page


def test_gathering_costs_the_same_however_much_is_unread(nora: User) -> None:
    for n in range(3):
        a_writer(nora, f"w{n}", [0.001 * k for k in range(1000)] if n else [1])
    with CaptureQueriesContext(connection) as asked:
        made = editions.make(nora, NOW)[0]
    assert len(asked) == 3 and len(made.pieces) >= 3
    assert len(editions.gather(nora, NOW - timedelta(days=10)).entries) <= 9


# ---- kept


def test_the_edition_of_a_day_is_kept_by_the_pages_own_post_and_stays(nora: User, client: Client) -> None:
    made = a_writer(nora, "ada", [1]) + a_writer(nora, "bo", [2])
    with clock_at(NOW):
        first = client.get("/today/")
        assert not Edition.objects.exists() and 'hx-post="/today/"' in text(first)
        upto = re.search(r'"upto": "(\d+)"', text(first))
        late = a_writer(nora, "late", [0.1])
        assert upto and client.post("/today/", {"upto": upto[1]}, headers={"HX-Request": "true"}).status_code == 204
        second = client.get("/today/")
    assert rows(first) == rows(second) and set(rows(second)) == {each.pk for each in made}
    assert late[0].pk not in rows(second) and 'hx-post="/today/"' not in text(second)
    marks.mark(nora, made[0], True, NOW)
    with clock_at(NOW + timedelta(hours=3)):
        third = client.get("/today/")
        client.post("/today/")
    assert rows(third) == rows(second) and 'class="done"' in text(third)
    assert Edition.objects.count() == 1


def test_the_next_day_has_another_and_the_day_is_the_members_own(nora: User, client: Client) -> None:
    a_writer(nora, "ada", [1])
    evening = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # half past eleven in Oslo
    with clock_at(evening):
        client.post("/today/")
        assert "Monday, 23 November" in text(client.get("/today/"))
    with clock_at(evening + timedelta(hours=1)):
        client.post("/today/")
        assert "Tuesday, 24 November" in text(client.get("/today/"))
    assert [str(each.day) for each in Edition.objects.order_by("day")] == ["2026-11-23", "2026-11-24"]


def test_what_is_gone_by_now_says_so_and_the_rest_stands(nora: User, client: Client) -> None:
    made = a_writer(nora, "ada", [1]) + a_writer(nora, "bo", [2]) + a_writer(nora, "cy", [3])
    with clock_at(NOW):
        client.post("/today/")
        pieces = Edition.objects.get().pieces
        Entry.objects.filter(pk=pieces[1]["entry"]).delete()
        page = client.get("/today/")
        assert "A piece that stood here is gone" in text(page)
        assert set(rows(page)) == {each.pk for each in made} - {pieces[1]["entry"]}
        Entry.objects.filter(pk=pieces[0]["entry"]).delete()  # the cover as well
        assert client.get("/today/").status_code == 200


def test_nothing_of_a_group_one_has_left_stands_in_it(nora: User, client: Client) -> None:
    other = a_writer(a_member("other"), "theirs", [1])
    piece = {"entry": other[0].pk, "person": 1, "minutes": 4, "why": "first", "silence": 0}
    Edition.objects.create(user=nora, day=NOW.date(), minutes=25, pieces=[piece], made_at=NOW)
    with clock_at(NOW):
        page = text(client.get("/today/"))
    assert other[0].title not in page and "is gone" in page


# ---- after an absence


def test_after_an_absence_an_edition_of_a_week_at_most_catches_up(nora: User, client: Client) -> None:
    for n in range(60):
        a_writer(nora, f"w{n}", [15, 12], words=230 * 5)
    Edition.objects.create(
        user=nora, day=(NOW - timedelta(days=16)).date(), minutes=25, made_at=NOW - timedelta(16)
    )
    made = editions.make(nora, NOW)[0]
    assert made.catch_up and made.minutes == 7 * 25
    assert sum(piece["minutes"] for piece in made.pieces) == 175
    assert made.left_out["river"] == 120 - len(made.pieces)
    with clock_at(NOW):
        page = text(client.get("/today/"))
    assert "You were away for a while." in page and "wait in" in page


@pytest.mark.parametrize(("days", "minutes"), [(0, 25), (2, 25), (3, 75), (5, 125), (8, 175)])
def test_it_catches_up_by_the_days_one_was_away(nora: User, days: int, minutes: int) -> None:
    made = a_writer(nora, "ada", [20, 1])
    marks.mark(nora, made[0], True, NOW - timedelta(days=days))
    assert editions.make(nora, NOW)[0].minutes == minutes


def test_a_newcomer_has_not_been_away(nora: User) -> None:
    a_writer(nora, "ada", [1])
    assert not editions.make(nora, NOW)[0].catch_up


# ---- the page


def test_the_page_says_how_much_it_is_begins_with_a_cover_and_ends(nora: User, client: Client) -> None:
    a_writer(nora, "ada", [90, 1], words=230 * 8)
    a_writer(nora, "bo", [2], words=230)
    with clock_at(NOW):
        page = text(client.get("/today/"))
    assert "Nine minutes, two pieces, two people." in page
    assert "The first in 13 weeks." in page and "Read on, eight minutes" in page
    assert "That’s all for today." in page and page.count("<rect") == 2
    assert 'class="excerpt first"' in page


def test_today_costs_eight_queries_at_most_kept_or_not(nora: User, client: Client) -> None:
    for n in range(30):
        a_writer(nora, f"w{n}", [2, 1])
    client.get("/more/")
    with clock_at(NOW):
        with CaptureQueriesContext(connection) as asked:
            client.get("/today/")
        assert len(asked) <= 8, "\n".join(q["sql"][:200] for q in asked)
        client.post("/today/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/today/")
    assert len(asked) <= 8, "\n".join(q["sql"][:200] for q in asked)


def test_an_entry_of_the_edition_leads_on_within_it(nora: User, client: Client) -> None:
    for name in ("ada", "bo", "cy"):
        a_writer(nora, name, [2, 1])
    with clock_at(NOW):
        client.post("/today/")
        order = [piece["entry"] for piece in Edition.objects.get().pieces]
        page = text(client.get(f"/entries/{order[1]}/?in=today.all.cards"))
    assert f"/entries/{order[0]}/?in=today" in page and f"/entries/{order[2]}/?in=today" in page


def test_with_nothing_in_it_it_says_so(nora: User, client: Client) -> None:
    a_writer(nora, "ada", [200])
    with clock_at(NOW):
        page = text(client.get("/today/"))
    assert "Nothing for today" in page and "One more from one person waits in" in page


def test_who_follows_nobody_is_led_to_adding_somebody(client: Client) -> None:
    assert "Nobody to read yet" in text(client.get("/today/"))


def test_without_minutes_there_is_none_and_the_river_comes_first(nora: User, client: Client) -> None:
    a_writer(nora, "ada", [1])
    User.objects.update(minutes=0)
    page = text(client.get("/today/"))
    assert "You want no edition" in page and 'data-place-of="today"' not in page
    client.post("/today/")
    assert not Edition.objects.exists()


@pytest.mark.parametrize("upto", ["", "x", "-1", "9" * 40, "٣"])
def test_nonsense_for_how_far_it_goes_is_as_if_it_were_not_there(nora: User, client: Client, upto: str) -> None:
    a_writer(nora, "ada", [1])
    with clock_at(NOW):
        assert client.post("/today/", {"upto": upto}).status_code == 303
    assert len(Edition.objects.get().pieces) == 1


# ---- not for me


def test_what_is_not_for_me_is_read_and_remembered_and_can_be_taken_back(nora: User, client: Client) -> None:
    made = a_writer(nora, "ada", [2, 1])
    response = client.post(f"/entries/{made[0].pk}/pass/", {"in": "river.unread.cards"})
    assert response.headers["Location"] == f"/river/?undo={Undo.objects.get().pk}"
    assert NotForMe.objects.get().entry == made[0] and Mark.objects.get().read is True
    assert "Not for you: it is read, and remembered." in text(client.get(response.headers["Location"]))
    client.post(f"/marks/undo/{Undo.objects.get().pk}/", {"in": "river.unread.cards"})
    assert not NotForMe.objects.exists() and not Mark.objects.exists()


def test_what_was_read_already_can_be_not_for_me_too(nora: User, client: Client) -> None:
    made = a_writer(nora, "ada", [1])
    marks.mark(nora, made[0], True, timezone.now())
    for _twice in range(2):
        assert client.post(f"/entries/{made[0].pk}/pass/", {"in": "today.all.cards"}).status_code == 303
    assert NotForMe.objects.count() == 1 and Mark.objects.get().read is True
    undo = Undo.objects.order_by("-pk").first()
    assert undo
    assert client.post(f"/marks/undo/{undo.pk}/", {"in": "today"}).headers["Location"] == "/today/"
    assert Mark.objects.get().read is True


def test_the_counter_is_right_after_it(nora: User, client: Client) -> None:
    made = a_writer(nora, "ada", [2, 1])
    client.post(f"/entries/{made[1].pk}/pass/")
    assert Watermark.objects.get(user=nora).read_count == 1
