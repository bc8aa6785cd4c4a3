"""History in a real browser: an act undone by a key, people merged and split, and pages that hinder nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from network import states
from network.models import Person, Source, User
from tests.browser.hindrances import on_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_source_is_retired_with_a_reason_and_brought_back_by_a_key(nora: User, visit: Any) -> None:
    source = Source.objects.get(feed__host="shelf.example")
    page = visit(nora, f"/people/{source.person_id}/")
    page.locator("summary", has_text="Change, note, tag").first.click()
    page.fill(f"#reason-{source.pk}", "too loud")
    page.get_by_role("button", name="Retire").first.click()
    page.get_by_text("was retired").wait_for()
    page.wait_for_load_state()
    assert Source.objects.get(pk=source.pk).reason == "too loud"
    page.keyboard.press("u")
    page.get_by_text("Taken back.").wait_for()
    assert Source.objects.get(pk=source.pk).state == "following"


def test_two_people_are_merged_and_split_and_all_of_it_is_undone(nora: User, visit: Any) -> None:
    before = sorted(Source.objects.values_list("pk", "person__name"))
    shelf = Person.objects.get(sources__feed__host="shelf.example")
    page = visit(nora, f"/people/{shelf.pk}/")
    page.get_by_role("link", name="They are the same as somebody else").click()
    page.fill("#with", Person.objects.get(sources__feed__host="quiet.example").name)
    page.get_by_role("button", name="Make them one").click()
    page.get_by_text("are one person now").wait_for()
    page.get_by_role("link", name="They are two people").click()
    page.locator("input[name=source]").first.check()
    page.fill("#name", "Somebody new")
    page.get_by_role("button", name="Make them two").click()
    page.get_by_text("is somebody of their own now").wait_for()
    page.goto("/roster/history/")
    for _ in range(2):
        page.locator(".acts > li:not(.undone)", has_text="now").get_by_role("button").first.click()
        page.get_by_text("Taken back.", exact=True).wait_for()
    assert sorted(Source.objects.values_list("pk", "person__name")) == before


def test_the_pages_of_history_hinder_nobody(nora: User, visit: Any) -> None:
    now = timezone.now()
    shelf = Source.objects.get(feed__host="shelf.example")
    states.pause(shelf, now + timedelta(days=30), now, nora)
    states.retire(Source.objects.get(feed__host="quiet.example"), now, "moved to a newsletter", nora)
    found = on_all(
        visit(nora, "/more/"),
        (
            "/roster/history/",
            "/roster/past/?on=nonsense",
            "/roster/left/",
            f"/people/{shelf.person_id}/merge/",
            f"/people/{shelf.person_id}/split/",
        ),
    )
    assert not found, "\n".join(found)
