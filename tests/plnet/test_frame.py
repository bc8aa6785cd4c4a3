"""The frame: places that exist, icons that exist, the member's choices, and one answer for two askers."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from network.models import Person, User
from plnet.answer import answer, is_htmx
from plnet.templatetags.frame import look, place, plate

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z]+)"', (STATIC / "icons.svg").read_text()))
    used = {
        name
        for page in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([a-z]+)" %}', page.read_text())
    }
    assert used and used <= drawn


def test_no_page_has_inline_scripts_or_styles() -> None:
    for page in TEMPLATES.rglob("*.html"):
        text = page.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), page
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), page


def test_foreign_markup_comes_out_in_one_place() -> None:
    unescaped = [
        str(page.relative_to(TEMPLATES))
        for page in TEMPLATES.rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape off", page.read_text())
    ]
    assert unescaped == ["reading/_body.html"]
    assert "hx-disable" in (TEMPLATES / "reading/_body.html").read_text()


def test_a_place_that_is_not_there_has_no_address() -> None:
    context = Context({"request": RequestFactory().get("/river/")})
    assert place(context, "river") == {"url": "/river/", "current": ' aria-current="page"'}
    assert place(context, "nowhere")["url"] == ""


def test_a_choice_that_is_as_usual_is_not_written_down() -> None:
    assert look(User()) == ""
    assert look(User(theme="dark", face="sans")) == ' data-theme="dark" data-face="sans"'


def test_a_plate_is_drawn_from_text() -> None:
    person = Person(pk=8, name="<b> Ada & Bo", kind="organisation")
    assert plate(person, "m") == '<span class="plate m t1 org" aria-hidden="true">AB</span>'
    assert "<b>" not in plate(Person(pk=1, name="<b>"))


@pytest.mark.parametrize("header", [{"HX-Request": "true"}, {}])
def test_htmx_gets_the_fragment_and_everyone_else_the_way(header: dict[str, str]) -> None:
    request: HttpRequest = RequestFactory().post("/x/", headers=header)
    given = answer(
        request, "reading/_body.html", {"body": {"html": mark_safe("<p>x</p>")}, "entry": _Entry()}, "/kept/"
    )
    if is_htmx(request):
        assert given.status_code == 200 and b"<p>x</p>" in given.content
    else:
        assert (given.status_code, given.headers["Location"]) == (303, "/kept/")


class _Entry:
    pk = 1
    language = ""


def test_words_in_an_icon_are_for_everybody() -> None:
    drawn = Template('{% load frame %}{% icon "kept" %}').render(Context())
    assert drawn == '<svg class="i" aria-hidden="true"><use href="/static/icons.svg#i-kept"></use></svg>'


@pytest.mark.django_db
def test_what_is_the_same_for_everybody_is_made_once_for_each_language() -> None:
    page = Template('{% load frame %}{% fixed "_keys.html" %}')
    english = page.render(Context())
    assert '<dialog id="keys"' in english and page.render(Context({"title": "other"})) == english
