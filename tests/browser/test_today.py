"""Today from the first page to its end, the river by person, and reading in passing: in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from aggregator.models import Entry, EntryBody
from network.models import Source, User
from reading.models import Edition, Mark
from tests.browser.hindrances import on_all
from tests.reading.roster import NOW, a_feed, a_member, a_source, count, entries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def vera(transactional_db: None) -> User:
    """A member whose people write long and short, to be read, skimmed, heard and watched, up to just now."""
    user = a_member("vera", hears=False)
    kinds = {
        "Ada": {"words": 1600},
        "Bo": {"words": 700, "language": "en"},
        "Layla": {"words": 460, "language": "ar", "title": "رسائل لم يطلبها أحد"},
        "Kofi": {"words": 20, "title": "", "gist": "Counted: 212 people came in, 61 borrowed something."},
        "Wim": {"medium": "audio", "duration": 2880},
        "Field": {"medium": "video", "duration": 600},
    }
    for name, more in kinds.items():
        feed = a_feed(name.lower(), title=name)
        entries(feed, [40, 2.1, 1.1] if name == "Ada" else [n / 10 for n in range(30, 10, -1)], **more)
        a_source(user, feed)
    late = timezone.now() - NOW
    for entry in Entry.objects.all():
        Entry.objects.filter(pk=entry.pk).update(sorted_at=entry.sorted_at + late - timedelta(hours=1))
    for source in Source.objects.select_related("feed"):
        count(source.feed)
    EntryBody.objects.update(text="Every spring we take four hundred books off the shelves.\nThey ask who decides.")
    return user


def test_a_days_edition_is_read_to_its_end(vera: User, visit: Any) -> None:
    page = visit(vera, "/")
    expect(page).to_have_url(re.compile("/today/$"))
    expect(page.locator(".edition .head p").first).to_contain_text("three people")
    page.wait_for_load_state("networkidle")
    pieces = [piece["entry"] for piece in Edition.objects.get().pieces]
    for n in range(len(pieces)):
        if n == 0:
            page.keyboard.press("j")
            page.keyboard.press("o")
        else:
            page.locator('[data-act="next"]').first.click()
        expect(page).to_have_url(re.compile(f"/entries/{pieces[n]}/"))
        expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    page.goto("/today/")
    expect(page.locator(".row.unread")).to_have_count(0)
    expect(page.locator(".ruler .done")).to_have_count(len(pieces))
    expect(page.get_by_text("That’s all for today.")).to_be_visible()
    assert Mark.objects.filter(read=True).count() == len(pieces)


def test_the_edition_is_the_same_without_javascript_once_it_is_kept(vera: User, visit: Any) -> None:
    page = visit(vera, "/today/", script=False)
    titles = page.locator(".title").all_inner_texts()
    page.get_by_role("button", name="Keep this edition for the day").click()
    page.locator("ol .row").first.get_by_role("button", name="Mark read").click()
    expect(page).to_have_url(re.compile("/today/#row-"))
    again = page.locator(".title").all_inner_texts()
    assert [title.split("\n")[-1] for title in again] == [title.split("\n")[-1] for title in titles]
    expect(page.locator(".row.read")).to_have_count(1)


def test_somebody_is_opened_in_the_river_by_person_and_folded_again(vera: User, visit: Any) -> None:
    page = visit(vera, "/river/")
    page.get_by_role("link", name="By person").click()
    expect(page.locator(".voice-of")).to_have_count(6)
    bo = page.locator(".voice-of", has=page.locator(".who", has_text="Bo"))
    bo.get_by_role("link", name="open what else Bo wrote").click()
    expect(bo.locator(".row")).to_have_count(20)
    expect(page.locator(".voice-of")).to_have_count(6)
    bo.locator(".row").nth(3).get_by_role("button", name="Mark read").click()
    expect(bo.locator(".row.read")).to_have_count(1)
    page.keyboard.press("Shift+A")
    expect(page.locator(".undo")).to_contain_text("All marked as read.")
    page.keyboard.press("u")
    expect(page.locator(".voice-of")).to_have_count(6)


def test_a_key_opens_whoever_one_stands_on(vera: User, visit: Any) -> None:
    page = visit(vera, "/river/?by=person")
    page.keyboard.press("j")
    page.keyboard.press("j")
    name = page.locator(".row.here .who a").inner_text()
    page.keyboard.press("e")
    opened = page.locator(".voice-of", has=page.locator(".row").nth(5))
    expect(opened).to_have_count(1)
    assert opened.locator(".who a").first.inner_text() == name
    expect(page.locator(".row.here")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(opened.locator(".row").nth(1)).to_have_class(re.compile(r"\bread\b"))


def test_what_is_scrolled_past_is_read_and_taken_back_as_one(vera: User, visit: Any) -> None:
    User.objects.update(scroll_reads=True)
    page = visit(vera, "/river/")
    rows = page.locator("#list .row")
    expect(rows.first).to_have_class(re.compile("unread"))
    for _turn in range(2):
        page.mouse.wheel(0, 1200)
        page.wait_for_timeout(1500)
    expect(rows.first).to_have_class(re.compile(r"\bread\b"))
    n = Mark.objects.filter(read=True).count()
    assert 5 <= n < 30
    expect(page.locator(".undo")).to_contain_text(f"{n} read in passing.")
    page.keyboard.press("u")
    expect(page.locator("#list .row.read")).to_have_count(0)
    assert not Mark.objects.filter(read=True).exists()


def test_without_the_wish_nothing_is_read_in_passing(vera: User, visit: Any) -> None:
    page = visit(vera, "/river/")
    page.mouse.wheel(0, 2400)
    page.wait_for_timeout(1500)
    assert not Mark.objects.exists()


def test_a_title_leads_to_the_site_for_who_likes_it_so_and_the_piece_is_read(vera: User, visit: Any) -> None:
    User.objects.update(opens_original=True)
    page = visit(vera, "/river/")
    first = page.locator("#list .row").first
    title = first.locator("[data-act=open]")
    assert (title.get_attribute("href") or "").startswith("https://")
    page.context.route("https://*.example/**", lambda route: route.fulfill(body="<p>The site</p>"))
    with page.context.expect_page() as opened:
        title.click()
    assert opened.value.url.startswith("https://")
    expect(first).to_have_class(re.compile(r"\bread\b"))
    first.locator(".yours a").first.click()
    expect(page).to_have_url(re.compile("/entries/"))


def test_what_is_not_for_me_goes_by_a_key_and_comes_back(vera: User, visit: Any) -> None:
    page = visit(vera, "/river/")
    page.locator("#list .row.unread .title a").first.click()
    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(".undo")).to_contain_text("Not for you")
    page.wait_for_load_state()  # keys are listened to
    page.keyboard.press("u")
    expect(page.locator(".undo")).to_have_count(0)


PAGES = ("/today/", "/river/?by=person&open={ada}", "/skim/", "/listen/", "/watch/?by=person", "/settings/")


def test_nothing_hinders_anybody_here(vera: User, visit: Any) -> None:
    ada = Source.objects.get(feed__host="ada.example").person_id
    found = on_all(visit(vera, "/more/"), [path.format(ada=ada) for path in PAGES])
    assert found == []
