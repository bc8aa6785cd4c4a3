"""What those outside may read of a group: its live OPML, and its page when it is public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network import follow
from network.models import Group, User
from network.outlining import opml

from .group_of import a_group
from .members import NOW, a_feed, a_member, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth() -> User:
    return a_member("ruth")


@pytest.fixture
def group(ruth: User) -> Group:
    group = a_group(ruth, a_member("ed"), about="We read *around*.")
    for n, name in enumerate(("Halima", "Wim", "Zoë")):
        follow.follow(group.roster, a_feed(title=f"Blog {n}"), NOW, name=name, circles=["Close"] if n else [])
    follow.retire(follow.follow(group.roster, a_feed(title="Gone"), NOW), NOW)
    return group


def live(group: Group) -> str:
    return f"/groups/opml/{group.opml_key}.opml"


def ask(path: str, **headers: str) -> Any:
    return Client().get(path, headers=headers)


def test_whoever_has_the_address_reads_the_roster_as_it_is_now(group: Group) -> None:
    listed = opml.read(ask(live(group)).content)
    assert {outline.title for outline in listed.outlines.values()} >= {"Blog 0", "Blog 1", "Blog 2"}
    assert len(listed.outlines) == 3
    follow.follow(group.roster, a_feed(title="Another"), NOW)
    assert b"Another" in ask(live(group)).content


def test_a_reader_that_has_it_is_told_that_nothing_changed(group: Group) -> None:
    first = ask(live(group))
    assert first.status_code == 200 and first["Content-Type"].startswith("text/x-opml")
    for known in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = ask(live(group), **known)
        assert (again.status_code, again.content) == (304, b"")
    source = group.roster.sources.order_by("pk")[0]
    source.feed.title = "Renamed"
    source.feed.save()
    assert ask(live(group), **{"If-None-Match": first["ETag"]}).status_code == 200


def test_what_comes_or_goes_moves_the_date(group: Group) -> None:
    first = ask(live(group))
    follow.retire(group.roster.sources.order_by("pk")[0], NOW + timedelta(days=1))
    known = {"If-Modified-Since": first["Last-Modified"]}
    assert ask(live(group), **known).status_code == 200


def test_a_head_asks_for_the_date_alone(group: Group) -> None:
    response = Client().head(live(group))
    assert response.status_code == 200 and response["ETag"] == ask(live(group))["ETag"]


def test_a_file_takes_few_queries_however_many_are_in_it(group: Group) -> None:
    for n in range(40):
        follow.follow(group.roster, a_feed(), NOW, circles=[f"Circle {n % 5}"])
    ask(live(group))
    with CaptureQueriesContext(connection) as asked:
        ask(live(group))
    assert len(asked) <= 5, "\n".join(q["sql"] for q in asked)


def test_a_curator_makes_a_new_address_and_the_old_one_leads_nowhere(group: Group, ruth: User) -> None:
    old = live(group)
    assert old in visit(ruth).get(f"/groups/{group.pk}/river/").content.decode()
    ed = User.objects.get(username="ed")
    assert visit(ed).post(f"/groups/{group.pk}/opml-key/").status_code == 404
    assert visit(ruth).post(f"/groups/{group.pk}/opml-key/").status_code == 303
    group.refresh_from_db()
    assert live(group) != old and len(group.opml_key) >= 32
    assert ask(old).status_code == 404 and ask(live(group)).status_code == 200


@pytest.mark.parametrize("path", ["/groups/opml/.opml", "/groups/opml/nonsense.opml", "/groups/opml/%00.opml"])
def test_no_address_can_be_guessed(path: str, group: Group) -> None:
    assert ask(path).status_code == 404


def test_a_group_that_is_not_public_has_no_page(group: Group, ruth: User) -> None:
    for path in (f"/g/{group.slug}/", f"/g/{group.slug}/opml/", "/g/nobody/"):
        assert ask(path).status_code == 404
        assert visit(ruth).get(path).status_code == 404


def test_a_public_page_says_whom_they_read_and_nothing_of_themselves(group: Group, ruth: User) -> None:
    secret = "https://blog.example/feed?token=xyzzy"
    follow.follow(group.roster, a_feed(url=secret, title="Secret"), NOW, name="Private")
    Group.objects.filter(pk=group.pk).update(public=True)
    page = ask(f"/g/{group.slug}/").content.decode()
    for words in ("Rural Library Circle", "<em>around</em>", "Halima", "Zoë", "Blog 1", "ruth"):
        assert words in page, words
    for words in ("xyzzy", "Private", group.opml_key, "Gone"):
        assert words not in page, words
    file = ask(f"/g/{group.slug}/opml/").content.decode()
    assert "Blog 1" in file and "xyzzy" not in file
    assert "xyzzy" in ask(live(group)).content.decode(), "members see it on their pages anyway"


def test_the_public_page_takes_few_queries_and_asks_nothing_of_its_reader(group: Group) -> None:
    Group.objects.filter(pk=group.pk).update(public=True)
    for _ in range(30):
        follow.follow(group.roster, a_feed(), NOW)
    ask(f"/g/{group.slug}/")
    with CaptureQueriesContext(connection) as asked:
        response = ask(f"/g/{group.slug}/")
    assert len(asked) <= 4, "\n".join(q["sql"] for q in asked)
    assert "Set-Cookie" not in response.headers
    assert Client().head(f"/g/{group.slug}/").status_code == 200
