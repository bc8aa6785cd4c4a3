"""Tags are words on people and sources, put on by typing."""

from __future__ import annotations

import pytest

from network.models import Change, Tag, User

from .members import a_member, a_source, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


def names(thing: object) -> set[str]:
    return {tag.name for tag in thing.tags.all()}  # type: ignore[attr-defined]


def test_tags_are_put_on_people_and_sources_and_taken_off(nora: User) -> None:
    source, client = a_source(nora), visit(nora)
    client.post(f"/people/{source.person_id}/tags/", {"name": "north, #kelp , writes in English,,"})
    client.post(f"/sources/{source.pk}/tags/", {"name": "north"})
    assert names(source.person) == {"north", "kelp", "writes in English"} and names(source) == {"north"}
    assert Tag.objects.count() == 3
    tag = Tag.objects.get(name="north")
    client.post(f"/people/{source.person_id}/tags/", {"remove": tag.pk})
    assert names(source.person) == {"kelp", "writes in English"} and names(source) == {"north"}
    assert Change.objects.filter(roster=nora.roster, act="tags").count() == 3


def test_a_word_known_in_another_case_is_the_known_one(nora: User) -> None:
    source = a_source(nora)
    Tag.objects.create(roster=nora.roster, name="SQLite")
    visit(nora).post(f"/people/{source.person_id}/tags/", {"name": "sqlite"})
    assert names(source.person) == {"SQLite"} and Tag.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Write a word first."),
        (" ,#, ", "Write a word first."),
        ("x" * 10_000, "A tag has at most 50 characters"),
    ],
)
def test_what_is_no_tag_is_refused_in_place(nora: User, typed: str, why: str) -> None:
    source = a_source(nora)
    for path in (f"/people/{source.person_id}/tags/", f"/sources/{source.pk}/tags/"):
        response = visit(nora).post(path, {"name": typed})
        page = response.content.decode()
        assert response.status_code == 422 and why in page
        assert f'value="{typed}"' in page or not typed.strip()
    assert not Tag.objects.exists()


def test_known_tags_are_offered_where_one_types(nora: User) -> None:
    source = a_source(nora)
    Tag.objects.create(roster=nora.roster, name="ferries")
    page = visit(nora).get(f"/people/{source.person_id}/").content.decode()
    assert '<option value="ferries">' in page


def test_a_tags_page_says_who_has_it(nora: User) -> None:
    one, other = a_source(nora, name="Ingrid"), a_source(nora, name="Wim")
    tag = Tag.objects.create(roster=nora.roster, name="north")
    tag.people.add(one.person)
    tag.sources.add(other)
    page = visit(nora).get(f"/tags/{tag.pk}/").content.decode()
    assert "Ingrid" in page and "Wim" in page
    assert visit(a_member("otto")).get(f"/tags/{tag.pk}/").status_code == 404


def test_a_tag_of_another_roster_cannot_be_taken_off_or_put_on(nora: User) -> None:
    otto = a_member("otto")
    theirs, mine = a_source(otto), a_source(nora)
    tag = Tag.objects.create(roster=otto.roster, name="theirs")
    tag.people.add(theirs.person)
    visit(nora).post(f"/people/{mine.person_id}/tags/", {"remove": tag.pk})
    visit(nora).post(f"/people/{mine.person_id}/tags/", {"name": "theirs"})
    assert names(theirs.person) == {"theirs"} and not tag.people.filter(pk=mine.person_id).exists()
