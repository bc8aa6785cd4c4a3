"""What people get wrong: a word in place, what was typed is kept, nothing else is lost, nobody sees another's."""

from __future__ import annotations

import os
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aggregator.models import Lookup
from network import follow
from network.gathering import groups, joining, proposals
from network.models import Arrival, Change, Circle, Group, Person, Source, User

from .members import NOW, a_feed, a_member, a_source, visit
from .test_undoing import everything

pytestmark = pytest.mark.django_db
LONG = "x" * 10_000
ROOM = "There is room for"


@pytest.fixture
def nora() -> User:
    return a_member()


@pytest.fixture
def ann(nora: User) -> Person:
    """Somebody with two sources, in a circle."""
    source = a_source(nora, name="Ann")
    a_source(nora, person=source.person)
    follow.make_circles(nora.roster, ["Desk"])["Desk"].people.add(source.person)
    return source.person


def refused(client: Client, path: str, form: dict[str, Any], *words: str, status: int = 422) -> None:
    """The page says so, and nothing has changed."""
    before = everything()
    answer = client.post(path, form, follow=status == 200)
    assert answer.status_code == status, answer.headers
    page = unescape(answer.content.decode())
    for each in words:
        assert each in page, each
    assert everything() == before


def in_a_field(typed: str) -> str:
    return f'value="{typed}"'


def test_a_name_of_10_000_characters_is_kept_in_its_field_wherever_it_is_typed(nora: User, ann: Person) -> None:
    client, source = visit(nora), ann.sources.all()[0]
    arrival = Arrival.objects.create(
        roster=nora.roster, address="a.example", at=NOW, source=source, feed=source.feed, lookup=None
    )
    kept, pk = in_a_field(LONG), source.pk
    refused(client, f"/people/{ann.pk}/rename/", {"name": LONG}, ROOM, kept)
    refused(client, f"/people/{ann.pk}/merge/", {"with": "Ann", "name": LONG}, ROOM, kept)
    refused(client, f"/people/{ann.pk}/split/", {"source": pk, "name": LONG}, ROOM, kept)
    refused(client, f"/people/{ann.pk}/circles/", {"new_circle": LONG}, "at most 200 characters", kept)
    refused(client, f"/sources/{pk}/move/", {"name": LONG}, ROOM, kept)
    refused(client, f"/sources/{pk}/act/", {"act": "rename", "title": LONG}, ROOM, kept)
    refused(client, "/roster/act/", {"act": "move", "pick": pk, "name": LONG}, ROOM, kept)
    refused(client, "/roster/act/", {"act": "circle", "pick": pk, "in_circle": LONG}, ROOM, kept)
    refused(client, "/roster/act/", {"act": "tag", "pick": pk, "word": LONG}, ROOM, kept)
    refused(client, "/circles/", {"name": LONG}, "at most 200 characters", kept)
    refused(client, f"/circles/{Circle.objects.get().pk}/rename/", {"name": LONG}, "at most 200 characters", kept)
    refused(client, "/groups/new/", {"name": LONG, "joining": "open"}, "at most 200 characters", LONG)
    refused(client, f"/add/{arrival.pk}/who/", {"name": LONG}, ROOM)


def test_whoever_is_merged_with_themselves_stays_as_they_were(nora: User, ann: Person) -> None:
    refused(
        visit(nora), f"/people/{ann.pk}/merge/", {"with": "Ann"}, "They are the same already.", in_a_field("Ann")
    )
    refused(
        visit(nora), f"/people/{ann.pk}/merge/", {"with": "Nobody"}, "Nobody on this roster is called “Nobody”."
    )


def test_a_circle_deleted_in_another_tab_is_said_to_be_gone(nora: User, ann: Person) -> None:
    circle = Circle.objects.get()
    visit(nora).post(f"/circles/{circle.pk}/delete/")
    for path in ("rename/", "people/", "delete/", "move/"):
        form = {"name": "Other", "person": ann.pk}
        refused(visit(nora), f"/circles/{circle.pk}/{path}", form, "deleted in another tab", status=404)


def test_an_invitation_used_twice_or_by_the_wrong_person_lets_nobody_in(nora: User) -> None:
    ed, wim = a_member("ed"), a_member("wim")
    group = groups.make(nora, "Rural Library Circle", NOW)
    once = joining.make_link(group, nora, 1, "", NOW)
    by_name = joining.invite(group, nora, "wim", "", NOW)
    Group.objects.update(about="For members alone.")
    refused(visit(ed), f"/groups/join/{by_name.code}/", {}, "This invitation is for somebody else.", status=404)
    joining.come_by(once.code, ed, NOW)
    refused(visit(wim), f"/groups/join/{once.code}/", {}, "This invitation has been used.", status=404)
    page = visit(wim).get(f"/groups/join/{once.code}/").content.decode()
    assert "For members alone." not in page and group.name not in page


def test_a_proposal_for_what_the_group_has_says_from_whom_it_has_it(nora: User) -> None:
    group, feed = groups.make(nora, "Rural Library Circle", NOW), a_feed()
    follow.follow(group.roster, feed, NOW, name="Ragna")
    form = {"address": feed.url, "why": "She solved it."}
    refused(visit(nora), f"/groups/{group.pk}/proposals/", form, "from Ragna", feed.url, "She solved it.")
    assert not Lookup.objects.exists() and not proposals.unheard(group, nora).exists()


@pytest.mark.parametrize(
    "content", [os.urandom(5 * 2**20), b"<opml><body>" + b"<outline" * 600_000, b"<a>" * 1_700_000]
)
def test_5_mb_of_nonsense_are_refused_in_their_place(nora: User, ann: Person, content: bytes) -> None:
    file = SimpleUploadedFile("readers.opml", content)
    refused(visit(nora), "/add/list/", {"file": file}, 'id="file-error"', 'aria-invalid="true"')
    assert not Lookup.objects.exists() and Source.objects.count() == 2


@pytest.mark.parametrize("typed", ["no address at all", "mailto:ann@a.example", "http://", "ftp://a.example/"])
def test_what_is_no_address_is_kept_with_a_reason(nora: User, typed: str) -> None:
    refused(visit(nora), "/add/", {"address": typed}, 'id="address-error"', in_a_field(typed))


def test_what_is_another_member_s_is_not_there_and_says_nothing_of_it(nora: User, ann: Person) -> None:
    otto, change = visit(a_member("otto")), Change.objects.first()
    assert change
    for path in (f"/people/{ann.pk}/rename/", f"/people/{ann.pk}/places/", f"/changes/{change.pk}/undo/"):
        before = everything()
        answer = otto.post(path, {"name": "Mine", "url": "a.example"})
        assert answer.status_code == 404 and "Ann" not in answer.content.decode()
        assert everything() == before
