"""The roster is a table a curator can work in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from aggregator.models import Feed
from network import rows
from network.follow import Wish, follow_many, pause, retire
from network.models import Circle, Person, Source, User

from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


def in_state(user: User, name: str, **columns: Any) -> Source:
    """A source whose feed was polled an hour ago."""
    now = timezone.now()
    source = a_source(user, a_feed(title=f"{name}'s blog"), name=name)
    usual = {"last_polled_at": now, "last_ok_at": now, "newest_at": now - timedelta(days=2), "usual_per_day": 0.5}
    Feed.objects.filter(pk=source.feed_id).update(**(usual | columns))
    return source


def a_mixed_roster(user: User) -> dict[str, Source]:
    now = timezone.now()
    sources = {
        "Well": in_state(user, "Well", per_day=0.5, moved_at=now - timedelta(days=3)),
        "Sleepy": in_state(user, "Sleepy", newest_at=now - timedelta(days=220), per_day=3.0, earlier_per_day=0.2),
        "Trouble": in_state(
            user,
            "Trouble",
            failing_since=now - timedelta(days=9),
            failures=9,
            last_outcome="missing",
            newest_at=None,
        ),
        "Fresh": in_state(user, "Fresh", last_polled_at=None, last_ok_at=None, newest_at=None, kind="podcast"),
        "Resting": in_state(user, "Resting"),
        "Gone": in_state(user, "Gone"),
    }
    pause(sources["Resting"], now + timedelta(days=3), now)
    retire(sources["Gone"], now, "too loud")
    return sources


def names(page: str) -> list[str]:
    """The people of the rows, in their order."""
    return re.findall(r'<a href="/people/\d+/"><bdi>([^<]*)', page)


def get(user: User, query: str = "") -> str:
    return visit(user).get(f"/roster/{query}").content.decode()


def test_each_row_says_its_state_in_words(nora: User) -> None:
    a_mixed_roster(nora)
    page = get(nora)
    assert names(page) == ["Fresh", "Resting", "Sleepy", "Trouble", "Well"]
    for words in (
        "Sleeping for 7 months",
        "In trouble for 9 days",
        "Waiting its turn",
        "Paused by you; back by itself on",
    ):
        assert words in page
    assert "Retired: too loud" in get(nora, "?state=retired")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=well", ["Well"]),
        ("?state=sleeping", ["Sleepy"]),
        ("?state=trouble", ["Trouble"]),
        ("?state=new", ["Fresh"]),
        ("?state=paused", ["Resting"]),
        ("?state=retired", ["Gone"]),
        ("?state=trial", []),
        ("?state=loud", ["Sleepy"]),
        ("?state=moved", ["Well"]),
        ("?kind=podcast", ["Fresh"]),
        ("?kind=nonsense&state=well", ["Well"]),
        ("?sort=often", ["Sleepy", "Well", "Trouble", "Fresh", "Resting"]),
        ("?state=nonsense&page=x&circle=y&sort=z", ["Fresh", "Resting", "Sleepy", "Trouble", "Well"]),
        ("?sort=state", ["Trouble", "Sleepy", "Fresh", "Resting", "Well"]),
        ("?sort=added", ["Resting", "Fresh", "Trouble", "Sleepy", "Well"]),
        ("?q=WELL", ["Well"]),
        ("?q=blog%20sleepy", ["Sleepy"]),
        ("?q=nobody", []),
        ("?page=99", ["Fresh", "Resting", "Sleepy", "Trouble", "Well"]),  # the last there is
    ],
)
def test_it_is_searched_filtered_and_sorted(nora: User, query: str, shown: list[str]) -> None:
    a_mixed_roster(nora)
    assert names(get(nora, query)) == shown


def test_it_is_filtered_by_circle(nora: User) -> None:
    a_source(nora, name="In", circles=["Desk"])
    a_source(nora, name="Out")
    assert names(get(nora, f"?circle={Circle.objects.get().pk}")) == ["In"]


def test_the_last_entry_is_sorted_newest_first_and_those_without_last(nora: User) -> None:
    a_mixed_roster(nora)
    assert names(get(nora, "?sort=last"))[-2:] == ["Trouble", "Fresh"]


def test_2000_sources_take_as_many_queries_as_one(nora: User, django_assert_max_num_queries: Any) -> None:
    feeds = [Feed(url=f"https://h{n}.example/", host="h", created_at=NOW, subscribers=1) for n in range(2000)]
    Feed.objects.bulk_create(feeds)
    follow_many(nora.roster, [Wish(feed, circles=("A", f"B{n % 50}")) for n, feed in enumerate(feeds)], NOW)
    client = visit(nora)
    client.get("/roster/")  # whether anybody has an account is asked once a process
    for query in (
        "",
        "?sort=state&page=10",
        "?state=new&page=30",
        "?q=h1&sort=last",
        "?sort=often&tag=1&kind=blog",
    ):
        with django_assert_max_num_queries(10):
            page = client.get(f"/roster/{query}").content.decode()
        assert len(names(page)) == (0 if "tag" in query else 50)


def test_of_many_pages_those_around_have_links(nora: User) -> None:
    assert rows.Shown([], 2000, [], []).near(20) == [1, 17, 18, 19, 20, 21, 22, 23, 40]
    assert rows.Shown([], 30, [], []).near(1) == [1]
    assert rows.Shown([], 0, [], []).near(7) == []


def test_opml_is_a_file_to_keep(nora: User) -> None:
    a_source(nora, name="Ingrid")
    response = visit(nora).get("/export/opml/")
    assert response["Content-Disposition"].startswith('attachment; filename="plnet-')
    assert response["Content-Type"].startswith("text/x-opml")
    assert b'plnet:person="Ingrid"' in response.content


# ---- people and circles


def test_a_person_is_renamed_and_put_in_circles(nora: User) -> None:
    person = a_source(nora, name="Old", circles=["One"]).person
    client = visit(nora)
    client.post(f"/people/{person.pk}/rename/", {"name": "  New \n name", "kind": "planet"})
    client.post(f"/people/{person.pk}/circles/", {"circle": "", "new_circle": "Two"})
    person.refresh_from_db()
    assert (person.name, person.kind) == ("New name", "planet")
    assert [c.name for c in person.circles.all()] == ["Two"]


@pytest.mark.parametrize("name", ["", "  ", "\u202e"])
def test_a_person_needs_a_name(nora: User, name: str) -> None:
    person = a_source(nora, name="Old").person
    response = visit(nora).post(f"/people/{person.pk}/rename/", {"name": name})
    assert response.status_code == 422
    assert 'aria-describedby="name-error"' in response.content.decode()
    assert Person.objects.get().name == "Old"


def test_a_source_is_paused_renamed_and_given_to_another(nora: User) -> None:
    source = a_source(nora, name="One", circles=["Desk"])
    two = a_source(nora, name="Two")
    client = visit(nora)
    client.post(f"/sources/{source.pk}/act/", {"act": "pause"})
    client.post(f"/sources/{source.pk}/act/", {"act": "rename", "title": "My name for it"})
    client.post(f"/sources/{source.pk}/move/", {"name": "Two"})
    source.refresh_from_db()
    assert (source.state, source.title, source.person) == ("paused", "My name for it", two.person)
    client.post(f"/sources/{two.pk}/move/", {"name": "Somebody new"})
    assert sorted(p.name for p in Person.objects.all()) == ["Somebody new", "Two"]
    assert client.post(f"/sources/{two.pk}/move/", {"name": ""}).status_code == 422


def test_circles_are_made_renamed_filled_and_deleted_and_people_stay(nora: User) -> None:
    person = a_source(nora, name="Ingrid").person
    client = visit(nora)
    client.post("/circles/", {"name": "Desk"})
    circle = Circle.objects.get()
    client.post(f"/circles/{circle.pk}/people/", {"person": person.pk, "act": "in"})
    assert circle.people.get() == person
    client.post(f"/circles/{circle.pk}/people/", {"person": person.pk, "act": "out"})
    assert not circle.people.exists()
    client.post(f"/circles/{circle.pk}/rename/", {"name": "Libraries"})
    assert Circle.objects.get().name == "Libraries"
    client.post(f"/circles/{circle.pk}/delete/")
    assert not Circle.objects.exists()
    assert Person.objects.get() == person


@pytest.mark.parametrize(("name", "why"), [("", "needs a name"), ("Desk", "this name already")])
def test_two_circles_have_two_names(nora: User, name: str, why: str) -> None:
    a_source(nora, circles=["Desk", "Other"])
    client = visit(nora)
    made = client.post("/circles/", {"name": name})
    renamed = client.post(f"/circles/{Circle.objects.get(name='Other').pk}/rename/", {"name": name})
    for response in (made, renamed):
        assert response.status_code == 422
        assert why in response.content.decode()
    assert Circle.objects.count() == 2
