"""Rules in a real browser: tried, saved, an entry hidden, taken back; nothing on their pages hinders anybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from aggregator.models import Entry
from network.models import Source, User
from reading import doing
from reading.governing import rules, ruling
from reading.models import Rule
from tests.browser.hindrances import here, on_all

pytestmark = pytest.mark.django_db(transaction=True)


def hides(user: User, word: str) -> Rule:
    asks = [{"what": "words", "how": "any", "value": word}]
    acts = [{"act": "hide"}, {"act": "notify"}]
    made = rules.make(user, Rule(name="Away with it", conditions=asks, acts=acts), 0, timezone.now())
    ruling.apply_new(timezone.now())
    return made


def test_a_rule_is_tried_saved_hides_and_is_taken_back(nora: User, visit: Any) -> None:
    entry = Entry.objects.filter(feed__host="shelf.example").order_by("-sorted_at")[5]
    Entry.objects.filter(pk=entry.pk).update(title="Sponsored: a better shelf")
    page = visit(nora, f"/sources/{Source.objects.get(feed=entry.feed).pk}/")
    page.get_by_role("link", name="A rule for this source").click()
    expect(page.get_by_label("Where it comes from")).to_have_value(re.compile("source-"))
    page.get_by_label("One of these words", exact=True).fill("sponsored")
    page.get_by_label("Hide them").check()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="What it would do")).to_be_in_viewport()
    expect(page.locator("#tried .row")).to_have_count(1)
    assert not Rule.objects.exists()
    page.get_by_label("Do it to what is here already").check()
    page.locator("#rule-form").get_by_role("button", name="Save").click()
    expect(page.locator("#did .row")).to_have_count(1)
    assert doing.hidden(nora).get().entry_id == entry.pk
    page.goto("/river/?show=all")
    expect(page.locator(".row").first).to_be_visible()
    expect(page.get_by_text("Sponsored: a better shelf")).to_have_count(0)
    page.goto("/hidden/")
    page.get_by_role("button", name="Show it again").click()
    expect(page.get_by_role("heading", name="Nothing is hidden")).to_be_visible()
    page.goto("/river/?show=all")
    expect(page.get_by_text("Sponsored: a better shelf")).to_be_visible()
    assert not doing.hidden(nora).exists()


def test_without_javascript_a_wrong_expression_says_so_in_place(nora: User, visit: Any) -> None:
    page = visit(nora, "/rules/new/", script=False)
    page.get_by_label("A regular expression").fill("(")
    page.get_by_label("Mark them read").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("That expression cannot be read")).to_be_visible()
    expect(page.get_by_label("A regular expression")).to_have_value("(")
    page.get_by_label("A regular expression").fill("(a+)+$")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"/rules/\d+/$"))


def test_nothing_on_the_pages_of_rules_hinders_anybody(nora: User, visit: Any) -> None:
    rule = hides(nora, "shelf")
    page = visit(nora, "/rules/")
    found = on_all(page, (f"/rules/{rule.pk}/", "/hidden/"))
    page.goto("/rules/new/")
    page.get_by_label("One of these words", exact=True).fill("shelf")
    page.get_by_label("Hide them").check()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#tried .row").first).to_be_visible()
    found += here(page)
    assert not found, "\n".join(found)
