"""Several authors in one feed: one organisation, or several people; and back."""

from __future__ import annotations

from typing import Any

import pytest

from network import follow
from network.arriving import authors
from network.models import Change, Person, Source, User
from network.remembering.undoing import Refused, undo
from tests.reading import roster as written

from .members import NOW, a_member, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


@pytest.fixture
def shelf(nora: User) -> Source:
    """A feed in which Ann wrote three times, Wim twice, and somebody nameless once."""
    feed = written.a_feed("shelf")
    source = follow.follow(nora.roster, feed, NOW, name="The Slow Shelf", circles=["Desk"])
    written.entries(feed, [6, 5, 4], author="Ann Lee")
    written.entries(feed, [3, 2], author="Wim Aerts")
    written.entries(feed, [1])
    return source


def there(source: Source) -> list[tuple[str, str, str]]:
    """Whose the sources of the feed are, of which author, and their state."""
    found = Source.objects.filter(feed=source.feed).order_by("pk")
    return [(each.person.name, each.author, each.state) for each in found.select_related("person")]


def test_who_writes_is_said_with_how_much(shelf: Source) -> None:
    assert [(each.name, each.words) for each in authors.of(shelf)] == [
        ("Ann Lee", "3 entries"),
        ("Wim Aerts", "2 entries"),
    ]


def test_the_ticked_become_people_in_the_same_circles_and_the_rest_stays(nora: User, shelf: Source) -> None:
    (ann,) = authors.apart(shelf, ["Ann Lee", "Nobody"], False, NOW, nora)
    assert there(shelf) == [("The Slow Shelf", "", "following"), ("Ann Lee", "Ann Lee", "following")]
    assert [circle.name for circle in ann.circles.all()] == ["Desk"]
    shelf.feed.refresh_from_db()
    assert shelf.feed.subscribers == 1
    assert [each.person for each in authors.of(shelf)] == [ann, None]


def test_the_rest_may_go_and_comes_back_exactly(nora: User, shelf: Source) -> None:
    authors.apart(shelf, ["Ann Lee", "Wim Aerts"], True, NOW, nora)
    assert there(shelf) == [
        ("The Slow Shelf", "", "retired"),
        ("Ann Lee", "Ann Lee", "following"),
        ("Wim Aerts", "Wim Aerts", "following"),
    ]
    undo(Change.objects.get(act="split"), NOW, nora)
    assert there(shelf) == [("The Slow Shelf", "", "following")]
    assert [person.name for person in Person.objects.all()] == ["The Slow Shelf"]


def test_a_source_called_like_its_author_is_theirs(nora: User, shelf: Source) -> None:
    Person.objects.update(name="Ann Lee")
    shelf.person.refresh_from_db()
    authors.apart(shelf, ["Ann Lee", "Wim Aerts"], True, NOW, nora)
    assert there(shelf) == [("Ann Lee", "Ann Lee", "following"), ("Wim Aerts", "Wim Aerts", "following")]
    undo(Change.objects.get(act="split"), NOW, nora)
    assert there(shelf) == [("Ann Lee", "", "following")]


def test_somebody_of_that_name_on_the_roster_gets_the_source(nora: User, shelf: Source) -> None:
    ann = follow.follow(nora.roster, written.a_feed("anns"), NOW, name="Ann Lee").person
    assert authors.apart(shelf, ["Ann Lee"], False, NOW, nora) == [ann]
    assert ann.sources.count() == 2
    undo(Change.objects.get(act="split"), NOW, nora)
    assert ann.sources.count() == 1


def test_nobody_ticked_twice_or_unknown_is_refused(nora: User, shelf: Source) -> None:
    with pytest.raises(Refused):
        authors.apart(shelf, ["Nobody"], True, NOW, nora)
    authors.apart(shelf, ["Ann Lee"], False, NOW, nora)
    with pytest.raises(Refused):
        authors.apart(shelf, ["Ann Lee"], True, NOW, nora)
    assert len(there(shelf)) == 2


def test_the_page_keeps_what_was_ticked_and_says_what_is_missing(nora: User, shelf: Source) -> None:
    client, path = visit(nora), f"/sources/{shelf.pk}/authors/"
    assert "Wim Aerts" in client.get(path).content.decode()
    refused = client.post(path, {"are": "people", "rest": "keeps"})
    assert refused.status_code == 422
    assert "Tick at least one" in refused.content.decode()
    assert client.post(path, {"are": "people", "author": ["Wim Aerts"], "rest": "goes"}).status_code == 303
    assert there(shelf)[1:] == [("Wim Aerts", "Wim Aerts", "following")]


def test_one_organisation(nora: User, shelf: Source) -> None:
    answer = visit(nora).post(f"/sources/{shelf.pk}/authors/", {"are": "one"})
    assert answer.headers["Location"] == f"/people/{shelf.person_id}/"
    assert Person.objects.get().kind == "organisation"
    undo(Change.objects.get(act="described"), NOW, nora)
    assert Person.objects.get().kind == "person"


def test_the_page_costs_few_queries_however_long_the_feed(
    nora: User, shelf: Source, django_assert_max_num_queries: Any
) -> None:
    written.entries(shelf.feed, [n / 1000 for n in range(400)], author="Loud")
    with django_assert_max_num_queries(2):
        found = authors.of(shelf)
    assert [(each.name, each.count) for each in found] == [("Loud", 300)]


def test_a_feed_without_names_says_so(nora: User) -> None:
    source = follow.follow(nora.roster, written.a_feed("nameless"), NOW)
    assert "Nobody is named" in visit(nora).get(f"/sources/{source.pk}/authors/").content.decode()
