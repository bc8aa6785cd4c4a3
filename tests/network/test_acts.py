"""What is done to many at once is done to all of them and to nobody else, or to nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from aggregator.models import Feed
from network.follow import pause, retire
from network.models import Change, Circle, Group, Membership, Person, Roster, Source, Tag, User

from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
IN_TEN_DAYS = f"{timezone.localdate() + timedelta(days=10):%Y-%m-%d}"


@pytest.fixture
def nora() -> User:
    return a_member()


def a_group(*members: tuple[User, str]) -> Roster:
    group = Group.objects.create(name="Libraries", slug="libraries", opml_key="k" * 43, made_at=NOW)
    for user, role in members:
        Membership.objects.create(group=group, user=user, role=role, at=NOW)
    return Roster.objects.create(group=group)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ({"act": "pause", "days": "7"}, {"state": "paused", "days": 7}),
        ({"act": "pause", "days": "7000"}, {"state": "paused", "days": 30}),
        ({"act": "retire", "reason": "too loud"}, {"state": "retired", "reason": "too loud"}),
        ({"act": "trial", "until": IN_TEN_DAYS}, {"state": "trial"}),
    ],
)
def test_the_picked_are_acted_on_and_the_others_are_not(
    nora: User, act: dict[str, str], expected: dict[str, Any]
) -> None:
    one, two, three = (a_source(nora) for _ in range(3))
    response = visit(nora).post("/roster/act/?sort=last&page=2", {"pick": [one.pk, two.pk, "x", "9" * 30], **act})
    assert (response.status_code, response["Location"]) == (303, "/roster/?sort=last&page=2")
    for source in (one, two, three):
        source.refresh_from_db()
    days = expected.pop("days", None)
    for source in (one, two):
        assert {key: getattr(source, key) for key in expected} == expected
        assert days is None or round((source.until - timezone.now()) / timedelta(days=1)) == days
    assert three.state == "following"


def test_all_that_a_view_speaks_of_are_acted_on_on_whatever_page(nora: User) -> None:
    loud, quiet = (a_source(nora, a_feed(title=title)) for title in ("Loud", "Quiet"))
    retired = a_source(nora, a_feed(title="Loud too"))
    retire(retired, NOW)
    visit(nora).post("/roster/act/?q=loud&page=7", {"all": "1", "act": "pause"})
    states = dict(Source.objects.values_list("pk", "state"))
    assert states == {loud.pk: "paused", quiet.pk: "following", retired.pk: "retired"}


def test_all_on_the_page_are_those_that_stood_on_it(nora: User) -> None:
    one, two, three = (a_source(nora) for _ in range(3))
    form = {"page": "1", "shown": f"{one.pk},{two.pk},x", "pick": three.pk, "act": "retire"}
    visit(nora).post("/roster/act/", form)
    assert dict(Source.objects.values_list("pk", "state")) == {
        one.pk: "retired",
        two.pk: "retired",
        three.pk: "following",
    }


def test_a_button_in_a_row_means_that_row_alone(nora: User) -> None:
    one, two = a_source(nora), a_source(nora)
    visit(nora).post("/roster/act/", {"only": f"{one.pk} retire", "pick": two.pk, "all": "1", "act": "pause"})
    assert dict(Source.objects.values_list("pk", "state")) == {one.pk: "retired", two.pk: "following"}


def test_the_picked_are_brought_back(nora: User) -> None:
    sources = [a_source(nora) for _ in range(2)]
    retire(sources[0], NOW)
    pause(sources[1], None, NOW)
    visit(nora).post("/roster/act/", {"pick": [source.pk for source in sources], "act": "back"})
    assert set(Source.objects.values_list("state", flat=True)) == {"following"}


def test_they_are_put_in_a_circle_and_taken_out(nora: User) -> None:
    one, two = a_source(nora, name="One"), a_source(nora, name="Two")
    client = visit(nora)
    client.post("/roster/act/", {"pick": [one.pk, two.pk], "act": "circle", "in_circle": " New  one "})
    circle = Circle.objects.get(name="New one")
    assert set(circle.people.all()) == {one.person, two.person}
    client.post("/roster/act/", {"pick": one.pk, "act": "out", "in_circle": "New one"})
    assert set(circle.people.all()) == {two.person}


def test_they_are_tagged_and_untagged_and_the_table_shows_and_filters_it(nora: User) -> None:
    one, two = a_source(nora, name="One"), a_source(nora, name="Two")
    client = visit(nora)
    client.post("/roster/act/", {"pick": [one.pk, two.pk], "act": "tag", "word": "ferries"})
    tag = Tag.objects.get()
    assert "#ferries" in client.get("/roster/").content.decode()
    client.post("/roster/act/", {"pick": one.pk, "act": "untag", "word": "ferries"})
    assert set(tag.sources.all()) == {two}
    tag.people.add(one.person)
    page = client.get(f"/roster/?tag={tag.pk}").content.decode()
    assert (">One<" in page, ">Two<" in page) == (True, True)


def test_they_are_given_to_another_and_who_has_none_left_goes(nora: User) -> None:
    one, two, three = (a_source(nora, name=name, circles=[name]) for name in ("One", "Two", "Three"))
    client = visit(nora)
    client.post("/roster/act/", {"pick": [one.pk, two.pk], "act": "move", "name": "Three"})
    assert list(Person.objects.values_list("name", flat=True)) == ["Three"]
    assert three.person.sources.count() == 3
    client.post("/roster/act/", {"pick": [one.pk, two.pk], "act": "move", "name": "Somebody new"})
    somebody = Person.objects.get(name="Somebody new")
    assert set(somebody.sources.all()) == {one, two}
    assert [circle.name for circle in somebody.circles.all()] == ["Three"]


def test_they_are_asked_for_and_one_that_was_given_up_gets_another_chance(nora: User) -> None:
    then = timezone.now() - timedelta(days=9)
    well, lost = a_source(nora, a_feed(last_polled_at=NOW)), a_source(nora, a_feed(last_polled_at=NOW))
    Feed.objects.update(next_poll_at=timezone.now() + timedelta(days=9), why_then="rhythm", last_polled_at=then)
    Feed.objects.filter(pk=lost.feed_id).update(state="stopped", failing_since=then, failures=40)
    visit(nora).post("/roster/act/", {"pick": [well.pk, lost.pk], "act": "ask"})
    assert Feed.objects.filter(state="active", next_poll_at__lte=timezone.now(), failures=0).count() == 2


def test_one_that_was_given_up_is_asked_again_once_a_day_at_most(nora: User) -> None:
    source = a_source(nora, a_feed())
    Feed.objects.update(state="gone", last_polled_at=timezone.now() - timedelta(hours=20))
    visit(nora).post("/roster/act/", {"pick": source.pk, "act": "ask"})
    assert Feed.objects.get().state == "gone"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "retire", "pick": ""}, "Pick some rows first"),
        ({}, "Choose what to do"),
        ({"act": "nonsense"}, "Choose what to do"),
        ({"act": "circle"}, "Choose a circle"),
        ({"act": "out", "in_circle": "None such"}, "There is no circle of this name"),
        ({"act": "tag", "word": " \u202e "}, "Write a word"),
        ({"act": "untag", "word": "none"}, "There is no tag of this name"),
        ({"act": "move"}, "Write whose they are"),
        ({"act": "trial", "until": "soon"}, "Say until which day"),
        ({"act": "trial", "until": "2020-01-01"}, "A trial ends on a day to come"),
        ({"act": "trial", "until": "9999-12-31"}, "A trial ends on a day to come"),
    ],
)
def test_what_is_missing_is_said_and_what_was_picked_and_written_is_kept(
    nora: User, sent: dict[str, str], said: str
) -> None:
    source = a_source(nora)
    kept = {"reason": "half a reason", "days": "90", "all": ""}
    response = visit(nora).post("/roster/act/?sort=last", {"pick": source.pk} | kept | sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert 'value="half a reason"' in page
    assert '<option value="90" selected>' in page
    if "pick" not in sent:
        assert f'name="pick" value="{source.pk}" checked' in page
    assert Source.objects.get().state == "following"
    assert not (Circle.objects.exists() or Tag.objects.exists())


def test_the_picked_of_another_roster_are_not_there(nora: User) -> None:
    theirs = a_source(a_member("otto"))
    assert visit(nora).post("/roster/act/", {"pick": theirs.pk, "act": "retire"}).status_code == 422
    assert Source.objects.get().state == "following"


@pytest.mark.parametrize(
    "act",
    [
        {"act": "pause", "days": "7"},
        {"act": "pause", "days": "open"},
        {"act": "trial", "until": IN_TEN_DAYS},
        {"act": "retire", "reason": "too loud"},
        {"act": "circle", "in_circle": "New"},
        {"act": "out", "in_circle": "Old"},
        {"act": "tag", "word": "new"},
        {"act": "untag", "word": "old"},
        {"act": "move", "name": "Somebody new"},
        {"act": "move", "name": "Two"},
    ],
    ids=lambda act: " ".join(act.values()),
)
def test_each_act_on_many_is_one_step_that_is_taken_back_exactly(nora: User, act: dict[str, str]) -> None:
    sources = [a_source(nora, name=name, circles=["Old"]) for name in ("One", "Two", "Three")]
    Tag.objects.create(roster=nora.roster, name="old").sources.add(*sources)
    client, before, acts = visit(nora), everything(nora), Change.objects.count()
    client.post("/roster/act/", {"pick": [sources[0].pk, sources[2].pk]} | act)
    assert everything(nora) != before
    assert Change.objects.count() == acts + 1
    change = Change.objects.order_by("-pk")[0]
    assert f'formaction="/changes/{change.pk}/undo/"' in client.get("/roster/").content.decode()
    assert client.post(f"/changes/{change.pk}/undo/").status_code == 303
    assert everything(nora) == before


def everything(user: User) -> list[Any]:
    """All that stands on a roster, less when it was touched last."""
    roster = {"roster": user.roster}
    return [
        list(
            Source.objects.filter(**roster)
            .order_by("pk")
            .values("pk", "person", "feed", "state", "until", "reason")
        ),
        list(Person.objects.filter(**roster).order_by("pk").values("pk", "name", "circles__name", "tags__name")),
        sorted(Circle.objects.filter(**roster).values_list("name", flat=True)),
        sorted(Tag.objects.filter(**roster).values_list("name", "sources"), key=repr),
    ]


# ---- a group's


def test_curators_work_in_a_groups_roster_members_look_and_strangers_find_nothing(nora: User) -> None:
    otto, eve = a_member("otto"), a_member("eve")
    roster = a_group((nora, "curator"), (otto, "member"))
    source = Source.objects.create(
        roster=roster,
        person=Person.objects.create(roster=roster, name="Ingrid", created_at=NOW),
        feed=a_feed(),
        created_at=NOW,
        changed_at=NOW,
    )
    table = f"/groups/{roster.group_id}/roster/"
    pages = {user: visit(user).get(table) for user in (nora, otto, eve)}
    assert [page.status_code for page in pages.values()] == [200, 200, 404]
    assert b'name="pick"' in pages[nora].content
    assert b"Ingrid" in pages[otto].content
    assert b'name="pick"' not in pages[otto].content
    form = {"pick": source.pk, "act": "retire"}
    answers = [visit(user).post(f"{table}act/", form).status_code for user in (otto, eve)]
    assert (answers, Source.objects.get().state) == ([404, 404], "following")
    answer = visit(nora).post(f"{table}act/?sort=last", form)
    assert (answer.status_code, answer["Location"]) == (303, f"{table}?sort=last")
    assert Source.objects.get().state == "retired"


def test_the_starter_roster_is_there_for_everybody(nora: User) -> None:
    roster = a_group()
    Group.objects.update(starter=True)
    assert visit(nora).get(f"/groups/{roster.group_id}/roster/").status_code == 200
