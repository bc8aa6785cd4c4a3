"""The administrator's lists of people: quick, complete, and careful with what hangs on a row."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aggregator.models import Feed
from network.accounts import invite
from network.arriving import imports
from network.follow import Wish, follow_many
from network.gathering import groups
from network.models import Source, User
from network.outlining import opml

from .members import NOW, a_feed, a_member, visit

pytestmark = pytest.mark.django_db
OURS = sorted(model._meta.model_name for model in admin.site._registry if model._meta.app_label == "network")


def a_few(name: str, count: int) -> User:
    member = a_member(name)
    follow_many(member.roster, [Wish(a_feed(), circles=(f"C{n}",)) for n in range(count)], NOW)
    for n in range(count):
        groups.make(member, f"{name} {n}", NOW)
        invite(member, f"guest {n}", NOW)
        listed = opml.read(f'<opml><outline text="x" xmlUrl="https://{name}{n}.example/"/></opml>'.encode())
        imports.bring_in(member.roster, listed, f"list {n}", NOW)
    return member


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.fixture
def keeper() -> Client:
    return visit(User.objects.create_superuser("keeper", password="kelp and ferries"))


@pytest.mark.parametrize("model", OURS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(model: str, keeper: Client) -> None:
    a_few("nora", 2)
    few = queries(keeper, f"/admin/network/{model}/")
    a_few("otto", 5)
    a_few("wim", 3)
    assert queries(keeper, f"/admin/network/{model}/") <= few
    assert few <= 9


def test_every_table_of_the_network_has_its_list() -> None:
    names = "arrival circle group import invitation membership person roster source user"
    assert names.split() == OURS


@pytest.mark.parametrize("model", OURS)
def test_a_row_can_be_opened_without_a_choice_of_thousands(model: str, keeper: Client) -> None:
    a_few("nora", 2)
    for n in range(30):
        a_feed(title=f"Feed number {n}")
    row = admin.site._registry[
        next(m for m in admin.site._registry if m._meta.label_lower == f"network.{model}")
    ].model
    page = keeper.get(f"/admin/network/{model}/{row._default_manager.order_by('-pk')[0].pk}/change/")
    assert page.status_code == 200
    assert b"Feed number 29" not in page.content


@pytest.mark.parametrize(
    ("whose", "there"), [("member", [1, 0]), ("group", [0, 1]), ("starter", [0, 0]), ("x", [1, 1])]
)
def test_lists_are_filtered_by_whose_roster_it_is(whose: str, there: list[int], keeper: Client) -> None:
    nora = a_member()
    group = groups.make(nora, "Libraries", NOW)
    follow_many(nora.roster, [Wish(a_feed(), name="Own")], NOW)
    follow_many(group.roster, [Wish(a_feed(), name="Shared")], NOW)
    for model in ("person", "source"):
        page = keeper.get(f"/admin/network/{model}/?whose={whose}").content.decode()
        found = [int(">Own<" in page or ">Own</a>" in page), int(">Shared<" in page or ">Shared</a>" in page)]
        assert found == there


def test_from_the_feeds_the_way_leads_to_the_starter_rosters_table(keeper: Client) -> None:
    group = groups.make(a_member(), "Starter", NOW, starter=True)
    groups.make(a_member("otto"), "Another", NOW)
    assert b'href="/admin/network/group/?starter__exact=1"' in keeper.get("/admin/aggregator/feed/").content
    page = keeper.get("/admin/network/group/?starter__exact=1").content.decode()
    assert f'<a href="/groups/{group.pk}/roster/">the table</a>' in page
    assert "Another" not in page


def test_nobody_comes_into_a_group_or_leaves_it_by_the_administration(keeper: Client) -> None:
    group = groups.make(a_member(), "Libraries", NOW)
    membership = group.memberships.get().pk
    assert keeper.post("/admin/network/membership/add/").status_code == 403
    assert keeper.post(f"/admin/network/membership/{membership}/delete/", {"post": "yes"}).status_code == 403
    assert keeper.post("/admin/network/group/add/").status_code == 403


@pytest.mark.parametrize("model", ["user", "roster", "person", "source"])
@pytest.mark.parametrize("many", [False, True])
def test_what_is_deleted_no_longer_counts_as_a_follower(model: str, many: bool, keeper: Client) -> None:
    nora = a_member()
    source = follow_many(nora.roster, [Wish(a_feed())], NOW)[0].source
    pk: Any = {"user": nora.pk, "roster": nora.roster.pk, "person": source.person_id, "source": source.pk}[model]
    if many:
        keeper.post(
            f"/admin/network/{model}/", {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
        )
    else:
        keeper.post(f"/admin/network/{model}/{pk}/delete/", {"post": "yes"})
    assert not Source.objects.exists()
    assert Feed.objects.get().subscribers == 0
