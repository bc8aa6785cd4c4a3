"""Somebody added by their home page, with three places that name it back, in a real browser over local sites."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page

from aggregator import poll
from network.models import Person, Source, User
from tests.browser.hindrances import here
from tests.network.test_places import RSS, card, page
from tests.reading.roster import a_feed, entries
from tests.web import Web

pytestmark = pytest.mark.django_db(transaction=True)
HOME, SOCIAL, CODE, PHOTO, WORK = (f"127.0.0.{n}" for n in range(1, 6))


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


@pytest.fixture
def ingrid(web: Web) -> str:
    """The home page of somebody with three places that name it, and one that does not."""
    home = web.url("/", host=HOME)
    there = [page(web, host, home, path="/ingrid", feed="/ingrid.rss") for host in (SOCIAL, CODE, PHOTO)]
    for host in (SOCIAL, CODE, PHOTO):
        web.page("/ingrid.rss", RSS.format(f"Ingrid at {host}", web.url("/ingrid", host=host)), host=host)
    work = page(web, WORK, path="/staff")
    body = card(web, "Ingrid Solvang", '<img class="u-photo" src="/me.png"><p class="p-note">Runs a library.</p>')
    page(web, HOME, *there, work, feed="/feed", body=body)
    web.page("/feed", RSS.format("The Slow Shelf", home), host=HOME)
    web.page("/me.png", b"\x89PNG\r\n\x1a\n" + bytes(50), host=HOME)
    return home


def drain() -> None:
    """In a thread of its own: the browser's loop runs in this one."""

    def work() -> None:
        while poll.run(20).errands:
            pass
        poll.close()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def add(shown: Page, address: str) -> None:
    shown.goto("/add/")
    shown.get_by_label("Paste an address").fill(address)
    shown.get_by_role("button", name="Look", exact=True).click()
    shown.wait_for_load_state()


def test_three_places_join_by_themselves_and_one_is_asked_about(ingrid: str, nora: User, visit: Any) -> None:
    shown = visit(nora, "/add/")
    add(shown, ingrid)
    drain()
    shown.get_by_text("perhaps theirs").wait_for()  # the page has asked by itself
    assert shown.get_by_text("each page names the other").count() == 3
    assert shown.get_by_label("Name", exact=True).first.input_value() == "Ingrid Solvang"
    found = here(shown)
    person = Person.objects.get(name="Ingrid Solvang")
    assert person.portrait is not None
    shown.get_by_role("button", name="Follow this too").first.click()
    shown.locator("#coming button:has-text('Follow this too')").nth(2).wait_for(state="detached")
    assert person.sources.count() == 2
    shown.goto(f"/people/{person.pk}/")
    found += here(shown)
    shown.locator("#places").get_by_role("button", name="Yes").click()
    shown.get_by_text("you say so").wait_for()
    assert [place.state for place in person.places.all()] == ["joined"] * 4
    assert not found, "\n".join(found)


def test_the_same_person_by_another_address_is_joined_with_one_click(
    ingrid: str, web: Web, nora: User, visit: Any
) -> None:
    shown = visit(nora, "/add/")
    for address in (ingrid, web.url("/ingrid", host=PHOTO)):
        add(shown, address)
        drain()
    shown.goto("/add/")
    shown.get_by_text("may be the same").first.wait_for()
    found = here(shown)
    before = Person.objects.filter(roster=nora.roster).count()
    shown.get_by_role("button", name="Join them").first.click()
    shown.get_by_text("are one now").wait_for()
    assert Person.objects.filter(roster=nora.roster).count() == before - 1
    assert not found, "\n".join(found)


def test_who_writes_here_hinders_nobody(nora: User, visit: Any) -> None:
    feed = a_feed("several")
    person = Person.objects.create(roster=nora.roster, name="Several", created_at=timezone.now())
    source = Source.objects.create(
        roster=nora.roster, person=person, feed=feed, created_at=timezone.now(), changed_at=timezone.now()
    )
    entries(feed, [3, 2], author="Ann Lee")
    entries(feed, [1], author="Wim " + "Aerts" * 40)
    shown = visit(nora, f"/sources/{source.pk}/authors/")
    found = here(shown)
    shown.get_by_label("Ann Lee").check()
    shown.get_by_role("button", name="Follow the ticked one by one").click()
    shown.get_by_text("Now on the roster: Ann Lee.").wait_for()
    assert not found, "\n".join(found)
