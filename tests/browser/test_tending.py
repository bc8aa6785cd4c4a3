"""A member with a year of reading tends their roster in a real browser, after three weeks away."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from network.models import Source, User
from tending.demo.planting import plant
from tending.models import Decision, Event, Goal, Voice
from tending.reviewing.deck import deck
from tests.reading.roster import a_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mira(transactional_db: None) -> User:
    """Whom `manage.py demo` makes: sixty sources, a year of events."""
    user = a_member("mira")
    plant(user, 60, 60, timezone.now())
    return user


def test_a_roster_is_reviewed_with_the_keyboard_alone_and_every_step_taken_back(mira: User, visit: Any) -> None:
    page = visit(mira, "/tend/")
    expect(page.get_by_text("Your roster asks for about")).to_be_visible()
    page.get_by_role("link", name="Begin").click()
    page.wait_for_url("**/tend/review/")  # with its scripts: a key pressed before them would be lost
    waiting, states = deck(mira.roster, timezone.now()).waiting, list(Source.objects.order_by("pk").values("state"))
    assert waiting >= 4
    presses = 0
    for n, key in zip(range(1, waiting + 1), "rplkas" * 9, strict=False):
        expect(page.get_by_text(f"{n} of {waiting} sources")).to_be_visible()
        page.keyboard.press(key)
        presses += 1
    expect(page.get_by_role("heading", name="That was all")).to_be_visible(timeout=15_000)
    assert presses * 50 <= 60 * waiting
    assert Decision.objects.count() == waiting
    for n in range(waiting, 0, -1):
        page.keyboard.press("u")
        expect(page.get_by_text(f"{n} of {waiting} sources")).to_be_visible()
    assert list(Source.objects.order_by("pk").values("state")) == states


def test_after_three_weeks_away_reading_is_remembered_and_a_goal_is_brought_to_its_end(
    mira: User, visit: Any
) -> None:
    Event.objects.all().delete()
    page = visit(mira, "/today/")
    expect(page.get_by_text("You were away for a while.")).to_be_visible()
    page.wait_for_timeout(1200)  # as long as a row stands in view before it was shown
    with page.expect_response(re.compile("/tend/seen/"), timeout=15000):
        page.locator(".title a").first.click()
    expect(page.locator("[data-entry]")).to_be_visible()
    pk = page.locator("[data-entry]").get_attribute("data-entry")
    page.wait_for_load_state("networkidle")
    page.goto("/tend/events/")
    expect(page.get_by_role("cell", name="opened on its page")).to_be_visible()
    expect(page.get_by_role("cell", name="shown in the day’s edition").first).to_be_visible()
    assert Event.objects.filter(kind="opened", entry=pk).exists()
    page.goto("/goals/")
    page.get_by_role("link", name="Gap cards before the board meets").click()
    page.get_by_role("link", name="Bring it to its end").click()
    page.get_by_label("What came of it, in your words").fill("Twelve libraries answered.")
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Close this goal").click()
    expect(page.get_by_text("Twelve libraries answered.")).to_be_visible()
    assert Goal.objects.get().closed_at
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_role("link", name="Bring it to its end")).to_be_visible()


def test_a_new_voice_is_tried_and_another_is_not_wanted(mira: User, visit: Any) -> None:
    page = visit(mira, "/tend/")
    page.get_by_role("link", name="New voices").click()
    expect(page.get_by_role("listitem").filter(has_text="it is right.")).to_have_count(3)
    tried = page.locator(".voice").first.get_by_role("heading").inner_text()
    page.locator(".voice").first.get_by_role("button", name="Try for three weeks").click()
    expect(page.get_by_role("heading", name="Being tried")).to_be_visible()
    page.locator(".voice").first.get_by_role("button", name="Never").click()
    expect(page.locator(".voice")).to_have_count(1)
    source = Source.objects.get(roster=mira.roster, feed__title=tried)
    assert (source.state, Voice.objects.get(source=source).state) == ("trial", "tried")
