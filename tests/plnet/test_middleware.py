"""The member's zone and language hold while their page is made, and no longer."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from network.models import User
from plnet.middleware import AsTheMemberLikes, Packed, Policies, zone_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def page(request: HttpRequest) -> HttpResponse:
    language = translation.get_language()
    return HttpResponse(Template("{{ noon|date:'H:i' }} ").render(Context({"noon": NOON})) + (language or ""))


def asked_by(user: User | AnonymousUser) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return AsTheMemberLikes(page)(request).content.decode()


def test_times_are_in_the_members_zone() -> None:
    assert asked_by(User(timezone="America/New_York")) == "07:00 en"
    assert asked_by(User(timezone="Asia/Kathmandu")) == "17:45 en"
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_stranger_sees_utc_whatever_a_page_before_them_activated() -> None:
    with timezone.override("Europe/Oslo"):
        assert asked_by(AnonymousUser()) == "12:00 en"


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../../etc/passwd", "\0"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert zone_of(name).key == "UTC"
    assert asked_by(User(timezone=name)) == "12:00 en"


@pytest.mark.parametrize("language", ["", "tlh", "../x"])
def test_an_unknown_language_changes_nothing(language: str) -> None:
    assert asked_by(User(language=language)) == "12:00 en"


def test_nobody_between_keeps_a_page_but_what_says_how_long() -> None:
    request = RequestFactory().get("/")
    own = HttpResponse(headers={"Cache-Control": "private, max-age=60"})
    assert Policies(lambda _: HttpResponse())(request).headers["Cache-Control"] == "private, no-cache"
    assert Policies(lambda _: own)(request).headers["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize(
    ("kind", "packed"),
    [("text/html; charset=utf-8", True), ("application/json", True), ("text/x-opml", True), ("image/png", False)],
)
def test_what_is_text_is_packed_for_who_can_unpack_it(kind: str, packed: bool) -> None:
    def answers(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("word " * 1000, content_type=kind)

    asked = RequestFactory().get("/", headers={"Accept-Encoding": "gzip, br"})
    assert Packed(answers)(asked).headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert "Content-Encoding" not in Packed(answers)(RequestFactory().get("/")).headers
