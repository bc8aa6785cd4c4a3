"""Groups: made and described, looked after, and seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator.models import Feed
from network import follow
from network.gathering import groups
from network.gathering.groups import Refused
from network.models import Change, Group, Membership, Mute, Source
from tests.reading.roster import entries

from .group_of import CURATOR, MEMBER, a_group, role_of
from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
NEW = {"name": "Rural Library Circle", "about": "We **read** around.", "joining": "asked"}


# ---- making and describing


def test_whoever_makes_a_group_looks_after_it_and_it_has_a_roster_and_addresses_of_its_own() -> None:
    ruth = a_member("ruth")
    response = visit(ruth).post("/groups/new/", NEW)
    group = Group.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/groups/{group.pk}/")
    assert (group.name, group.slug, group.joining) == (NEW["name"], "rural-library-circle", "asked")
    assert role_of(group, ruth) == CURATOR
    assert len(group.opml_key) > 20
    page = visit(ruth).get(f"/groups/{group.pk}/").content.decode()
    assert "<strong>read</strong>" in page
    assert "looked after by you." in page


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": " \u202e\u2066 "}, "needs a name"),
        ({"name": "x" * 10_000}, "at most 200 characters"),
        ({"about": "x" * 20_001}, "at most 20000 characters"),
        ({"joining": "whoever"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(wrong: dict[str, str], word: str) -> None:
    response = visit(a_member("ruth")).post("/groups/new/", NEW | {"about": "Kept words."} | wrong)
    page = response.content.decode()
    assert response.status_code == 422
    assert word in page
    assert "about" in wrong or "Kept words." in page
    assert not Group.objects.exists()


def test_nobody_looks_after_two_groups_of_one_name_but_two_people_may() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    visit(ruth).post("/groups/new/", NEW)
    again = visit(ruth).post("/groups/new/", NEW)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert visit(ed).post("/groups/new/", NEW).status_code == 303
    slugs = list(Group.objects.order_by("pk").values_list("slug", flat=True))
    assert slugs[0] == "rural-library-circle"
    assert slugs[1].startswith("rural-library-circle-")


def test_a_name_without_letters_has_an_address_too() -> None:
    assert a_group(name="…").slug == "group"
    assert a_group(a_member("ed"), name="図書館").slug.startswith("group-")


def test_only_curators_describe_a_group() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    assert visit(ed).get(f"/groups/{group.pk}/edit/").status_code == 404
    assert visit(ed).post(f"/groups/{group.pk}/edit/", NEW | {"name": "Ours"}).status_code == 404
    assert visit(ruth).post(f"/groups/{group.pk}/edit/", NEW | {"name": "Ours", "public": "on"}).status_code == 303
    group.refresh_from_db()
    assert (group.name, group.public, group.slug) == ("Ours", True, "rural-library-circle")
    refused = visit(ruth).post(f"/groups/{group.pk}/edit/", NEW | {"name": "y" * 10_000})
    assert refused.status_code == 422
    assert "<h1><bdi>Ours</bdi></h1>" in refused.content.decode()


# ---- roles


def test_a_curator_gives_and_takes_roles_but_somebody_stays_to_look_after_the_group() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    of_ed, of_ruth = (Membership.objects.get(user=user).pk for user in (ed, ruth))
    page, curator = f"/groups/{group.pk}/members/", visit(ruth)
    assert curator.post(page, {"act": "member", "member": of_ruth}).status_code == 422
    assert visit(ed).post(page, {"act": "curator", "member": of_ed}).status_code == 404
    assert curator.post(page, {"act": "curator", "member": of_ed}).status_code == 303
    assert curator.post(page, {"act": "member", "member": of_ruth}).status_code == 303
    assert (role_of(group, ruth), role_of(group, ed)) == (MEMBER, CURATOR)


def test_the_members_of_another_group_cannot_be_changed_through_ones_own() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    a_group(ed, name="Others")
    group = a_group(ruth)
    of_ed = Membership.objects.get(user=ed).pk
    for act in ("curator", "member", "remove"):
        response = visit(ruth).post(f"/groups/{group.pk}/members/", {"act": act, "member": of_ed})
        assert response.status_code == 422
        assert "not in the group any more" in response.content.decode()
    assert Membership.objects.get(user=ed).role == CURATOR
    with pytest.raises(Refused, match="not in the group"):
        groups.give_role(group, of_ed, MEMBER)


# ---- seeing


def test_a_group_by_invitation_is_not_there_for_others_and_one_that_can_be_asked_shows_its_door_alone() -> None:
    ruth, otto = a_member("ruth"), a_member("otto")
    group = a_group(ruth)
    follow.follow(group.roster, a_feed(title="Kelp"), NOW, name="Ingrid Solvang")
    page, stranger = f"/groups/{group.pk}/", visit(otto)
    assert stranger.get(page).status_code == 404
    assert group.name not in stranger.get("/groups/").content.decode()
    Group.objects.update(joining="asked")
    seen = stranger.get(page).content.decode()
    assert "Ask to come in" in seen
    assert "ruth" in seen
    assert "Ingrid Solvang" not in seen
    assert group.name in stranger.get("/groups/").content.decode()
    assert stranger.get(f"/groups/{group.pk}/members/").status_code == 404


def test_members_see_the_roster_with_states_and_who_is_new() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    late = NOW + timedelta(days=3)
    follow.follow(group.roster, a_feed(), NOW, name="Ingrid Solvang")
    source = follow.follow(group.roster, a_feed(), late, name="Wim Aerts")
    follow.pause(source, None, late)
    Group.objects.update(made_at=NOW - timedelta(days=100))
    page = visit(ed).get(f"/groups/{group.pk}/").content.decode()
    assert "Ingrid Solvang" in page
    assert 'class="state paused' in page


def small(group: Group) -> None:
    follow.follow(group.roster, a_feed(), NOW, name="Ingrid Solvang", circles=["Close"])


def large(group: Group) -> None:
    feeds = Feed.objects.bulk_create(
        Feed(url=f"https://n{n}.example/feed", host=f"n{n}.example", created_at=NOW, next_poll_at=NOW)
        for n in range(300)
    )
    names = [(feed, f"Person {n // 2}") for n, feed in enumerate(feeds)]
    wishes = [follow.Wish(feed, name=name, who=name, circles=("A", "B")) for feed, name in names]
    follow.follow_many(group.roster, wishes, NOW)
    for n in range(20):
        groups.enter(group, a_member(f"member{n}"), NOW)


@pytest.mark.parametrize("fill", [small, large])
@pytest.mark.parametrize("role", [CURATOR, MEMBER, "stranger", "starter"])
def test_a_groups_pages_cost_ten_queries_whatever_its_size(fill: object, role: str) -> None:
    ruth, ed, otto = a_member("ruth"), a_member("ed"), a_member("otto")
    group = a_group(ruth, ed, joining="asked", starter=role == "starter")
    fill(group)  # type: ignore[operator]
    client = visit({CURATOR: ruth, MEMBER: ed}.get(role, otto))
    pages = ["/groups/", f"/groups/{group.pk}/"]
    pages += [f"/groups/{group.pk}/members/", f"/groups/{group.pk}/leave/"] if role in (CURATOR, MEMBER) else []
    for path in pages:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= 10, (path, len(asked), [query["sql"][:150] for query in asked])


# ---- taking from the roster


def test_one_click_takes_a_source_a_person_a_circle_or_everybody() -> None:
    ed = a_member("ed")
    group = a_group(None, ed)
    blog, pod, other = a_feed(title="Kelp"), a_feed(title="Kelp aloud"), a_feed(title="Ferries")
    first = follow.follow(group.roster, blog, NOW, name="Ingrid Solvang", circles=["Close"])
    follow.follow(group.roster, pod, NOW, person=first.person)
    follow.follow(group.roster, other, NOW, name="Wim Aerts")
    client, take = visit(ed), f"/groups/{group.pk}/take/"

    client.post(take, {"source": first.pk})
    assert [s.feed for s in Source.objects.of(ed)] == [blog]
    client.post(take, {"person": first.person_id})
    ingrid = Source.objects.of(ed).get(feed=pod).person
    assert {s.feed for s in ingrid.sources.all()} == {blog, pod}
    assert ingrid.name == "Ingrid Solvang"
    assert not ingrid.circles.exists()
    client.post(take, {"circle": group.roster.circles.get().pk, "circles": "1"})
    assert [circle.name for circle in ingrid.circles.all()] == ["Close"]
    page = client.post(take, {"all": "1"}, follow=True).content.decode()
    assert Source.objects.of(ed).count() == 3
    assert "Wim Aerts is on your roster now. 2 sources were there already." in page
    again = client.post(take, {"all": "1"}, follow=True).content.decode()
    assert "All of them were on your roster already." in again


def test_who_is_retired_on_the_groups_roster_is_not_taken_and_who_was_ones_own_comes_back() -> None:
    ed = a_member("ed")
    group = a_group(None, ed)
    gone, kept = a_feed(), a_feed()
    follow.retire(follow.follow(group.roster, gone, NOW), NOW)
    follow.follow(group.roster, kept, NOW)
    follow.retire(a_source(ed, kept), NOW)
    visit(ed).post(f"/groups/{group.pk}/take/", {"all": "1"})
    assert [(s.feed, s.state) for s in Source.objects.of(ed)] == [(kept, "following")]


def test_taking_is_one_act_that_can_be_taken_back() -> None:
    ed = a_member("ed")
    group = a_group(None, ed)
    for name in ("Ingrid Solvang", "Wim Aerts"):
        follow.follow(group.roster, a_feed(), NOW, name=name)
    client = visit(ed)
    page = client.post(f"/groups/{group.pk}/take/", {"all": "1"}, follow=True).content.decode()
    change = Change.objects.get(roster=ed.roster)
    assert (change.act, change.by, change.why) == ("taken", ed, "From “Rural Library Circle”")
    undo = f"/changes/{change.pk}/undo/"
    assert undo in page
    client.post(undo)
    assert not Source.objects.of(ed).exists()


def test_the_newest_of_the_roster_stand_on_the_page_without_what_one_has_muted() -> None:
    ed = a_member("ed")
    group = a_group(None, ed)
    heard, muted = a_feed(title="Kelp"), a_feed(title="Noise")
    follow.follow(group.roster, heard, NOW, name="Ingrid Solvang")
    loud = follow.follow(group.roster, muted, NOW, name="Loud")
    entries(heard, [2, 1], title="On kelp")
    entries(muted, [1], title="On everything")
    page = visit(ed).get(f"/groups/{group.pk}/").content.decode()
    assert "On kelp" in page
    assert "On everything" in page
    Mute.objects.create(user=ed, source=loud, at=NOW)
    assert "On everything" not in visit(ed).get(f"/groups/{group.pk}/").content.decode()


def test_nothing_chosen_and_what_is_not_the_groups_takes_nothing() -> None:
    ed, otto = a_member("ed"), a_member("otto")
    group, elsewhere = a_group(None, ed), a_group(otto, name="Elsewhere")
    foreign = follow.follow(elsewhere.roster, a_feed(), NOW)
    take = f"/groups/{group.pk}/take/"
    for form in ({}, {"source": foreign.pk}, {"person": foreign.person_id}, {"source": "9" * 50}, {"circle": "x"}):
        page = visit(ed).post(take, form, follow=True).content.decode()
        assert "Choose first" in page
    assert not Source.objects.of(ed).exists()
    assert visit(otto).post(take, {"all": "1"}).status_code == 404


# ---- adding to it


def test_a_curator_adds_to_the_groups_roster_and_nobody_else_does() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    lines = "https://a.example/feed A\nhttps://b.example/feed"
    opml = b'<opml><body><outline text="Kelp" xmlUrl="https://kelp.example/feed"/></body></opml>'
    for path, form in (("/add/", {"address": "c.example"}), ("/add/list/", {"addresses": lines})):
        assert visit(ed).post(f"{path}?group={group.pk}", form).status_code == 404
        response = visit(ruth).post(f"{path}?group={group.pk}", form)
        assert response["Location"] == f"/add/?group={group.pk}#coming"
    visit(ruth).post(f"/add/list/?group={group.pk}", {"file": SimpleUploadedFile("x.opml", opml)})
    assert [source.person.name for source in group.roster.sources.all()] == ["Kelp"]
    assert group.roster.arrivals.count() == 4
    assert not Source.objects.of(ruth).exists()
    page = visit(ruth).get(f"/add/?group={group.pk}").content.decode()
    assert f"Add to {group.name}" in page
    assert "Kelp" in page
    assert "Kelp" not in visit(ruth).get("/add/").content.decode()
    assert visit(ruth).get("/add/?group=nonsense").status_code == 404


@pytest.mark.parametrize("asked", ["x", "0", "9" * 60, "\x00", "-1"])
def test_nonsense_for_a_group_is_not_there(asked: str) -> None:
    assert visit(a_member()).get("/add/", {"group": asked}).status_code == 404


def test_what_cannot_be_done_is_said_in_a_sentence() -> None:
    ruth = a_member("ruth")
    group = a_group(ruth)
    response = visit(ruth).post(f"/groups/{group.pk}/members/", {"act": "", "member": Membership.objects.get().pk})
    assert response.status_code == 422
    assert "Choose what to do." in response.content.decode()
    with pytest.raises(Refused):
        groups.give_role(group, Membership.objects.get().pk, MEMBER)


def test_a_hostile_name_on_a_groups_roster_stays_text() -> None:
    evil = '<script>alert("x")</script>&amp;\'"'
    ruth = a_member("ruth")
    group = a_group(ruth)
    feed = a_feed(title=f"{evil} here", language='"><script>')
    source = follow.follow(group.roster, feed, NOW, name=evil, circles=[evil])
    other = follow.follow(group.roster, a_feed(title=evil), NOW)
    Source.objects.filter(pk=other.pk).update(person=source.person)
    page = visit(ruth).get(f"/groups/{group.pk}/").content.decode()
    assert "<script>alert" not in page and 'lang="&quot;&gt;&lt;script&gt;"' in page
    assert page.count("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;&#x27;&quot; here") == 2
    assert f'formaction="/sources/{source.pk}/mute/?back=group"' in page
