"""What happens when somebody goes: as docs/permissions.md says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from network import follow, whose
from network.gathering import groups, joining, leaving
from network.gathering.groups import Refused
from network.models import (
    Group,
    GroupInvitation,
    JoinRequest,
    Membership,
    Mute,
    Note,
    Notice,
    Person,
    Proposal,
    Roster,
    Source,
    User,
)
from network.remembering.undoing import undo
from reading.models import Watermark

from .group_of import CURATOR, MEMBER, a_group, role_of
from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
PASSWORD = "kelp and ferries"


def on_the_roster(group: Group, name: str = "Ingrid Solvang", **more: Any) -> Source:
    return follow.follow(group.roster, a_feed(title=name), NOW, name=name, **more)


def noted(user: User, text: str, *, person: Person | None = None, source: Source | None = None) -> Note:
    return Note.objects.create(user=user, text=text, person=person, source=source, changed_at=NOW)


# ---- leaving


def test_the_roster_and_proposals_stay_mutes_go_and_what_was_read_stays_read() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth)
    source = on_the_roster(group)
    groups.enter(group, ed, NOW)
    Proposal.objects.create(group=group, by=ed, address="x.example", why="Because", at=NOW)
    Mute.objects.create(user=ed, source=source, at=NOW)
    assert "comes to your own roster" in visit(ed).get(f"/groups/{group.pk}/leave/").content.decode()
    response = visit(ed).post(f"/groups/{group.pk}/leave/")
    assert response["Location"] == "/groups/"
    assert role_of(group, ed) == ""
    assert (Source.objects.get(), Proposal.objects.get().by) == (source, ed)
    assert not Mute.objects.exists()
    assert Watermark.objects.filter(user=ed, feed=source.feed).exists()
    assert visit(ed).get(f"/groups/{group.pk}/").status_code == 404


def test_notes_on_whom_a_curator_takes_off_are_at_home_at_once() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    theirs = on_the_roster(group)
    noted(ed, "Writes on **kelp**.", person=theirs.person)
    noted(ed, "The loud one.", source=theirs)
    assert Note.objects.filter(person__roster__owner=ed).count() == 0
    change = whose.forget([theirs], NOW, by=ruth)
    mine = Source.objects.get(roster__owner=ed)
    assert (mine.feed, mine.state, mine.person.name) == (theirs.feed, "retired", "Ingrid Solvang")
    assert {n.text for n in Note.objects.all()} == {"Writes on **kelp**.", "The loud one."}
    assert {n.person or n.source for n in Note.objects.all()} == {mine.person, mine}
    assert change is not None
    undo(change, NOW, ruth)
    whose.forget(Source.objects.filter(roster=group.roster), NOW, by=ruth)
    assert [n.text for n in Note.objects.filter(person=mine.person)] == ["Writes on **kelp**."]


def test_notes_stay_where_two_people_of_a_group_become_one() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    one, other = on_the_roster(group), on_the_roster(group, "Ingrid S.")
    noted(ed, "Writes on **kelp**.", person=other.person)
    whose.merge(one.person, other.person, NOW, by=ruth)
    assert [n.person for n in Note.objects.all()] == [one.person]
    assert not Source.objects.filter(roster__owner=ed).exists()


def test_notes_come_home_to_the_same_person_under_what_was_noted_there() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    theirs = on_the_roster(group)
    mine = a_source(ed, theirs.feed, name="Ingrid")
    noted(ed, "Met her in Bergen.", person=mine.person)
    noted(ed, "Writes on **kelp**.", person=theirs.person)
    noted(ed, "The loud one.", source=theirs)
    kept = noted(ruth, "Ruth's own.", person=theirs.person)
    leaving.leave(group, ed, NOW)
    notes = {(n.person, n.source): n.text for n in Note.objects.filter(user=ed)}
    assert notes == {
        (mine.person, None): "Met her in Bergen.\n\nWrites on **kelp**.",
        (None, mine): "The loud one.",
    }
    kept.refresh_from_db()
    assert kept.person == theirs.person
    assert Source.objects.of(ed).get().state == "following"


def test_whom_one_has_noted_and_does_not_follow_comes_home_retired() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    source = on_the_roster(group)
    lonely = Person.objects.create(roster=group.roster, name="Without a feed", created_at=NOW)
    noted(ed, "Remember.", person=source.person)
    noted(ed, "And this one.", person=lonely)
    visit(ed).post(f"/groups/{group.pk}/leave/")
    assert {(n.person.name, n.text) for n in Note.objects.filter(user=ed) if n.person} == {
        ("Ingrid Solvang", "Remember."),
        ("Without a feed", "And this one."),
    }
    mine = Source.objects.of(ed).get()
    assert (mine.state, mine.feed) == ("retired", source.feed)
    assert group.name in mine.reason
    source.feed.refresh_from_db()
    assert source.feed.subscribers == 1


def test_the_last_curator_names_who_looks_after_the_group_then() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    leave, of_ed = f"/groups/{group.pk}/leave/", Membership.objects.get(user=ed).pk
    client = visit(ruth)
    assert "Who looks after it then" in client.get(leave).content.decode()
    for heir in ("", "0", "9" * 40, str(Membership.objects.get(user=ruth).pk)):
        refused = client.post(leave, {"heir": heir})
        assert refused.status_code == 422
        assert "Say first who looks after" in refused.content.decode()
    client.post(leave, {"heir": of_ed})
    assert (role_of(group, ruth), role_of(group, ed)) == ("", CURATOR)


def test_the_only_member_cannot_leave_but_delete() -> None:
    ruth = a_member("ruth")
    group = a_group(ruth)
    assert "If you go, the group goes." in visit(ruth).get(f"/groups/{group.pk}/leave/").content.decode()
    assert visit(ruth).post(f"/groups/{group.pk}/leave/").status_code == 422
    assert visit(ruth).post(f"/groups/{group.pk}/delete/").status_code == 422
    assert visit(ruth).post(f"/groups/{group.pk}/delete/", {"sure": "1"}).status_code == 303
    assert not Group.objects.exists()


def test_the_invitations_somebody_made_lead_nowhere_when_they_go() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    groups.give_role(group, Membership.objects.get(user=ed).pk, CURATOR)
    joining.make_link(group, ed, 5, "", NOW)
    kept = joining.make_link(group, ruth, 5, "", NOW)
    leaving.leave(group, ed, NOW)
    assert list(GroupInvitation.objects.all()) == [kept]


# ---- being removed


def test_who_is_removed_reads_by_whom_and_the_word_that_was_said() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    noted(ed, "Mine.", person=on_the_roster(group).person)
    form = {"act": "remove", "member": Membership.objects.get(user=ed).pk, "word": "You never said a word."}
    assert visit(ruth).post(f"/groups/{group.pk}/members/", form).status_code == 303
    page = visit(ed).get("/groups/").content.decode()
    assert "ruth removed you from" in page
    assert "You never said a word." in page
    assert role_of(group, ed) == ""
    note = Note.objects.get()
    assert note.person is not None
    assert note.person.roster == ed.roster
    again = visit(ruth).post(f"/groups/{group.pk}/members/", form)
    assert again.status_code == 422
    assert "not in the group any more" in again.content.decode()


def test_nobody_removes_themselves() -> None:
    ruth = a_member("ruth")
    group = a_group(ruth)
    form = {"act": "remove", "member": Membership.objects.get().pk}
    response = visit(ruth).post(f"/groups/{group.pk}/members/", form)
    assert response.status_code == 422
    assert "leave the group" in response.content.decode()


# ---- a group is deleted


def test_a_deleted_group_takes_its_roster_along_and_gives_notes_back() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed, joining="asked")
    only, shared = on_the_roster(group), on_the_roster(group, "Wim Aerts")
    a_source(ed, shared.feed)
    noted(ed, "Mine.", person=only.person)
    joining.ask(group, a_member("otto"), "", NOW)
    Proposal.objects.create(group=group, by=ed, address="x.example", why="Because", at=NOW)
    assert visit(ed).post(f"/groups/{group.pk}/delete/", {"sure": "1"}).status_code == 404
    visit(ruth).post(f"/groups/{group.pk}/delete/", {"sure": "1"})
    assert not (Roster.objects.filter(owner=None) or Proposal.objects.all() or JoinRequest.objects.all())
    only.feed.refresh_from_db()
    shared.feed.refresh_from_db()
    assert (only.feed.subscribers, shared.feed.subscribers) == (0, 1)
    note = Note.objects.get()
    assert note.person is not None
    assert (note.person.name, note.person.roster) == ("Ingrid Solvang", ed.roster)


def test_its_members_are_told_once_wherever_they_look_first() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    name = group.name
    visit(ruth).post(f"/groups/{group.pk}/delete/", {"sure": "1"})
    client = visit(ed)
    for page in ("/groups/", "/people/", "/roster/"):
        assert f"“<bdi>{name}</bdi>”. This group is gone" in client.get(page).content.decode()
    client.post("/notices/seen/", {"notice": Notice.objects.get(user=ed).pk, "back": "/groups/"})
    assert "This group is gone" not in client.get("/groups/").content.decode()
    assert not Notice.objects.filter(user=ruth).exists()


# ---- an account is deleted


def test_an_account_goes_with_its_password_and_all_that_was_private() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    theirs = on_the_roster(group)
    mine = a_source(ed)
    noted(ed, "Mine.", person=theirs.person)
    noted(ed, "Mine too.", person=mine.person)
    Proposal.objects.create(group=group, by=ed, address="x.example", why="Because", at=NOW)
    client = visit(ed)
    assert "What goes" in client.get("/settings/delete/").content.decode()
    done = client.post("/settings/delete/", {"password": PASSWORD, "sure": "1"})
    assert done.status_code == 200
    assert "Your account is deleted" in done.content.decode()
    assert client.get("/groups/").status_code == 302
    assert not User.objects.filter(username="ed").exists()
    assert not (Note.objects.exists() or Watermark.objects.exclude(user=ruth).exists())
    assert Proposal.objects.get().by is None
    mine.feed.refresh_from_db()
    assert mine.feed.subscribers == 0
    assert Source.objects.get() == theirs


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"password": PASSWORD}, "Tick that you mean it"),
        ({"sure": "1"}, "not your password"),
        ({"sure": "1", "password": "x" * 10_000}, "not your password"),
    ],
)
def test_a_slip_deletes_nothing(form: dict[str, str], word: str) -> None:
    ed = a_member("ed")
    response = visit(ed).post("/settings/delete/", form)
    assert response.status_code == 422
    assert word in response.content.decode()
    assert User.objects.filter(pk=ed.pk).exists()


def test_a_group_whose_only_curator_goes_is_looked_after_by_its_oldest_member_or_goes() -> None:
    ruth, ed, wim = a_member("ruth"), a_member("ed"), a_member("wim")
    group = a_group(ruth)
    groups.enter(group, wim, NOW - timedelta(days=9))
    groups.enter(group, ed, NOW)
    alone = a_group(ruth, name="Alone")
    source = on_the_roster(alone)
    page = visit(ruth).get("/settings/delete/").content.decode()
    assert "which wim will look after" in page
    assert "Not “Alone”" in page
    leaving.delete_account(ruth, NOW)
    assert (role_of(group, wim), role_of(group, ed)) == (CURATOR, MEMBER)
    assert list(Group.objects.all()) == [group]
    source.feed.refresh_from_db()
    assert source.feed.subscribers == 0


def test_the_only_administrator_stays_until_another_is_there() -> None:
    ada = a_member("ada", is_staff=True, is_superuser=True)
    client = visit(ada)
    assert "You are the only administrator here." in client.get("/settings/delete/").content.decode()
    refused = client.post("/settings/delete/", {"password": PASSWORD, "sure": "1"})
    assert refused.status_code == 422
    with pytest.raises(Refused):
        leaving.delete_account(ada, NOW)
    assert client.get(f"/admin/network/user/{ada.pk}/delete/").status_code == 403
    a_member("bea", is_staff=True, is_superuser=True)
    assert client.post("/settings/delete/", {"password": PASSWORD, "sure": "1"}).status_code == 200
    assert not User.objects.filter(pk=ada.pk).exists()


def test_the_administration_deletes_accounts_the_same_way() -> None:
    ada, ruth, ed = a_member("ada", is_staff=True, is_superuser=True), a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    chief = visit(ada)
    assert chief.post(f"/admin/network/user/{ruth.pk}/delete/", {"post": "yes"}).status_code == 302
    assert role_of(group, ed) == CURATOR
    form = {"action": "delete_selected", "post": "yes"}
    chief.post("/admin/network/user/", form | {"_selected_action": [ada.pk, ed.pk]})
    assert set(User.objects.all()) == {ada, ed}
    chief.post("/admin/network/user/", form | {"_selected_action": [ed.pk]})
    assert list(User.objects.all()) == [ada]
    assert not Group.objects.exists()


def test_the_administration_deletes_a_group_and_leaves_none_without_a_curator() -> None:
    ada, ruth = a_member("ada", is_staff=True, is_superuser=True), a_member("ruth")
    group = a_group(ruth)
    source = on_the_roster(group)
    chief, of_ruth = visit(ada), Membership.objects.get(user=ruth).pk
    chief.post(f"/admin/network/membership/{of_ruth}/change/", {"role": "member"})
    assert role_of(group, ruth) == CURATOR
    assert chief.post(f"/admin/network/group/{group.pk}/delete/", {"post": "yes"}).status_code == 302
    source.feed.refresh_from_db()
    assert (Group.objects.count(), source.feed.subscribers) == (0, 0)


def test_the_starter_roster_goes_to_another_administrator() -> None:
    ada, bea = (a_member(name, is_staff=True, is_superuser=True) for name in ("ada", "bea"))
    shelf = a_group(ada, name="Starter roster", starter=True)
    leaving.delete_account(ada, NOW)
    assert role_of(shelf, bea) == CURATOR
