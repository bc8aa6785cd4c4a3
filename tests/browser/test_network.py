"""The network's pages in a real browser: nothing hinders, nothing runs over, and what renews itself keeps still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from aggregator.models import Feed, Lookup
from network.accounts import invite
from network.arriving import imports
from network.follow import pause
from network.models import Arrival, Circle, Source, User
from network.outlining import opml
from network.outlining.listed import Outline
from tests.browser.hindrances import here, on_all

pytestmark = pytest.mark.django_db(transaction=True)
LIST = b"""<opml><outline text="Desk"><outline text="Ingrid" xmlUrl="https://in.example/"/>
<outline text="Lost" xmlUrl="https://lost.example/"/><outline text="Not yet" xmlUrl="https://waits.example/"/>
<outline text="Bad" xmlUrl="ftp://bad.example/"/></outline></opml>"""
TWO = [
    {
        "url": f"https://two.example/{name}",
        "title": name,
        "kind": "blog",
        "format": "rss",
        "why": "named",
        "verified": False,
    }
    for name in ("essays", "links")
]


@pytest.fixture
def coming(nora: User) -> User:
    """A member with lines in every stage, a pause and invitations."""
    now = timezone.now()
    User.objects.filter(pk=nora.pk).update(is_staff=True)
    imports.bring_in(nora.roster, opml.read(LIST), "readers.opml", now)
    Feed.objects.filter(url="https://in.example/").update(last_polled_at=now, last_ok_at=now, entry_count=12)
    trouble = {"failing_since": now, "failures": 1, "last_polled_at": now, "last_outcome": "missing"}
    Feed.objects.filter(url="https://lost.example/").update(**trouble)
    imports.look_up(nora.roster, [Outline("two.example", 0), Outline("nothing.example", 0)], now)
    feed = Feed.objects.create(url=TWO[0]["url"], host="two.example", created_at=now)
    Lookup.objects.filter(address="two.example").update(
        state="found", title="Two", candidates=TWO, feed=feed, due_at=None
    )
    Lookup.objects.filter(address="nothing.example").update(
        state="nothing", error="There is no feed there.", due_at=None
    )
    pause(Source.objects.of(nora).order_by("pk")[0], now + timedelta(days=3), now)
    invite(nora, "For Ingrid", now)
    used = invite(nora, "For Wim", now)
    used.used_by, used.used_at = nora, now
    used.save()
    return nora


def pages(user: User) -> list[str]:
    person = Source.objects.of(user).order_by("pk")[0].person_id
    return [
        "/add/",
        "/roster/",
        "/roster/?state=trouble&sort=last",
        "/roster/?q=nobody",
        "/people/",
        f"/people/{person}/",
        "/circles/",
        f"/circles/{Circle.objects.of(user)[0].pk}/",
        "/settings/",
        "/invitations/",
    ]


def test_nothing_hinders_anybody(coming: User, visit: Any) -> None:
    page, errors = visit(coming, "/roster/"), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.locator("input[name=pick]").first.check()
    found = here(page) + on_all(page, pages(coming))
    page.goto("/add/")
    page.get_by_label("Paste an address").fill("no address at all")
    page.get_by_role("button", name="Look", exact=True).click()
    page.get_by_text("is no address").or_(page.get_by_text("No address was found")).first.wait_for()
    found += here(page) + errors
    assert not found, "\n".join(found)


def a_renewal(page: Page) -> None:
    with page.expect_response(lambda response: "/add/coming/" in response.url):
        pass
    page.locator(".htmx-request, .htmx-swapping, .htmx-settling").first.wait_for(state="detached")


def test_what_renews_itself_keeps_what_was_chosen_and_opened_and_stops_by_itself(coming: User, visit: Any) -> None:
    page = visit(coming, "/add/")
    page.get_by_label("links").check()
    page.get_by_text("One line could not be read").click()
    a_renewal(page)
    assert page.get_by_label("links").is_checked()
    assert page.get_by_text("Line 3.").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    now = timezone.now()
    Feed.objects.filter(url="https://waits.example/").update(last_polled_at=now, last_ok_at=now, entry_count=3)
    a_renewal(page)
    page.get_by_text("a blog, 3 entries").wait_for()
    assert page.locator("#coming[hx-trigger], #coming progress").count() == 0
    page.get_by_role("button", name="Follow this one").click()
    page.locator(f"#choose-{Arrival.objects.get(address='two.example').pk}").wait_for(state="detached")
    assert Source.objects.of(coming).filter(feed__url="https://two.example/links").exists()


def test_everything_can_be_done_without_javascript(coming: User, visit: Any) -> None:
    page = visit(coming, "/add/", script=False)
    page.get_by_role("link", name="Look how far it is").click()
    page.get_by_label("links").check()
    page.get_by_role("button", name="Follow this one").click()
    page.get_by_role("button", name="Remove Lost").click()
    assert set(Source.objects.of(coming).values_list("feed__url", flat=True)) >= {"https://two.example/links"}
    assert not Source.objects.of(coming).filter(feed__url="https://lost.example/").exists()
    page.get_by_role("button", name="Undo this import").click()
    assert not Source.objects.of(coming).filter(feed__url="https://in.example/").exists()
    page.goto("/roster/")
    page.get_by_label("Select links").check()
    selected = page.get_by_role("group", name="With the selected")
    selected.get_by_text("Retire…").click()
    selected.get_by_role("button", name="Retire", exact=True).click()
    expect(page.get_by_text("1 retired. What you kept stays.")).to_be_visible()
    assert Source.objects.get(feed__url="https://two.example/links").state == "retired"
