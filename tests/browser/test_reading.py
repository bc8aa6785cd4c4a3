"""Reading in a real browser: opening, marking, keys, undo, going on, and all of it without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from aggregator.models import Entry
from network.models import Source, User
from reading.models import Mark, Watermark

pytestmark = pytest.mark.django_db(transaction=True)


def newest() -> Entry:
    return Entry.objects.order_by("-sorted_at")[0]


def read_of(entry: Entry) -> bool | None:
    mark = Mark.objects.filter(entry=entry).first()
    return mark.read if mark else None


def test_opening_an_entry_marks_it_read(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    page.locator(".row.unread .title a").first.click()
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    assert read_of(newest()) is True
    page.get_by_role("button", name="Mark unread").click()
    expect(page.get_by_role("button", name="Mark read", exact=True)).to_be_visible()
    assert read_of(newest()) is False, "and stays so while the page is open"


def test_a_member_reads_with_keys_alone(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/?show=all")
    first = page.locator(".row").first
    page.keyboard.press("j")
    expect(first).to_have_class(re.compile("here"))
    expect(first.locator("[data-act=open]")).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator(".row").first).to_have_class(re.compile(r"\bread\b.*here"))
    page.keyboard.press("s")
    expect(page.locator(".row").first.get_by_role("button", name="Keep")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".row").nth(1)).to_have_class(re.compile("here"))
    title = page.locator(".row").nth(1).locator(".title a").inner_text()
    page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text(title)
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator("h1")).not_to_have_text(title)
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile("/kept/$"))
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/river/$"))


def test_the_list_of_keys_opens_and_closes(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".row.here")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_letters_in_a_field_are_letters(nora: User, visit: Any) -> None:
    page = visit(nora, "/accounts/password/change/")
    page.locator("input[type=password]").first.press_sequentially("gk?jm")
    expect(page.locator("input[type=password]").first).to_have_value("gk?jm")
    expect(page).to_have_url(re.compile("/password/change/$"))


def test_all_read_and_undo_with_keys(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    before = page.locator(".row").count()
    page.keyboard.press("Shift+A")
    expect(page.get_by_role("heading", name="Nothing unread here")).to_be_visible()
    expect(page.locator("#undo")).to_contain_text("All marked as read.")
    page.keyboard.press("u")
    expect(page.locator(".row")).to_have_count(before)
    expect(page.locator("#undo")).to_be_empty()


def test_above_and_below_begin_at_the_row_one_stands_on(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/?show=all")
    for _ in range(6):
        page.keyboard.press("j")
    page.get_by_role("button", name="Mark everything above as read").click()
    expect(page.locator("#undo")).to_contain_text("3 marked as read.")
    expect(page.locator(".row.read")).to_have_count(6)
    page.get_by_role("button", name="Mark everything older as read").click()
    expect(page.locator(".row.unread")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".row.read")).to_have_count(6)


def test_older_rows_come_in_place_and_the_focus_goes_on_with_them(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    page.get_by_role("link", name="Older").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(45)
    expect(page.locator(".row").nth(30).locator("[data-act=open]")).to_be_focused()
    ids = page.locator(".row").evaluate_all("rows => rows.map(row => row.id)")
    assert len(set(ids)) == 45
    expect(page.locator(".dayhead h2", has_text="Today")).to_have_count(1)


def test_the_focus_stays_on_the_button_that_was_pressed(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    page.locator(".row").first.get_by_role("button", name="Keep").focus()
    page.keyboard.press("Enter")
    keep = page.locator(".row").first.get_by_role("button", name="Keep")
    expect(keep).to_have_attribute("aria-pressed", "true")
    expect(keep).to_be_focused()


def test_a_line_that_is_down_is_said_and_nothing_is_lost(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    page.context.set_offline(True)
    page.locator(".row").first.hover()
    page.locator(".row").first.get_by_role("button", name="Mark read").click()
    expect(page.locator("#undo")).to_contain_text("You are off the network.")
    page.context.set_offline(False)
    page.locator(".row").first.get_by_role("button", name="Mark read").click()
    expect(page.locator(".row").first).to_have_class(re.compile(r"\bread\b"))


def test_a_source_is_asked_and_the_page_says_when(nora: User, visit: Any) -> None:
    source = Source.objects.get(feed__host="broken.example")
    page = visit(nora, f"/sources/{source.pk}/")
    expect(page.locator("#health")).to_contain_text("In trouble for 9 days")
    page.get_by_role("button", name="Ask now").click()
    expect(page.locator("#health [role=status]")).to_contain_text("wait")


def test_everything_works_without_javascript(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/", script=False)
    unread = page.locator(".row.unread").count()
    page.locator(".row").first.hover()
    page.locator(".row").first.get_by_role("button", name="Mark read").click()
    expect(page).to_have_url(re.compile(r"/river/#row-\d+$"))
    expect(page.locator(".row.unread")).to_have_count(unread)  # the next one moved up
    assert read_of(newest()) is True
    page.get_by_role("link", name="Older").click()
    expect(page.locator("h1")).to_have_text("River")
    page.locator(".row .title a").first.click()
    page.get_by_role("button", name="Mark read", exact=True).click()
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("button", name="Kept")).to_be_visible()
    page.goto("/river/")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("heading", name="Nothing unread here")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".row").first).to_be_visible()


def test_foreign_markup_cannot_speak_htmx(nora: User, visit: Any) -> None:
    entry = newest()
    entry.body.html = (
        '<p hx-get="/kept/" hx-trigger="load" hx-target="body">Text.</p>'  # as if it had slipped through
    )
    entry.body.save()
    page = visit(nora, f"/entries/{entry.pk}/")
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    expect(page.locator(".prose")).to_have_text("Text.")
    expect(page).to_have_url(re.compile("/entries/"))


def test_two_tabs_say_the_same(nora: User, visit: Any) -> None:
    one = visit(nora, "/river/")
    two = one.context.new_page()
    two.goto("/river/")
    for page in (one, two):
        page.keyboard.press("j")
        page.keyboard.press("m")
        expect(page.locator(".row").first).to_have_class(re.compile(r"\bread\b"))
    mark = Watermark.objects.get(user=nora, feed=newest().feed)
    assert mark.read_count == 4
