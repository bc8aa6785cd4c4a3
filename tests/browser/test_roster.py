"""The roster's table in a real browser: rows picked one by one, in ranges, by pages and all at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from aggregator.models import Feed
from network.follow import Wish, follow_many
from network.models import Notice, Source, User
from tests.browser.hindrances import here
from tests.network.members import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def many(nora: User) -> User:
    """A member with 500 sources, one of which is gone."""
    feeds = [Feed(url=f"https://h{n}.example/", host="h", title=f"Feed {n}", created_at=NOW) for n in range(500)]
    Feed.objects.bulk_create(feeds)
    wishes = [Wish(feed, name=f"Person {n:03}", circles=(f"Circle {n % 9}",)) for n, feed in enumerate(feeds)]
    lost = follow_many(nora.roster, wishes, NOW)[0].source
    Feed.objects.filter(pk=lost.feed_id).update(state="gone", gone_at=NOW)
    Notice.objects.create(user=nora, source=lost, kind="gone", at=NOW)
    return nora


def retired(page: Page, reason: str) -> None:
    page.locator("summary", has_text="Retire…").click()
    page.get_by_label("Why, if you like").fill(reason)
    page.get_by_role("button", name="Retire", exact=True).last.click()


def test_a_range_is_picked_with_shift_and_retired_and_the_way_back_is_one_key(many: User, visit: Any) -> None:
    page = visit(many, "/roster/?q=person")
    boxes = page.locator("input[name=pick]")
    boxes.nth(2).check()
    boxes.nth(6).click(modifiers=["Shift"])
    expect(page.locator("input[name=pick]:checked")).to_have_count(5)
    retired(page, "for a rest")
    expect(page.get_by_text("5 retired. What you kept stays.")).to_be_visible()
    assert Source.objects.filter(state="retired", reason="for a rest").count() == 5
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_be_visible()
    assert not Source.objects.filter(state="retired").exists()


def test_a_page_and_the_whole_view_are_picked_with_one_click(many: User, visit: Any) -> None:
    page = visit(many, "/roster/?q=person")
    page.get_by_label("All on this page").check()
    expect(page.locator("input[name=pick]:checked")).to_have_count(50)
    page.locator("input[name=pick]").first.uncheck()
    expect(page.get_by_label("All on this page")).not_to_be_checked()
    page.get_by_label("All 500, on every page").check()
    page.locator("summary", has_text="Tag…").click()
    page.get_by_label("Which word").fill("ferries")
    page.get_by_role("button", name="Tag", exact=True).click()
    expect(page.get_by_text("500 tagged “ferries”.")).to_be_visible()
    assert Source.objects.filter(tags__name="ferries").count() == 500


def test_what_was_picked_is_kept_when_a_word_is_missing(many: User, visit: Any) -> None:
    page = visit(many, "/roster/?sort=state")
    page.locator("input[name=pick]").nth(3).check()
    page.locator("summary", has_text="Circle…").click()
    page.get_by_role("button", name="Put in").click()
    expect(page.get_by_text("Choose a circle, or write the name of a new one.")).to_be_visible()
    expect(page.locator("input[name=pick]:checked")).to_have_count(1)
    expect(page.get_by_label("Which circle")).to_have_attribute("aria-invalid", "true")


def test_nothing_hinders_anybody_with_rows_picked_and_a_panel_open(many: User, visit: Any) -> None:
    page = visit(many, "/roster/?state=trouble")
    page.locator("input[name=pick]").first.check()
    page.locator("summary", has_text="Trial…").click()
    found = here(page)
    assert not found, "\n".join(found)


def test_a_notice_is_put_away_with_one_click(many: User, visit: Any) -> None:
    page = visit(many, "/roster/")
    expect(page.get_by_text("Their feed is gone")).to_be_visible()
    page.get_by_role("button", name="I have seen it").click()
    expect(page.get_by_text("Their feed is gone")).to_have_count(0)
