"""The starter roster: made with the first account, curated as a group, chosen from by newcomers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aggregator.models import Feed
from network import follow
from network.gathering import leaving, starter
from network.models import Circle, Group, Membership, Person, Source, User
from network.outlining import opml

from .members import NOW, a_feed, a_member, visit

pytestmark = pytest.mark.django_db
NEWCOMER = {"username": "ingrid", "password1": "nine thousand volumes"}


def test_the_file_is_whole() -> None:
    listed = opml.read(starter.FILE.read_bytes())
    assert 20 <= len(listed.outlines) <= 30
    assert (listed.bad, listed.doubles) == ([], 0)
    assert all(o.title and o.home.startswith("https://") and len(o.circles) == 1 for o in listed.outlines.values())
    assert all(address.startswith("https://") for address in listed.outlines)


def test_the_first_account_comes_with_the_starter_roster_and_looks_after_it_and_the_second_with_nothing(
    client: Client, settings: object
) -> None:
    settings.SIGNUP = "open"  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked:
        client.post("/accounts/signup/", NEWCOMER)
    assert len(asked) < 90
    group = Group.objects.get()
    listed = opml.read(starter.FILE.read_bytes())
    assert group.starter
    assert Membership.objects.get().user.username == "ingrid"
    assert set(group.roster.sources.values_list("feed__url", flat=True)) == set(listed.outlines)
    assert [circle.name for circle in group.roster.circles.all()] == list(listed.circles)
    assert Person.objects.filter(roster=group.roster, kind="planet").exists()
    Client().post("/accounts/signup/", NEWCOMER | {"username": "wim"})
    assert (User.objects.count(), Group.objects.count(), Membership.objects.count()) == (2, 1, 1)


def test_nobody_asks_for_a_feed_because_it_stands_there() -> None:
    starter.fill(a_member(), NOW)
    assert set(Feed.objects.values_list("subscribers", flat=True)) == {0}
    assert follow.recount(NOW) == 0


def test_newcomers_take_what_the_curator_made_of_it_with_names_circles_and_all_sources() -> None:
    ada, ingrid = a_member("ada"), a_member("ingrid")
    group = starter.fill(ada, NOW)
    first = Source.objects.filter(roster=group.roster).select_related("person").earliest("pk")
    Person.objects.filter(pk=first.person_id).update(name="Somebody Renamed", kind="organisation")
    follow.follow(group.roster, a_feed(title="Another feed"), NOW, person=first.person)
    gone = Source.objects.filter(roster=group.roster).select_related("person").latest("person__name")
    follow.retire(gone, NOW)
    client = visit(ingrid)
    page = client.get("/add/").content.decode()
    assert "Somebody Renamed" in page
    assert f">{gone.person.name}<" not in page
    client.post("/add/starter/", {"take": [first.person_id, gone.person_id, "x", "9" * 40]})
    person = Person.objects.get(roster=ingrid.roster)
    assert (person.name, person.kind, person.sources.count()) == ("Somebody Renamed", "organisation", 2)
    assert [c.name for c in Circle.objects.of(ingrid)] == ["Thinking in public"]
    first.feed.refresh_from_db()
    assert first.feed.subscribers == 1
    assert "Undo this import" in client.get("/add/").content.decode()


def test_nobody_ticked_is_said() -> None:
    starter.fill(a_member("ada"), NOW)
    response = visit(a_member("ingrid")).post("/add/starter/")
    assert response.status_code == 422
    assert "Nobody is ticked" in response.content.decode()


def test_everybody_may_look_at_it_and_only_curators_change_it() -> None:
    ada, ingrid = a_member("ada"), a_member("ingrid")
    group = starter.fill(ada, NOW)
    client, page = visit(ingrid), f"/groups/{group.pk}/"
    assert "Follow everybody" in client.get(page).content.decode()
    assert client.post(f"{page}take/", {"all": "1"}).status_code == 303
    assert Source.objects.of(ingrid).count() == group.roster.sources.count()
    assert client.get(f"/add/?group={group.pk}").status_code == 404
    assert client.post(f"{page}edit/", {"name": "Mine"}).status_code == 404
    assert visit(ada).get(f"/add/?group={group.pk}").status_code == 200


def test_an_instance_that_lost_it_stays_without_and_says_nothing_of_it() -> None:
    ada = a_member("ada")
    leaving.delete_group(starter.fill(ada, NOW), NOW, ada)
    page = visit(ada).get("/add/").content.decode()
    assert "starter" not in page.lower()
    assert "Two ways to begin" in page
    assert visit(ada).post("/add/starter/", {"take": "1"}).status_code == 422
    assert not Group.objects.exists()
