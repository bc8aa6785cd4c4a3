"""A day's reading with the keyboard alone; and what goes away under a reader's eyes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from aggregator.models import Entry
from network import follow
from network.gathering import groups
from network.models import Membership, User
from reading.models import Annotation, Mark
from tests.reading.roster import a_member

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def test_a_days_reading_with_the_keyboard_alone(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    press(page, "g", "t")
    expect(page).to_have_url(re.compile("/today/$"))
    press(page, "j", "j", "o")
    expect(page.locator(".prose")).to_be_visible()
    read = Entry.objects.get(pk=re.sub(r".*/entries/(\d+)/.*", r"\1", page.url))
    press(page, "h", "h")
    expect(page.locator("#text mark[id]")).to_have_count(1)
    press(page, "s")
    expect(page.get_by_role("button", name="Kept")).to_be_visible()
    press(page, "n")
    page.keyboard.type("To be read aloud.")
    press(page, "Tab", "Tab", "Tab", "Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, "g", "n")
    expect(page.locator("main")).to_contain_text("To be read aloud.")
    press(page, "/")
    page.keyboard.type("aloud")
    press(page, "Enter")
    expect(page.locator("main")).to_contain_text("To be read aloud.")
    press(page, "g", "k")
    expect(page.locator(".row .title")).to_have_count(2)  # one was kept before
    press(page, "g", "r")
    expect(page).to_have_url(re.compile("/river/$"))
    press(page, "A")
    expect(page.locator("#undo")).to_contain_text("All marked as read.")
    press(page, "u")
    expect(page.locator(".row.unread").first).to_be_visible()
    assert Mark.objects.get(user=nora, entry=read).kept_at and Annotation.objects.filter(entry=read).count() == 2


def test_what_goes_while_somebody_reads_it_is_said_in_place(nora: User, visit: Any) -> None:
    entry = Entry.objects.order_by("-sorted_at")[0]
    group, mia = groups.make(nora, "Rural libraries", timezone.now()), a_member("mia")
    groups.enter(group, mia, timezone.now())
    follow.follow(group.roster, entry.feed, timezone.now(), name="Shelf")
    hers, page = visit(mia, f"/entries/{entry.pk}/"), visit(nora, f"/entries/{entry.pk}/")
    expect(hers.get_by_role("button", name="Mark unread")).to_be_visible()
    Membership.objects.filter(user=mia).delete()
    press(hers, "s")
    expect(hers.locator("#undo")).to_contain_text("nothing was changed")
    expect(hers.locator(".prose")).to_be_visible()  # what stands before her stays
    assert not Mark.objects.filter(user=mia, kept_at__isnull=False).exists()
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    Entry.objects.filter(pk=entry.pk).delete()
    press(page, "s")
    expect(page.locator("#undo")).to_contain_text("nothing was changed")
