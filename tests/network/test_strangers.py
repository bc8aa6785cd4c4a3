"""Two members see nothing of each other: on every route, by every method."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from aggregator.models import Lookup
from network import imports, urls
from network.accounts import invite
from network.listed import Outline
from network.models import Arrival, Circle, Person, Source, User

from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
SECRET = "https://secret.example/feed?token=abc"
ROUTES = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
OF_ONE = [pattern.name for pattern in ROUTES if "<int:pk>" in str(pattern.pattern)]
OF_ALL = [pattern.name for pattern in ROUTES if "<int:pk>" not in str(pattern.pattern)]


@pytest.fixture
def nora() -> User:
    """A member who has one of everything."""
    nora = a_member(is_staff=True)
    source = a_source(
        nora, a_feed(url=SECRET, title="Nora's secret"), name="Nora's person", circles=["Nora's circle"]
    )
    imports.look_up(nora.roster, [Outline("nora.example", 0)], NOW)
    batch = nora.roster.imports.create(name="Nora's list", at=NOW + timedelta(days=9999))
    Arrival.objects.create(roster=nora.roster, batch=batch, address=SECRET, at=NOW, feed=source.feed, source=source)
    invite(nora, "Nora's guest", NOW)
    return nora


def number(name: str, nora: User) -> int:
    """Which of Nora's things a route speaks of."""
    kind = name.partition("_")[0]
    things: dict[str, Any] = {
        "arrival": Arrival.objects.of(nora).filter(lookup__isnull=False),
        "import": nora.roster.imports,
        "person": Person.objects.of(nora),
        "source": Source.objects.of(nora),
        "circle": Circle.objects.of(nora),
        "invitation": nora.invitations,
    }
    return int(things[kind].get().pk)


def everything(user: User) -> list[Any]:
    """All that stands in the tables about a member's network."""
    tables = (
        Person.objects.of(user).values(),
        Source.objects.of(user).values(),
        Circle.objects.of(user).values("name", "people"),
        Arrival.objects.of(user).values(),
        Lookup.objects.values(),
        user.roster.imports.values(),
        user.invitations.values(),
    )
    return [list(table.order_by("pk")) for table in tables]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_ONE)
def test_what_is_anothers_is_not_there(name: str, method: str, nora: User) -> None:
    before = everything(nora)
    stranger = visit(a_member("otto"))
    theirs = getattr(stranger, method)(reverse(name, args=[number(name, nora)]), {"name": "mine", "act": "retire"})
    nothing = getattr(stranger, method)(reverse(name, args=[10**9]), {"name": "mine", "act": "retire"})
    assert theirs.status_code == nothing.status_code
    assert theirs.status_code in (404, 405)
    assert everything(nora) == before


@pytest.mark.parametrize("name", OF_ALL)
def test_no_page_shows_anything_of_another(name: str, nora: User) -> None:
    page = visit(a_member("otto")).get(reverse(name)).content.decode()
    assert "Nora" not in page
    assert "secret" not in page


@pytest.mark.parametrize("name", [*OF_ONE, *OF_ALL])
def test_nobody_sees_anything_without_logging_in(name: str, nora: User) -> None:
    before = everything(nora)
    path = reverse(name, args=[number(name, nora)] if name in OF_ONE else [])
    for method in ("get", "post"):
        response = getattr(Client(), method)(path, {"name": "mine"})
        assert response.status_code in (302, 405)
        assert response.status_code == 405 or response["Location"].startswith("/accounts/login/?next=")
    assert everything(nora) == before


@pytest.mark.parametrize("name", [*OF_ONE, *OF_ALL])
def test_a_get_changes_nothing(name: str, nora: User) -> None:
    before = everything(nora)
    visit(nora).get(
        reverse(name, args=[number(name, nora)] if name in OF_ONE else []), {"name": "x", "act": "retire"}
    )
    assert everything(nora) == before


@pytest.mark.parametrize("name", [*OF_ONE, *OF_ALL])
def test_a_post_without_a_token_is_refused(name: str, nora: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nora)
    response = strict.post(reverse(name, args=[number(name, nora)] if name in OF_ONE else []))
    assert response.status_code in (403, 405)


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
