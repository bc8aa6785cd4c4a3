"""Circles, notes and tags by keyboard alone; nothing hinders on the pages of people, in either theme and width."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from network import follow
from network.models import Circle, Note, Person, Tag, User
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.django_db(transaction=True)


def made(user: User, *names: str) -> list[Circle]:
    return list(follow.make_circles(user.roster, names).values())


def order(page: Page) -> list[str]:
    return page.locator(".shelf .name").all_inner_texts()


def test_circles_are_put_in_order_by_keyboard(nora: User, visit: Any) -> None:
    made(nora, "Aa", "Bb", "Cc")
    before = list(Circle.objects.of(nora).values_list("name", flat=True))
    page = visit(nora, "/circles/")
    page.keyboard.press("j")
    page.locator(".row.here").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Shift+J")
    assert order(page) == [before[1], before[0], *before[2:]]
    with page.expect_navigation():  # one stands on it still
        page.keyboard.press("Shift+J")
    assert order(page)[2] == before[0]


def test_a_note_and_a_tag_are_written_by_keyboard(nora: User, visit: Any) -> None:
    person = Person.objects.of(nora)[0]
    page = visit(nora, f"/people/{person.pk}/")
    page.keyboard.press("n")
    page.keyboard.type("Prefers *mail*")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Note.objects.get(user=nora, person=person).text == "Prefers *mail*"
    page.keyboard.press("t")
    page.keyboard.type("north")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Tag.objects.of(nora).get().people.get() == person


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_hinders_on_the_pages_of_people(nora: User, visit: Any, width: int) -> None:
    person = Person.objects.of(nora)[0]
    circle = made(nora, "Desk")[0]
    circle.people.add(person)
    tag = Tag.objects.create(roster=nora.roster, name="north")
    tag.people.add(person)
    Note.objects.create(user=nora, person=person, text="- one\n- https://a.example/", changed_at=person.created_at)
    page, found = visit(nora, "/people/", width=width), list[str]()
    paths = [
        f"/people/{person.pk}/",
        f"/circles/{circle.pk}/",
        f"/tags/{tag.pk}/",
        "/circles/",
        "/people/?sort=circle",
    ]
    for path in paths:
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        found += faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not found, "\n".join(found)
