"""Groups in a real browser: made, joined by a link, taken from; the starter roster curated; nothing hinders."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from network import follow
from network.gathering import groups, joining, starter
from network.models import Group, Proposal, Source, User
from tests.browser.hindrances import on_all
from tests.reading.roster import a_feed, a_member, entries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def circle(nora: User) -> Group:
    """A group Nora looks after, with people in every state, somebody who asks, and invitations."""
    now = timezone.now()
    group = groups.make(nora, "Rural Library Circle", now, joining="asked", about="We read **around**.")
    slow, loud = a_feed("slow", title="The slow shelf"), a_feed("loud", title="Loud")
    entries(slow, [1, 2, 3])
    first = follow.follow(group.roster, slow, now, name="Ingrid Solvang", circles=["Close to the desk"])
    follow.follow(group.roster, a_feed("kelp", title="Kelp aloud"), now, person=first.person)
    follow.pause(follow.follow(group.roster, loud, now, name="A library association with a long name"), None, now)
    wim, halima = a_member("wim"), a_member("halima")
    groups.enter(group, wim, now)
    joining.ask(group, halima, "I run the library van, alone.", now)
    joining.make_link(group, nora, 5, "", now)
    joining.invite(group, nora, a_member("lucia").username, "We met in Bergen", now)
    joining.invite(groups.make(wim, "Reading rooms", now), wim, "nora", "Come", now)
    groups.make(wim, "Ferries", now, joining="open")
    Proposal.objects.create(group=group, by=wim, address="https://x.example/", why="Because of the kelp.", at=now)
    return group


def pages(group: Group) -> list[str]:
    page, open_one = f"/groups/{group.pk}/", Group.objects.get(name="Ferries")
    return [
        *("/groups/", "/groups/new/", page, f"{page}members/", f"{page}edit/", f"{page}leave/", f"{page}delete/"),
        *(f"/groups/{open_one.pk}/", f"/add/?group={group.pk}", "/groups/join/made-up/", "/settings/delete/"),
    ]


def test_nothing_hinders_on_any_page_of_a_group(nora: User, circle: Group, visit: Any) -> None:
    found = on_all(visit(nora, "/more/"), pages(circle))
    assert not found, "\n".join(found)


def test_a_group_is_made_joined_by_a_link_and_taken_from(nora: User, visit: Any) -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    page: Page = visit(ruth, "/groups/")
    page.get_by_role("link", name="Make a group").click()
    page.get_by_label("Name", exact=True).fill("Rural Library Circle")
    page.get_by_label("What it is for").fill("We read *around*.")
    page.get_by_role("button", name="Make the group").click()
    expect(page.get_by_role("heading", name="Rural Library Circle")).to_be_visible()
    group = Group.objects.get()
    follow.follow(group.roster, a_feed("kelp"), timezone.now(), name="Ingrid Solvang")
    page.get_by_role("link", name="who is in it").click()
    page.get_by_label("Or by a link, for so many").fill("3")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("code").inner_text()

    other: Page = visit(ed, re.sub(r"^https?://[^/]+", "", link), width=390, script=False)
    expect(other.get_by_text("We read around.")).to_be_visible()
    other.get_by_role("button", name="Come in").click()
    expect(other.get_by_text("You are in “Rural Library Circle” now.")).to_be_visible()
    other.get_by_role("button", name="Follow Ingrid Solvang").click()
    expect(other.get_by_text("Ingrid Solvang is on your roster now.")).to_be_visible()
    expect(other.get_by_text("on your roster", exact=True)).to_be_visible()
    assert Source.objects.of(ed).get().person.name == "Ingrid Solvang"


def test_the_administrator_curates_what_newcomers_choose_from(nora: User, visit: Any) -> None:
    now, ed = timezone.now(), a_member("ed")
    group = starter.fill(nora, now)
    page: Page = visit(nora, f"/groups/{group.pk}/")
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_text("Write several addresses instead").click()
    page.get_by_label("Addresses, one a line").fill("https://kelp.example/feed")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", name="Coming in")).to_be_visible()
    follow.follow(group.roster, a_feed("kelp"), now, name="Somebody New")
    other: Page = visit(ed, "/add/", script=False)
    other.get_by_text("Who they are").click()
    expect(other.get_by_label("Somebody New")).to_be_visible()
    other.get_by_role("button", name="Take them").click()
    assert Source.objects.of(ed).filter(person__name="Somebody New").exists()
