"""People in a real browser: circles, notes and tags by keyboard, a past roster, a place by hand, and a group."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from network import follow
from network.models import Change, Circle, Group, Note, Person, Source, Tag, User
from tests.browser.hindrances import faults, on_all
from tests.browser.test_places import drain
from tests.network.test_places import RSS
from tests.reading.roster import a_member
from tests.web import Web

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


def test_nothing_hinders_on_the_pages_of_people(nora: User, visit: Any) -> None:
    person = Person.objects.of(nora)[0]
    circle = made(nora, "Desk")[0]
    circle.people.add(person)
    tag = Tag.objects.create(roster=nora.roster, name="north")
    tag.people.add(person)
    Note.objects.create(user=nora, person=person, text="- one\n- https://a.example/", changed_at=person.created_at)
    paths = [
        f"/people/{person.pk}/",
        f"/circles/{circle.pk}/",
        f"/tags/{tag.pk}/",
        "/circles/",
        "/people/?sort=circle",
    ]
    found = on_all(visit(nora, "/more/"), paths)
    assert not found, "\n".join(found)


def test_somebody_is_put_in_a_new_circle_by_keyboard(nora: User, visit: Any) -> None:
    Circle.objects.all().delete()
    person = Person.objects.of(nora)[0]
    page = visit(nora, f"/people/{person.pk}/")
    page.keyboard.press("c")
    page.keyboard.type("Ferries")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert list(Circle.objects.get(name="Ferries").people.all()) == [person]
    page.keyboard.press("c")  # now it stands on the circles themselves
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not Circle.objects.get(name="Ferries").people.exists()
    page.keyboard.press("u")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert list(Circle.objects.get(name="Ferries").people.all()) == [person]


def test_the_roster_of_a_day_that_has_been_shows_who_was_there_and_is_a_file(nora: User, visit: Any) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    Change.objects.all().delete()  # what the roster began with was long ago
    Source.objects.update(created_at=yesterday - timedelta(days=9))
    Person.objects.update(created_at=yesterday - timedelta(days=9))
    source = Source.objects.get(feed__host="shelf.example")
    page = visit(nora, f"/people/{source.person_id}/merge/")
    page.fill("#with", Person.objects.get(sources__feed__host="quiet.example").name)
    page.get_by_role("button", name="Make them one").click()
    expect(page.get_by_text("are one person now")).to_be_visible()
    page.goto("/roster/past/")
    expect(page.get_by_role("heading", name="Quiet")).to_have_count(0)
    page.get_by_label("Day", exact=True).fill(yesterday.date().isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Quiet")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="OPML").click()
    assert "https://quiet.example/" in file.value.path().read_text()


def test_where_somebody_else_is_is_said_by_hand(nora: User, visit: Any) -> None:
    person = Person.objects.of(nora)[0]
    page = visit(nora, f"/people/{person.pk}/", width=390)
    page.get_by_text("Say where else they are").click()
    page.get_by_label("They are at home at").or_(page.get_by_label("They are also at")).fill("no address")
    page.locator("#place-add").get_by_role("button", name="Keep").click()
    field = page.locator("#place-url")
    expect(field).to_have_value("no address")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert not faults(page)
    field.fill("social.example/@ann")
    page.locator("#place-add").get_by_role("button", name="Keep").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


# ---- reading together


def site(web: Web) -> str:
    """A page that names its feed."""
    feed = web.url("/feed")
    web.page("/", f'<link rel="alternate" type="application/rss+xml" href="{feed}"><h1>Kelp</h1>', type="text/html")
    web.page("/feed", RSS.format("Kelp aloud", web.url("/")))
    return web.url("/")


def test_a_group_is_made_joined_by_link_proposed_to_muted_by_one_and_followed_by_another(
    web: Web, visit: Any, nora: User, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES, settings.HOST_DELAY = True, 0.0
    ed = a_member("ed")
    curator, member = visit(nora, "/groups/new/"), visit(ed, "/groups/", width=390)
    curator.get_by_label("Name", exact=True).fill("Rural Library Circle")
    curator.get_by_role("button", name="Make the group").click()
    curator.get_by_role("link", name="who is in it").click()
    curator.get_by_role("button", name="Make a link").click()
    member.goto(re.sub(r"^https?://[^/]+", "", curator.locator("code").inner_text()))
    member.get_by_role("button", name="Come in").click()

    group = Group.objects.get()
    member.goto(f"/groups/{group.pk}/proposals/")
    member.get_by_label("Its address").fill(site(web))
    member.get_by_label("Because …").fill("She reads kelp aloud.")
    member.get_by_role("button", name="Propose it").click()
    drain()
    curator.goto(f"/groups/{group.pk}/proposals/")
    expect(curator.locator(".proposal").first).to_contain_text("She reads kelp aloud.")
    curator.get_by_role("button", name="Accept").click()
    expect(curator.locator(".proposal").first).to_contain_text("accepted it")

    for page in (curator, member):
        page.goto(f"/groups/{group.pk}/river/")
        expect(page.locator("#list")).to_contain_text("Kelp aloud")
    member.goto(f"/groups/{group.pk}/")
    member.get_by_role("button", name="Mute for me").click()
    expect(member.get_by_role("button", name="Show it to me again")).to_be_visible()
    member.goto(f"/groups/{group.pk}/river/")
    expect(member.locator("#list")).not_to_contain_text("Kelp aloud")
    curator.reload()
    expect(curator.locator("#list")).to_contain_text("Kelp aloud")
    curator.goto(f"/groups/{group.pk}/")
    curator.get_by_role("button", name="Follow Kelp aloud").click()
    expect(curator.get_by_text("Kelp aloud is on your roster now.")).to_be_visible()
    assert Source.objects.of(nora).filter(person__name="Kelp aloud").exists()
    assert not Source.objects.of(ed).exists()
