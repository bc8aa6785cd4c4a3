"""Highlights and notes in a real browser: mouse, touch, keyboard, the dialog, undo, sharing, players, no script."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from aggregator.models import Beyond, Enclosure, Entry
from network.gathering import groups
from network.models import User
from reading.annotating import noting
from reading.annotating.anchors import Anchor
from reading.annotating.noting import Written
from reading.models import Annotation, Position
from tests.browser.hindrances import SMALL, here, on_all
from tests.reading.roster import NOW, a_member, a_source, entries

pytestmark = pytest.mark.django_db(transaction=True)


def an_entry() -> Entry:
    return Entry.objects.order_by("-sorted_at")[5]


def choose(page: Page, words: str) -> None:
    """Choose these words of the text, as a mouse or a thumb does."""
    page.evaluate(
        """words => {
          const walk = document.createTreeWalker(document.querySelector('#text .prose'), NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const at = node.data.indexOf(words);
            if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
          }
        }""",
        words,
    )


def marks(page: Page) -> Any:
    return page.locator("#text mark[id]")


def note(user: User, entry: Entry, quote: str, words: str = "", group: str = "") -> Annotation:
    return noting.write(user, entry, Written(Anchor(quote), words, "", group), NOW)


def test_a_mouse_chooses_words_and_a_button_highlights_them(nora: User, visit: Any) -> None:
    page = visit(nora, f"/entries/{an_entry().pk}/")
    box = page.locator(".prose blockquote p").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 10, steps=4)
    page.mouse.up()
    page.locator("#picked").get_by_role("button", name="Highlight").click()
    expect(marks(page)).to_have_text("A quotation.")
    expect(page.locator("#picked")).to_be_hidden()
    expect(page.locator("#live")).to_have_text("Kept.")
    assert Annotation.objects.get().quote == "A quotation."


def test_a_thumb_finds_the_bar_above_the_places(nora: User, visit: Any) -> None:
    page = visit(nora, f"/entries/{an_entry().pk}/", width=390)
    choose(page, "its\nplace stays empty")
    bar = page.locator("#picked")
    expect(bar).to_be_visible()
    assert page.evaluate(SMALL) == []
    below = bar.bounding_box()["y"] + bar.bounding_box()["height"]
    assert below <= page.locator("nav.bar").bounding_box()["y"]
    bar.get_by_role("button", name="Highlight").tap()
    expect(marks(page)).to_have_text("its\nplace stays empty", use_inner_text=False)


def test_the_keyboard_alone_highlights_and_writes(nora: User, visit: Any) -> None:
    page = visit(nora, f"/entries/{an_entry().pk}/")
    page.keyboard.press("h")
    expect(page.locator("#live")).to_contain_text("A sentence is chosen")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("h")
    expect(marks(page)).to_have_count(1)
    expect(marks(page)).to_have_text("What the gap is for")
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="A note")).to_be_visible()
    expect(page.locator("#f-note")).to_be_focused()
    page.keyboard.type("On all of it: h, n and t are letters here.")
    page.keyboard.press("Tab")
    page.keyboard.type("weeding")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#yours")).to_contain_text("h, n and t are letters here.")
    page.keyboard.press("t")
    expect(page.locator("#tag")).to_be_focused()
    page.keyboard.type("memory")
    page.keyboard.press("Enter")
    expect(page.locator("#yours .tags")).to_contain_text("memory")


def test_a_note_is_written_changed_deleted_and_taken_back(nora: User, visit: Any) -> None:
    page = visit(nora, f"/entries/{an_entry().pk}/")
    choose(page, "take four hundred")
    page.keyboard.press("n")
    expect(page.locator("#f-quote")).to_have_value("take four hundred")
    page.locator("#f-note").fill("First *words*.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#text [role=note]")).to_contain_text("First words.")
    text, beside = page.locator(".prose").bounding_box(), page.locator("#text [role=note]").bounding_box()
    assert beside["x"] > text["x"] + text["width"], "in the margin"
    page.locator("#yours").get_by_role("link", name=re.compile("^Change")).click()
    expect(page.locator("#f-note")).to_have_value("First *words*.")
    page.locator("#f-note").fill("")
    page.locator("#f-note").fill("Second words.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#text [role=note]")).to_contain_text("Second words.")
    page.locator("#yours").get_by_role("button", name=re.compile("^Delete")).click()
    expect(page.locator("#undo")).to_contain_text("The note was deleted.")
    expect(marks(page)).to_have_count(0)
    page.keyboard.press("u")
    expect(marks(page)).to_have_text("take four hundred")
    expect(page.locator("#undo")).to_be_empty()


def test_what_is_refused_or_sent_in_vain_stays_in_the_dialog(nora: User, visit: Any) -> None:
    page = visit(nora, f"/entries/{an_entry().pk}/")
    page.keyboard.press("n")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Choose a passage or write a note")
    page.locator("#f-note").fill("Long thoughts.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog").get_by_role("alert").last).to_be_visible()
    expect(page.locator("#f-note")).to_have_value("Long thoughts.")
    page.context.set_offline(False)
    page.context.clear_cookies(name="plnet_session")  # the session ends while the dialog is open
    page.get_by_role("button", name="Keep it").click()
    page.get_by_label("Name or mail address").fill("nora")
    page.get_by_label("Password").fill("secret words")
    page.get_by_role("button", name="Come in").click()
    expect(page.locator("#f-note")).to_have_value("Long thoughts.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#yours")).to_contain_text("Long thoughts.")


def test_what_a_friend_shares_stands_in_the_margin_and_strangers_see_nothing_of_it(nora: User, visit: Any) -> None:
    entry, mia, otto = an_entry(), a_member("mia"), a_member("otto")
    for user in (mia, otto):
        a_source(user, entry.feed)
    group = groups.make(nora, "Rural libraries", NOW)
    groups.enter(group, mia, NOW)
    page = visit(nora, f"/entries/{entry.pk}/")
    choose(page, "take four hundred")
    page.keyboard.press("n")
    page.locator("#f-note").fill("For us.")
    page.get_by_label("Who sees it").select_option(label="The members of Rural libraries")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#text [role=note]")).to_contain_text("shared with Rural libraries")
    hers = visit(mia, f"/entries/{entry.pk}/")
    expect(hers.locator("#text [role=note]")).to_contain_text("nora")
    expect(hers.locator("#yours").get_by_role("button", name=re.compile("^Delete"))).to_have_count(0)
    expect(visit(otto, f"/entries/{entry.pk}/").locator("#text [role=note]")).to_have_count(0)


def test_all_of_it_without_javascript(nora: User, visit: Any) -> None:
    entry = an_entry()
    page = visit(nora, f"/entries/{entry.pk}/", script=False)
    page.get_by_role("link", name="Highlight").click()
    page.get_by_label("The passage").fill("place stays empty")
    page.get_by_label("Your note").fill("A pasted passage.")
    page.get_by_role("button", name="Keep it").click()
    expect(marks(page)).to_have_text("place stays empty")
    page.get_by_label("A tag on this piece").fill("weeding")
    page.get_by_role("button", name="Put it on").click()
    expect(page.locator("#yours .tags")).to_contain_text("weeding")
    page.locator("#yours").get_by_role("button", name=re.compile("^Delete")).click()
    page.get_by_role("button", name="Undo").click()
    expect(marks(page)).to_have_text("place stays empty")
    page.get_by_role("button", name="Fetch the whole text").click()
    expect(page.locator("#whole")).to_contain_text("being fetched")
    Beyond.objects.update(due_at=None, came_at=NOW, html="<p>All of it.</p>", words=3)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".prose")).to_have_text("All of it.")


def test_a_player_goes_on_where_it_was_on_another_device(nora: User, visit: Any) -> None:
    entry = an_entry()
    Enclosure.objects.create(entry=entry, url="https://x.example/a.mp3", type="audio/mpeg")
    page = visit(nora, f"/entries/{entry.pk}/")
    with page.expect_response(re.compile("/position/")):
        page.evaluate(
            """() => {
              const player = document.querySelector('audio');
              Object.defineProperty(player, 'currentTime', {value: 754.5, writable: true});
              player.dispatchEvent(new Event('pause'));
            }"""
        )
    with page.expect_response(re.compile("/position/")):
        page.get_by_label("Speed").select_option("1.5")
    assert Position.objects.get().seconds == 754.5
    other = visit(nora, f"/entries/{entry.pk}/", width=390)
    expect(other.locator("audio")).to_have_attribute("src", "https://x.example/a.mp3#t=754")
    expect(other.locator(".player")).to_contain_text("You were at 12:34.")
    assert other.evaluate("document.querySelector('audio').playbackRate") == 1.5


def test_it_plays_in_its_row_and_goes_on_while_the_row_is_marked(nora: User, visit: Any) -> None:
    entry = an_entry()
    Enclosure.objects.create(entry=entry, url="https://x.example/a.mp3", type="audio/mpeg")
    Position.objects.create(user=nora, entry=entry, seconds=61, length=900, at=NOW)
    film = entries(entry.feed, [0.5], medium="video", link="https://www.youtube.com/watch?v=abcdefghijk")[0]
    Entry.objects.filter(pk=entry.pk).update(medium="audio")
    page = visit(nora, "/listen/")
    assert page.locator("audio").count() == 0  # nothing is loaded before it is asked for
    page.get_by_role("link", name="Listen here").click()
    expect(page.locator(".row audio")).to_have_attribute("src", "https://x.example/a.mp3#t=61")
    page.evaluate("document.querySelector('audio').dataset.same = 'yes'")
    page.get_by_role("button", name="Mark read", exact=True).click()
    expect(page.locator(".row.read audio")).to_have_attribute("data-same", "yes")
    page.goto("/watch/")
    page.get_by_role("link", name="Watch here").click()
    frame = "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1"
    expect(page.locator(f"#row-{film.pk} iframe")).to_have_attribute("src", frame)
    plain = visit(nora, "/listen/?show=all", script=False)
    plain.get_by_role("link", name="Listen here").click()
    expect(plain.locator("audio")).to_have_count(1)


def test_a_film_is_asked_for_only_when_somebody_clicks(nora: User, visit: Any) -> None:
    entry = an_entry()
    Entry.objects.filter(pk=entry.pk).update(link="https://www.youtube.com/watch?v=abcdefghijk", medium="video")
    page = visit(nora, f"/entries/{entry.pk}/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator("iframe")).to_have_count(0)
    assert not [url for url in asked if "youtube" in url]
    page.locator("main").get_by_role("link", name="Watch").click()
    frame = "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1"
    expect(page.locator("iframe")).to_have_attribute("src", frame)
    assert frame in asked, "and the policy lets it in"


def test_nothing_hinders_anybody_at_their_notes(nora: User, visit: Any) -> None:
    entry, mia = an_entry(), a_member("mia")
    Entry.objects.filter(pk=entry.pk).update(words=2000)
    Enclosure.objects.create(entry=entry, url="https://x.example/a.mp3", type="audio/mpeg", length=2**20)
    body = entry.body
    body.html = body.html * 3 + '<p><img src="https://x.example/a.png" alt="" width="400" height="300"></p>'
    body.extra = {"chapters": "https://x.example/c", "transcripts": [{"url": "https://x.example/t.vtt"}]}
    body.save()
    chapters = [{"start": 0, "title": "One", "url": ""}, {"start": 61, "title": "Two", "url": "https://x.example/"}]
    common = {"entry": entry, "asked_at": NOW, "came_at": NOW}
    Beyond.objects.create(what="chapters", url="https://x.example/c", chapters=chapters, **common)
    Beyond.objects.create(what="text", url=entry.link, html="<p>Whole.</p>", **common)
    group = groups.make(nora, "Rural libraries", NOW)
    groups.enter(group, mia, NOW)
    made = note(nora, entry, "take four hundred", "- Mine, with https://x.example/\n\n> said", str(group.pk))
    note(nora, entry, "Spring Proposed", "Across a table.")
    note(nora, entry, "Not in it any more.")
    note(mia, entry, "A quotation.", "Theirs.", str(group.pk))
    noting.tag(nora, entry, "weeding, memory", NOW)
    page = visit(nora, "/more/")
    found = on_all(page, (f"/entries/{entry.pk}/", "/notes/", f"/notes/{made.pk}/", f"/entries/{entry.pk}/note/"))
    page.goto(f"/entries/{entry.pk}/")
    page.keyboard.press("n")
    page.get_by_role("dialog").wait_for()
    found += here(page)
    assert not found, "\n".join(found)
