"""What one member does in the moment another does something else, and what one of them does far too often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from aggregator.models import Lookup
from network import follow, states, tags, whose
from network.arriving import imports
from network.gathering import groups, joining, leaving, proposals
from network.gathering.groups import Refused
from network.models import (
    Arrival,
    Change,
    Group,
    GroupInvitation,
    Membership,
    Mute,
    Note,
    Notice,
    Proposal,
    Tag,
    User,
)
from network.outlining.listed import Outline
from network.remembering import undoing

from .group_of import CURATOR, MEMBER, a_group, role_of
from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db


def place_of(group: Group, user: User) -> int:
    return Membership.objects.get(group=group, user=user).pk


@pytest.fixture
def ruth() -> User:
    return a_member("ruth")


@pytest.fixture
def ed() -> User:
    return a_member("ed")


@pytest.fixture
def group(ruth: User, ed: User) -> Group:
    """Two curators and nobody else."""
    made = a_group(ruth, ed)
    groups.give_role(made, place_of(made, ed), CURATOR)
    return made


# ---- two curators at once


def test_of_two_curators_who_remove_each_other_one_stays(group: Group, ruth: User, ed: User) -> None:
    ruths = place_of(group, ruth)
    leaving.remove(group, place_of(group, ed), ruth, "", NOW)
    with pytest.raises(Refused):  # Ed's request was on its way already
        leaving.remove(group, ruths, ed, "", NOW)
    assert role_of(group, ruth) == CURATOR


def test_who_removes_a_member_is_reminded_of_the_address_they_know(group: Group, ruth: User, ed: User) -> None:
    form = {"act": "remove", "member": place_of(group, ed), "word": "Never a word."}
    page = visit(ruth).post(f"/groups/{group.pk}/members/", form, follow=True).content.decode()
    assert "may still know the address of its live OPML" in page
    assert visit(ed).get(f"/groups/opml/{group.opml_key}.opml").status_code == 200
    visit(ruth).post(f"/groups/{group.pk}/opml-key/")
    assert visit(ed).get(f"/groups/opml/{group.opml_key}.opml").status_code == 404


def test_who_looks_after_a_group_no_more_is_told_nothing_of_its_sources(group: Group, ruth: User, ed: User) -> None:
    source = follow.follow(group.roster, a_feed(), NOW)
    for user in (ruth, ed):
        Notice.objects.create(user=user, source=source, kind="gone", at=NOW)
    groups.give_role(group, place_of(group, ed), MEMBER)
    assert [notice.user for notice in Notice.objects.all()] == [ruth]


def test_an_invitation_that_ran_out_shows_no_group(group: Group, ruth: User) -> None:
    mia = a_member("mia")
    joining.invite(group, ruth, "mia", "", timezone.now())
    assert visit(mia).get(f"/groups/{group.pk}/").status_code == 200
    GroupInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert visit(mia).get(f"/groups/{group.pk}/").status_code == 404
    assert visit(mia).post(f"/groups/{group.pk}/join/", {"act": "ask"}).status_code == 404


# ---- proposals answered in the same moment


def proposed(group: Group, by: User, **more: Any) -> Proposal:
    """It was found, and `by` has its page open."""
    made = proposals.propose(group, by, NOW, address="ragna.example", why="She solved it.")
    found = {
        "url": (feed := a_feed()).url,
        "title": "Paper",
        "kind": "blog",
        "count": 3,
        "newest": "",
        "why": "link",
    }
    Lookup.objects.filter(pk=made.lookup_id).update(state=Lookup.State.FOUND, candidates=[found], feed=feed)
    Proposal.objects.filter(pk=made.pk).update(**({"feed": feed} | more))
    return Proposal.objects.select_related("group", "by", "feed", "lookup").get(pk=made.pk)


def test_what_was_accepted_meanwhile_is_not_looked_for_again(group: Group, ruth: User, ed: User) -> None:
    eds = proposed(group, ed)
    proposals.accept(proposed_again(eds), ruth, NOW, name="Ragna", circle="")
    with pytest.raises(proposals.Closed):
        proposals.look_again(eds, NOW)
    with pytest.raises(proposals.Closed):
        proposals.choose(eds, eds.feed.url if eds.feed else "", NOW)
    kept = Proposal.objects.get()
    assert (kept.feed, kept.lookup, kept.state) == (eds.feed, eds.lookup, "accepted")


def proposed_again(one: Proposal) -> Proposal:
    return Proposal.objects.select_related("group", "by", "feed", "lookup").get(pk=one.pk)


def test_a_curators_own_that_another_answers_as_it_is_found_stops_no_worker(
    group: Group, ruth: User, ed: User
) -> None:
    eds = proposed(group, ed, direct=True, feed=None)
    lookup = eds.lookup
    assert lookup
    proposals.decline(proposed_again(eds), ruth, NOW, "We have her.")
    proposals._settle(eds, a_feed(), NOW)  # as the worker does with what it read before
    assert Proposal.objects.get().state == "declined" and not group.roster.sources.exists()


def test_looking_again_while_something_is_looked_for_asks_nobody_twice(group: Group, ed: User) -> None:
    one = proposals.propose(group, ed, NOW, address="ragna.example", why="She solved it.")
    for _ in range(5):
        assert visit(ed).post(f"/proposals/{one.pk}/again/").status_code == 303
    assert Lookup.objects.count() == 1


def test_looking_again_onto_ones_own_roster_asks_nobody_twice_either(ed: User) -> None:
    imports.look_up(ed.roster, [Outline("ragna.example", 0)], NOW)
    arrival = Arrival.objects.get()
    Lookup.objects.update(state=Lookup.State.LOOKING, lease="a worker's")
    for _ in range(5):
        assert visit(ed).post(f"/add/{arrival.pk}/again/").status_code == 303
    assert Lookup.objects.get().lease == "a worker's"
    Lookup.objects.update(state=Lookup.State.NOTHING, lease="", due_at=None)
    visit(ed).post(f"/add/{arrival.pk}/again/")
    assert Lookup.objects.get().state == "waiting"


# ---- undo, and members who have gone


def test_what_a_member_noted_and_muted_does_not_come_back_when_they_have_left(
    group: Group, ruth: User, ed: User
) -> None:
    first, second = (follow.follow(group.roster, a_feed(), NOW, name=name) for name in ("Ingrid", "I. Solvang"))
    for source in (first, second):
        for user in (ruth, ed):
            Note.objects.create(user=user, person=source.person, text=f"{user} of {source.pk}", changed_at=NOW)
            Mute.objects.create(user=user, source=source, at=NOW)
    change = whose.forget([second], NOW, by=ruth)
    assert change
    leaving.leave(group, ed, NOW)
    undoing.undo(change, NOW + timedelta(hours=1), ruth)
    on_it = Note.objects.filter(person__roster=group.roster)
    assert {note.user for note in on_it} == {ruth} and on_it.count() == 2
    assert {mute.user for mute in Mute.objects.all()} == {ruth}


# ---- far too often


def test_one_form_puts_on_so_many_tags_and_no_more(ruth: User) -> None:
    source = a_source(ruth)
    typed = ", ".join(f"word {n}" for n in range(tags.MOST + 1))
    response = visit(ruth).post(f"/people/{source.person_id}/tags/", {"name": typed})
    assert response.status_code == 422 and not Tag.objects.exists()
    assert "at a time" in response.content.decode()


def test_a_group_has_so_many_open_invitations_and_no_more(group: Group, ruth: User) -> None:
    for _ in range(joining.MOST_OPEN):
        joining.make_link(group, ruth, 1, "", NOW)
    with pytest.raises(Refused):
        joining.make_link(group, ruth, 1, "", NOW)
    with pytest.raises(Refused):
        joining.invite(group, ruth, a_member("mia").username, "", NOW)
    GroupInvitation.objects.filter(group=group).first().delete()  # type: ignore[union-attr]
    joining.make_link(group, ruth, 1, "", NOW)


def test_proposing_and_taking_back_ends_for_the_day(group: Group, ed: User) -> None:
    taken_back = {"group": group, "by": ed, "why": "x", "state": "withdrawn"}
    many = [Proposal(address=f"{n}.example", at=NOW, **taken_back) for n in range(proposals.MOST_A_DAY)]
    Proposal.objects.bulk_create(many)
    with pytest.raises(proposals.Already, match="tomorrow"):
        proposals.propose(group, ed, NOW, address="ragna.example", why="She solved it.")
    proposals.propose(group, ed, NOW + timedelta(days=1), address="ragna.example", why="She solved it.")


def test_one_looks_after_so_many_groups_and_makes_no_more(ruth: User) -> None:
    for n in range(groups.MOST_MADE):
        groups.make(ruth, f"Circle {n}", NOW)
    with pytest.raises(Refused):
        groups.make(ruth, "One more", NOW)


def test_nobody_fills_the_disk_with_notes_that_wait_behind_the_door(ruth: User) -> None:
    source = a_source(ruth)
    for _ in range(40):  # each a visitor of their own, from the same place
        response = Client().post(f"/people/{source.person_id}/note/", {"text": "x" * 1000})
        assert response.status_code == 302
    assert Session.objects.count() == 20


# ---- one browser, two members


def test_a_note_that_waits_is_shown_to_who_wrote_it_alone(group: Group, ruth: User, ed: User) -> None:
    person = follow.follow(group.roster, a_feed(), NOW).person
    browser = Client()
    form = {"text": "Ruth's own words.", "person": person.pk, "by": ruth.pk}
    browser.post(f"/people/{person.pk}/note/", form)
    browser.post("/accounts/login/", {"login": "ed", "password": "kelp and ferries"})
    assert "own words" not in browser.get(f"/people/{person.pk}/").content.decode()
    assert f'name="by" value="{ed.pk}"' in browser.get(f"/people/{person.pk}/").content.decode()


def test_changes_tell_nothing_of_what_others_keep_for_themselves(group: Group, ruth: User, ed: User) -> None:
    first, second = (follow.follow(group.roster, a_feed(), NOW, name=name) for name in ("Ingrid", "I. Solvang"))
    for source in (first, second):
        Note.objects.create(user=ed, person=source.person, text="zq7private", changed_at=NOW)
        Mute.objects.create(user=ed, source=source, at=NOW)
    whose.merge(first.person, second.person, NOW, by=ruth)
    states.turn([first], "retired", NOW, by=ruth)
    for change in Change.objects.all():
        assert "zq7private" not in str((change.before, change.after, change.about))
        assert not {"notes", "mutes", "notices"} & {*change.before, *change.after}
    for where in ("history", "past", "left", "past/opml", "river", "members"):
        assert "zq7private" not in visit(ruth).get(f"/groups/{group.pk}/{where}/").content.decode()
