"""How somebody comes into a group, and every way it does not work, in a sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from network import follow
from network.gathering import groups, joining, leaving
from network.gathering.groups import Refused
from network.models import Group, GroupInvitation, JoinRequest, Membership, User
from reading.models import Watermark

from .group_of import CURATOR, MEMBER, a_group, role_of
from .members import NOW, a_feed, a_member, visit

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=joining.DAYS + 1)


# ---- by name


def test_a_member_invited_by_name_finds_it_on_their_page_and_says_yes_or_no() -> None:
    ruth, ed, wim = a_member("ruth"), a_member("ed"), a_member("wim")
    group = a_group(ruth)
    for name in ("ED", " wim "):
        sent = visit(ruth).post(f"/groups/{group.pk}/members/", {"act": "name", "name": name, "note": "Come"})
        assert sent.status_code == 303
    for user, answer in ((ed, "yes"), (wim, "no")):
        client = visit(user)
        page = client.get("/groups/").content.decode()
        assert "You are invited" in page
        assert group.name in page
        assert client.get(f"/groups/{group.pk}/").status_code == 200
        invitation = GroupInvitation.objects.get(invited=user)
        client.post(f"/groups/invitations/{invitation.pk}/answer/", {"answer": answer})
    assert (role_of(group, ed), role_of(group, wim)) == (MEMBER, "")
    assert "You are invited" not in visit(ed).get("/groups/").content.decode()
    assert visit(wim).get(f"/groups/{group.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "Write the name"),
        ("nobody", "Nobody here is called “nobody”"),
        ("x" * 10_000, "Nobody here is called"),
        ("ruth", "is in the group already"),
        ("ed", "has been invited already"),
        ("gone", "Nobody here is called"),
    ],
)
def test_who_cannot_be_invited(name: str, word: str) -> None:
    ruth = a_member("ruth")
    a_member("gone", is_active=False)
    group = a_group(ruth)
    joining.invite(group, ruth, a_member("ed").username, "", timezone.now())
    response = visit(ruth).post(f"/groups/{group.pk}/members/", {"act": "name", "name": name})
    assert response.status_code == 422
    assert word in response.content.decode()
    assert GroupInvitation.objects.count() == 1


def test_only_curators_invite_and_take_back() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed)
    a_member("wim")
    for form in ({"act": "name", "name": "wim"}, {"act": "link", "places": "3"}):
        assert visit(ed).post(f"/groups/{group.pk}/members/", form).status_code == 404
    made = joining.make_link(group, ruth, 1, "", timezone.now())
    assert visit(ed).post(f"/groups/invitations/{made.pk}/revoke/").status_code == 404
    assert made.code not in visit(ed).get(f"/groups/{group.pk}/members/").content.decode()
    assert made.code in visit(ruth).get(f"/groups/{group.pk}/members/").content.decode()
    assert visit(ruth).post(f"/groups/invitations/{made.pk}/revoke/").status_code == 303
    assert not GroupInvitation.objects.exists()


def test_another_cannot_answer_for_who_is_invited() -> None:
    ruth, ed, otto = a_member("ruth"), a_member("ed"), a_member("otto")
    group = a_group(ruth)
    invitation = joining.invite(group, ruth, ed.username, "", timezone.now())
    answer = f"/groups/invitations/{invitation.pk}/answer/"
    assert visit(otto).post(answer, {"answer": "yes"}).status_code == 404
    assert role_of(group, otto) == ""


# ---- by link


def test_a_link_lets_in_as_many_as_it_has_places_and_a_member_takes_none() -> None:
    ruth = a_member("ruth")
    group = a_group(ruth)
    code = joining.make_link(group, ruth, 2, "", NOW).code
    joining.come_by(code, ruth, NOW)
    for name in ("ed", "wim"):
        joining.come_by(code, a_member(name), NOW)
    with pytest.raises(Refused, match="All the places"):
        joining.come_by(code, a_member("late"), NOW)
    assert Membership.objects.filter(group=group).count() == 3
    assert GroupInvitation.objects.get().used == 2


@pytest.mark.parametrize("places", ["0", "-1", "201", "many", "9" * 30])
def test_a_link_has_places_within_reason(places: str) -> None:
    ruth = a_member("ruth")
    group = a_group(ruth)
    response = visit(ruth).post(f"/groups/{group.pk}/members/", {"act": "link", "places": places})
    assert response.status_code == 422
    assert "from one place to 200" in response.content.decode()


@pytest.mark.parametrize(
    ("what", "word"),
    [
        ("made up", "not known here"),
        ("revoked", "not known here"),
        ("group gone", "not known here"),
        ("used", "has been used"),
        ("late", "run out"),
        ("another's", "for somebody else"),
        ("sent away", "You were removed"),
    ],
)
def test_an_invitation_that_leads_nowhere_says_why(what: str, word: str) -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    now = timezone.now()
    group = a_group(ruth)
    code = an_invitation(group, ruth, ed, what)
    for method in ("get", "post"):
        response = getattr(visit(ed), method)(f"/groups/join/{code}/")
        assert response.status_code == 404
        assert word in response.content.decode()
        assert not Membership.objects.filter(user=ed, at__gte=now).exists()


def an_invitation(group: Group, ruth: User, ed: User, what: str) -> str:
    now = timezone.now()
    if what == "another's":
        return joining.invite(group, ruth, a_member("wim").username, "", now).code
    invitation = joining.make_link(group, ruth, 1, "", now)
    match what:
        case "made up":
            return "x" * 5000
        case "revoked":
            invitation.delete()
        case "group gone":
            leaving.delete_group(group, now, ruth)
        case "used":
            joining.come_by(invitation.code, a_member("wim"), now)
        case "late":
            GroupInvitation.objects.update(expires_at=now - timedelta(seconds=1))
        case "sent away":
            groups.enter(group, ed, now)
            leaving.remove(group, Membership.objects.get(user=ed).pk, ruth, "", now)
    return invitation.code


def test_a_link_shows_where_it_leads_and_lets_in_by_a_click() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, about="We read.")
    code = joining.make_link(group, ruth, 1, "", timezone.now()).code
    client, way = visit(ed), f"/groups/join/{code}/"
    page = client.get(way).content.decode()
    assert group.name in page
    assert "We read." in page
    assert role_of(group, ed) == ""
    assert client.post(way)["Location"] == f"/groups/{group.pk}/"
    assert role_of(group, ed) == MEMBER
    assert "You are in this group already" in client.get(way).content.decode()


def test_an_invitation_by_name_that_ran_out_can_be_made_again() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth)
    joining.invite(group, ruth, "ed", "", NOW)
    joining.invite(group, ruth, "ed", "", LATER)
    assert GroupInvitation.objects.get(invited=ed).made_at == LATER


# ---- by asking


def test_who_asks_is_answered_with_a_word_they_read_on_their_page() -> None:
    ruth, ed, wim = a_member("ruth"), a_member("ed"), a_member("wim")
    group = a_group(ruth, joining="asked")
    join = f"/groups/{group.pk}/join/"
    for user in (ed, wim):
        assert visit(user).post(join, {"act": "ask", "words": "I run a small library."}).status_code == 303
    asking = visit(ruth).get(f"/groups/{group.pk}/members/").content.decode()
    assert asking.count("I run a small library.") == 2
    for user, answer in ((ed, "yes"), (wim, "no")):
        asked = JoinRequest.objects.get(user=user)
        visit(ruth).post(f"/groups/requests/{asked.pk}/answer/", {"answer": answer, "word": f"A word, {user}"})
    assert (role_of(group, ed), role_of(group, wim)) == (MEMBER, "")
    for user, word in ((ed, "you are welcome"), (wim, "not this time")):
        page = visit(user).get("/groups/").content.decode()
        assert word in page
        assert f"A word, {user}" in page


def test_one_asks_once_at_a_time_and_may_ask_again_when_answered() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, joining="asked")
    asked = joining.ask(group, ed, "", NOW)
    with pytest.raises(Refused, match="asked already"):
        joining.ask(group, ed, "", NOW)
    page = visit(ed).post(f"/groups/{group.pk}/join/", {"act": "ask"}, follow=True).content.decode()
    assert "You have asked already." in page
    assert joining.answer(asked, ruth, False, "", NOW)
    assert not joining.answer(asked, ruth, True, "", NOW)
    assert role_of(group, ed) == ""
    joining.ask(group, ed, "", NOW)
    assert visit(ed).post(f"/groups/{group.pk}/withdraw/").status_code == 303
    assert not JoinRequest.objects.filter(state="open").exists()
    assert visit(ed).post(f"/groups/{group.pk}/withdraw/").status_code == 404


@pytest.mark.parametrize(("joining_is", "act", "comes_in"), [("open", "", True), ("asked", "", False)])
def test_an_open_group_is_joined_with_one_click(joining_is: str, act: str, comes_in: bool) -> None:
    ed = a_member("ed")
    group = a_group(None, joining=joining_is)
    visit(ed).post(f"/groups/{group.pk}/join/", {"act": act})
    assert (role_of(group, ed) == MEMBER) is comes_in


def test_a_group_by_invitation_takes_no_questions_and_is_not_there() -> None:
    ed = a_member("ed")
    group = a_group(None)
    for act in ("", "ask"):
        assert visit(ed).post(f"/groups/{group.pk}/join/", {"act": act}).status_code == 404
    with pytest.raises(Refused, match="by invitation"):
        joining.ask(group, ed, "", NOW)


def test_who_was_sent_away_comes_back_only_when_a_curator_says_so() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth, ed, joining="open")
    leaving.remove(group, Membership.objects.get(user=ed).pk, ruth, "Not like this.", NOW)
    with pytest.raises(Refused, match="You were removed"):
        joining.walk_in(group, ed, NOW)
    joining.answer(joining.ask(group, ed, "Sorry.", NOW), ruth, True, "", NOW)
    assert role_of(group, ed) == MEMBER
    assert not joining.was_removed(group, ed)


# ---- what coming in brings


def test_who_comes_in_sees_the_groups_feeds_and_they_are_asked_for() -> None:
    ruth, ed = a_member("ruth"), a_member("ed")
    group = a_group(ruth)
    feed = a_feed()
    follow.follow(group.roster, feed, NOW)
    groups.enter(group, ed, NOW)
    feed.refresh_from_db()
    assert feed.subscribers == 1
    assert set(Watermark.objects.filter(feed=feed).values_list("user", flat=True)) == {ruth.pk, ed.pk}
    assert not groups.enter(group, ed, NOW, CURATOR)  # in already, and as what they were
    assert role_of(group, ed) == MEMBER
