"""Circles are made, named, put in order, filled and deleted; the people stay."""

from __future__ import annotations

import re
from typing import Any

import pytest

from network import follow
from network.models import Change, Circle, Person, User
from network.remembering.undoing import undo

from .group_of import a_group
from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


def three(user: User) -> list[Circle]:
    made = follow.make_circles(user.roster, ["Desk", "Kelp", "Teaching"])
    return list(made.values())


def order(user: User) -> list[str]:
    return list(Circle.objects.of(user).values_list("name", flat=True))


def post(user: User, path: str, **form: Any) -> Any:
    return visit(user).post(path, form)


def test_a_circle_is_made_and_renamed(nora: User) -> None:
    assert post(nora, "/circles/", name="  Close to  the desk ").status_code == 303
    circle = Circle.objects.of(nora).get()
    post(nora, f"/circles/{circle.pk}/rename/", name="Desk")
    assert order(nora) == ["Desk"]
    assert [change.act for change in Change.objects.order_by("pk")] == ["circle_made", "circle_renamed"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "A circle needs a name."),
        ("\u202e ", "A circle needs a name."),
        ("Kelp", "There is a circle of this name already."),
        ("x" * 10_000, "A circle’s name has at most 200 characters."),
    ],
)
def test_what_is_no_name_is_refused_in_place(nora: User, name: str, why: str) -> None:
    desk = three(nora)[0]
    for path in ("/circles/", f"/circles/{desk.pk}/rename/"):
        response = post(nora, path, name=name)
        page = response.content.decode()
        assert response.status_code == 422 and why in page
        assert 'aria-describedby="name-error"' in page and f'value="{name}"' in page
    assert order(nora) == ["Desk", "Kelp", "Teaching"]


def test_circles_are_moved_up_and_down_and_stop_at_the_ends(nora: User) -> None:
    desk, _kelp, teaching = three(nora)
    post(nora, f"/circles/{desk.pk}/move/", act="down")
    assert order(nora) == ["Kelp", "Desk", "Teaching"]
    post(nora, f"/circles/{teaching.pk}/move/", act="up")
    assert order(nora) == ["Kelp", "Teaching", "Desk"]
    for _ in range(3):
        post(nora, f"/circles/{desk.pk}/move/", act="down")
    assert order(nora) == ["Kelp", "Teaching", "Desk"]


def test_circles_at_one_position_are_moved_too(nora: User) -> None:
    desk = three(nora)[0]
    Circle.objects.update(position=0)
    post(nora, f"/circles/{desk.pk}/move/", act="down")
    assert order(nora) == ["Kelp", "Desk", "Teaching"]


def test_people_are_put_in_and_taken_out(nora: User) -> None:
    people = [a_source(nora, name=name).person for name in ("Ada", "Bo", "Cy")]
    desk = three(nora)[0]
    post(nora, f"/circles/{desk.pk}/people/", act="in", person=[p.pk for p in people])
    post(nora, f"/circles/{desk.pk}/people/", act="out", person=[people[1].pk])
    assert [p.name for p in desk.people.all()] == ["Ada", "Cy"]


def test_the_filter_finds_people_in_it_and_out_of_it(nora: User) -> None:
    ada, bo = (a_source(nora, name=name).person for name in ("Ada Lund", "Bo Lund"))
    a_source(nora, name="Cy")
    desk = three(nora)[0]
    desk.people.add(ada)
    page = visit(nora).get(f"/circles/{desk.pk}/?q=lund").content.decode()
    assert re.findall(r"<bdi>(\w+ Lund)</bdi>", page) == ["Ada Lund", "Bo Lund"]
    assert "Cy" not in page and str(bo.pk) in page


def test_somebody_ticked_who_went_in_another_tab_is_said(nora: User) -> None:
    ada, desk = a_source(nora, name="Ada").person, three(nora)[0]
    gone = a_source(nora, name="Gone").person
    number = gone.pk
    gone.delete()
    form = {"act": "in", "person": [ada.pk, number]}
    page = visit(nora).post(f"/circles/{desk.pk}/people/", form, follow=True).content.decode()
    assert "Somebody you ticked is no longer on the roster." in page
    assert list(desk.people.all()) == [ada]


def test_a_deleted_circle_leaves_its_people_and_comes_back_with_them(nora: User) -> None:
    people = [a_source(nora, name=name).person for name in ("Ada", "Bo")]
    desk = three(nora)[0]
    desk.people.set(people)
    page = visit(nora).post(f"/circles/{desk.pk}/delete/", follow=True).content.decode()
    assert "The circle “Desk” is gone; its people stay." in page
    assert Person.objects.count() == 2 and order(nora) == ["Kelp", "Teaching"]
    undo(Change.objects.get(act="circle_deleted"), NOW, nora)
    assert order(nora) == ["Desk", "Kelp", "Teaching"]
    assert set(Circle.objects.get(name="Desk").people.all()) == set(people)


def test_what_is_done_to_a_circle_that_went_in_another_tab_says_so(nora: User) -> None:
    desk = three(nora)[0]
    number = desk.pk
    desk.delete()
    for part in ("rename", "move", "delete", "people"):
        response = post(nora, f"/circles/{number}/{part}/", name="x", act="up")
        assert response.status_code == 404
        assert "This circle is not there" in response.content.decode()


def test_those_of_a_group_belong_to_its_curators(nora: User) -> None:
    ruth = a_member("ruth")
    group = a_group(ruth, nora)
    source = follow.follow(group.roster, a_feed(), NOW, name="Ingrid")
    assert post(nora, "/circles/", name="Libraries", roster=group.roster.pk).status_code == 404
    assert post(ruth, "/circles/", name="Libraries", roster=group.roster.pk).status_code == 303
    circle = Circle.objects.get(roster=group.roster)
    post(ruth, f"/circles/{circle.pk}/people/", act="in", person=[source.person_id])
    assert circle.people.count() == 1
    assert "Libraries" in visit(ruth).get("/circles/").content.decode()
    assert visit(nora).get(f"/circles/{circle.pk}/").status_code == 404
    assert "Libraries" not in visit(nora).get("/circles/").content.decode()


def test_people_of_another_roster_cannot_be_put_in(nora: User) -> None:
    stranger = a_source(a_member("otto"), name="Theirs").person
    desk = three(nora)[0]
    post(nora, f"/circles/{desk.pk}/people/", act="in", person=[stranger.pk])
    assert desk.people.count() == 0


def test_looking_at_circles_makes_no_roster() -> None:
    ada = User.objects.create_user("ada", "ada@example.org", "secret words")
    assert visit(ada).get("/circles/").status_code == 200
    assert not hasattr(User.objects.get(pk=ada.pk), "roster")
