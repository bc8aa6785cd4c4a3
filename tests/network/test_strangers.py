"""Two members on one feed: what one names in a form or calls things is nothing to the other.

That nobody reaches another's things by any address is tried for every route in tests/test_permissions.py.
"""

from __future__ import annotations

import pytest

from network.models import Circle, Person, Source, User

from .members import a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
SECRET = "https://secret.example/feed?token=abc"


@pytest.fixture
def nora() -> User:
    nora = a_member(is_staff=True)
    a_source(nora, a_feed(url=SECRET, title="Nora's secret"), name="Nora's person", circles=["Nora's circle"])
    return nora


def test_others_things_named_in_a_form_are_passed_over(nora: User) -> None:
    otto = a_member("otto")
    client = visit(otto)
    mine = a_source(otto, circles=["Mine"])
    theirs = Source.objects.of(nora).get()
    client.post("/roster/act/", {"pick": [theirs.pk, mine.pk], "act": "retire"})
    client.post("/roster/act/", {"all": "1", "act": "pause"})
    client.post(f"/people/{mine.person_id}/circles/", {"circle": Circle.objects.of(nora).get().pk})
    client.post(f"/circles/{Circle.objects.of(otto).get().pk}/people/", {"person": theirs.person_id, "act": "in"})
    client.post(f"/sources/{mine.pk}/move/", {"name": "Nora's person"})
    theirs.refresh_from_db()
    assert theirs.state == "following"
    assert Circle.objects.of(nora).get().people.get() == theirs.person
    assert not Circle.objects.of(otto).get().people.filter(roster=nora.roster).exists()
    assert Person.objects.of(otto).get().name == "Nora's person"
    assert theirs.person.sources.count() == 1


def test_a_shared_feed_shows_no_name_another_gave_it(nora: User) -> None:
    otto = a_member("otto")
    feed = a_feed(title="The Slow Shelf")
    a_source(nora, feed, name="Nora's boss")
    Source.objects.of(nora).filter(feed=feed).update(title="Nora's own title")
    a_source(otto, feed)
    for path in ("/roster/", "/people/", "/export/opml/", f"/people/{Person.objects.of(otto).get().pk}/"):
        page = visit(otto).get(path).content.decode()
        assert "Slow Shelf" in page
        assert "Nora" not in page
