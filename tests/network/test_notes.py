"""Notes are one's own: written in Markdown, seen by nobody else, and never lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from network import follow
from network.models import Note, Person, Source, User
from network.tasks import keep

from .group_of import a_group
from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


@pytest.fixture
def source(nora: User) -> Source:
    return a_source(nora, name="Ingrid")


def noted(client: Client, about: Person | Source, text: str) -> None:
    kind = "people" if isinstance(about, Person) else "sources"
    assert client.post(f"/{kind}/{about.pk}/note/", {"text": text}).status_code == 303


def test_a_note_is_written_changed_and_emptied(nora: User, source: Source) -> None:
    client = visit(nora)
    noted(client, source.person, "Prefers **mail**.\r\n\r\n- gap cards  \r\n")
    assert Note.objects.get(user=nora).text == "Prefers **mail**.\n\n- gap cards"
    assert "<strong>mail</strong>" in client.get(f"/people/{source.person_id}/").content.decode()
    noted(client, source.person, "Other words")
    assert Note.objects.get(user=nora).text == "Other words"
    noted(client, source.person, " \n ")
    assert not Note.objects.exists()


def test_an_empty_field_is_offered_where_there_is_no_note(nora: User, source: Source) -> None:
    assert ">\nNone</textarea>" not in visit(nora).get(f"/people/{source.person_id}/").content.decode()


def test_a_source_has_a_note_of_its_own(nora: User, source: Source) -> None:
    client = visit(nora)
    noted(client, source, "Too loud in spring")
    page = client.get(f"/people/{source.person_id}/").content.decode()
    assert "Too loud in spring" in page
    assert Note.objects.get().source == source


def test_a_note_does_not_act(nora: User, source: Source) -> None:
    client = visit(nora)
    noted(client, source.person, "</textarea><script>hit(1)</script> [x](javascript:hit(1))")
    page = client.get(f"/people/{source.person_id}/").content.decode()
    assert "<script>hit" not in page and 'href="javascript' not in page


def test_a_note_of_a_megabyte_is_refused_and_stands_as_it_was_typed(nora: User, source: Source) -> None:
    client, text = visit(nora), "kelp " * 200_000
    noted(client, source.person, "The note before")
    response = client.post(f"/people/{source.person_id}/note/", {"text": text})
    page = response.content.decode()
    assert response.status_code == 422
    assert "a note has room for 50,000" in page and text.strip() in page
    assert Note.objects.get().text == "The note before"


def test_nobody_else_sees_it_not_even_in_a_group(nora: User) -> None:
    ruth, otto = a_member("ruth"), a_member("otto")
    group = a_group(ruth, nora, otto)
    source = follow.follow(group.roster, a_feed(title="Shelf"), NOW, name="Ingrid")
    noted(visit(nora), source.person, "Nora’s own words")
    noted(visit(otto), source.person, "Otto’s own words")
    pages = {who: visit(who).get(f"/people/{source.person_id}/").content.decode() for who in (nora, otto, ruth)}
    assert "Nora’s own" in pages[nora] and "Otto’s own" not in pages[nora]
    assert "Otto’s own" in pages[otto] and "Nora’s own" not in pages[otto]
    assert "own words" not in pages[ruth]


def test_what_was_typed_when_the_session_had_ended_is_there_after_logging_in(nora: User, source: Source) -> None:
    client = Client()
    response = client.post(f"/people/{source.person_id}/note/", {"text": "An hour of thought"})
    assert response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/?next=/people/")
    assert not Note.objects.exists()
    client.post("/accounts/login/", {"login": nora.username, "password": "kelp and ferries"})
    page = client.get(f"/people/{source.person_id}/").content.decode()
    assert "An hour of thought" in page and "You were logged out before your note was kept" in page
    noted(client, source.person, "An hour of thought")
    assert "You were logged out" not in client.get(f"/people/{source.person_id}/").content.decode()


def test_so_is_what_was_typed_about_a_source(nora: User, source: Source) -> None:
    client = Client()
    form = {"text": "Too loud in spring", "person": source.person_id}
    response = client.post(f"/sources/{source.pk}/note/", form)
    assert f"/people/{source.person_id}/" in response.headers["Location"]
    client.post("/accounts/login/", {"login": nora.username, "password": "kelp and ferries"})
    page = client.get(f"/people/{source.person_id}/").content.decode()
    assert "Too loud in spring" in page


def test_what_nobody_typed_is_not_put_by(source: Source) -> None:
    Client().post(f"/people/{source.person_id}/note/", {"text": "  "})
    assert not Session.objects.exists()


def test_a_text_that_waits_is_bounded_and_ends(source: Source) -> None:
    Client().post(f"/people/{source.person_id}/note/", {"text": "x" * 1_000_000})
    session = Session.objects.get()
    assert len(session.get_decoded()["draft"]["text"]) == 50_000
    assert session.get_decoded()["_session_expiry"] == 86_400


def test_what_waited_too_long_is_let_go(source: Source) -> None:
    Client().post(f"/people/{source.person_id}/note/", {"text": "An hour of thought"})
    keep()
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=NOW - timedelta(days=400))
    keep()
    assert not Session.objects.exists()
