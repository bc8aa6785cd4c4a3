"""Who may make an account, and what comes with it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from network.accounts import invite
from network.models import Invitation, Roster, User

from .members import a_member, visit

SIGN_UP = "/accounts/signup/"
NEWCOMER = {"username": "ingrid", "password1": "nine thousand volumes"}


def sign_up(client: Client, code: str = "", **more: str) -> Any:
    return client.post(SIGN_UP + (f"?invitation={code}" if code else ""), NEWCOMER | more)


# ---- the first visit


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/river/", "/add/", "/accounts/login/", "/settings/", "/no/such/page"])
def test_without_any_account_every_page_leads_to_making_the_first(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, SIGN_UP)


@pytest.mark.django_db
def test_the_first_account_is_the_administrators_whatever_is_set_and_is_greeted(
    client: Client, settings: Any
) -> None:
    settings.SIGNUP = "closed"
    assert "first account" in client.get(SIGN_UP).content.decode()
    client.cookies["zone"] = quote("Europe/Oslo", safe="")
    response = sign_up(client)
    ingrid = User.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/add/")
    assert (ingrid.is_staff, ingrid.is_superuser, ingrid.timezone) == (True, True, "Europe/Oslo")
    assert Roster.objects.get(group=None).owner == ingrid
    assert "Whom do you learn from?" in client.get("/add/").content.decode()
    assert "first account" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["", "Nowhere/Else", "../../etc/passwd", "Europe/Oslo\x00"])
def test_a_zone_that_is_none_is_utc(client: Client, zone: str) -> None:
    client.cookies["zone"] = quote(zone, safe="")
    sign_up(client)
    assert User.objects.get().timezone == "UTC"


@pytest.mark.django_db(transaction=True)
def test_of_two_first_visitors_at_once_one_becomes_the_administrator(settings: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets only one write at a time; its test database lives in one thread")
    settings.SIGNUP = "closed"
    together = threading.Barrier(4)

    def come(name: str) -> None:
        client = Client()
        client.get(SIGN_UP)
        together.wait(10)
        sign_up(client, username=name)
        connections.close_all()

    threads = [threading.Thread(target=come, args=(f"first{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert list(User.objects.values_list("is_superuser", flat=True)) == [True]


# ---- everybody after


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sign_up_is", "invited", "let_in", "word"),
    [
        ("open", "no", True, ""),
        ("open", "unknown", True, ""),
        ("closed", "no", False, "No new accounts"),
        ("closed", "yes", False, "No new accounts"),
        ("invitation", "no", False, "by invitation"),
        ("invitation", "yes", True, ""),
        ("invitation", "unknown", False, "not known here"),
        ("invitation", "used", False, "has been used"),
        ("invitation", "late", False, "run out"),
        ("invitation", "revoked", False, "not known here"),
    ],
)
def test_who_is_let_in(
    client: Client, settings: Any, sign_up_is: str, invited: str, let_in: bool, word: str
) -> None:
    settings.SIGNUP = sign_up_is
    nora, now = a_member(is_staff=True), timezone.now()
    code = an_invitation(nora, invited)
    seen, sent = client.get(f"{SIGN_UP}?invitation={code}"), sign_up(client, code)
    newcomer = User.objects.filter(username="ingrid").first()
    assert (newcomer is not None) is let_in
    if newcomer is None:
        assert (seen.status_code, sent.status_code) == (403, 403)
        assert word in seen.content.decode()
        assert word in sent.content.decode()
        return
    assert (newcomer.is_staff, newcomer.is_superuser, newcomer.roster.owner) == (False, False, newcomer)
    if invited == "yes":
        used = Invitation.objects.get()
        assert used.used_by == newcomer
        assert used.used_at >= now


def an_invitation(by: User, how: str) -> str:
    if how == "no":
        return ""
    if how == "unknown":
        return "made-up"
    invitation = invite(by, "Ingrid", timezone.now())
    if how == "used":
        Invitation.objects.update(used_by=by, used_at=timezone.now())
    elif how == "late":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "revoked":
        visit(by).post(f"/invitations/{invitation.pk}/revoke/")
    return invitation.code


@pytest.mark.django_db
def test_an_invitation_lets_one_person_in(settings: Any) -> None:
    settings.SIGNUP = "invitation"
    code = an_invitation(a_member(), "yes")
    assert sign_up(Client(), code).status_code == 302
    assert sign_up(Client(), code, username="wim").status_code == 403
    assert not User.objects.filter(username="wim").exists()


@pytest.mark.django_db
def test_a_slip_in_the_form_does_not_use_the_invitation_up(client: Client, settings: Any) -> None:
    settings.SIGNUP = "invitation"
    code = an_invitation(a_member(), "yes")
    assert sign_up(client, code, password1="short").status_code == 200
    assert Invitation.objects.get().used_at is None
    assert sign_up(client, code).status_code == 302


@pytest.mark.django_db
def test_invitations_are_made_listed_and_taken_back_by_staff_alone() -> None:
    nora, otto = a_member(is_staff=True), a_member("otto")
    curator = visit(nora)
    assert curator.post("/invitations/", {"note": "For Ingrid"}).status_code == 303
    made = Invitation.objects.get()
    page = curator.get("/invitations/").content.decode()
    assert f"/accounts/signup/?invitation={made.code}" in page
    assert "For Ingrid" in page
    stranger = visit(otto)
    assert stranger.get("/invitations/").status_code == 404
    assert stranger.post("/invitations/", {"note": "me"}).status_code == 404
    assert stranger.post(f"/invitations/{made.pk}/revoke/").status_code == 404
    assert curator.get(f"/invitations/{made.pk}/revoke/").status_code == 405
    assert curator.post(f"/invitations/{made.pk}/revoke/").status_code == 303
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_a_used_invitation_cannot_be_taken_back() -> None:
    nora = a_member(is_staff=True)
    an_invitation(nora, "used")
    assert visit(nora).post(f"/invitations/{Invitation.objects.get().pk}/revoke/").status_code == 404


# ---- settings


@pytest.mark.django_db
def test_a_member_says_how_they_like_their_pages() -> None:
    nora = a_member()
    client = visit(nora)
    likes = {
        "theme": "sepia",
        "face": "sans",
        "size": "large",
        "measure": "wide",
        "density": "titles",
        "minutes": 40,
        "hears": True,
        "scroll_reads": True,
        "opens_original": True,
        "timezone": "Asia/Tokyo",
        "language": "",
    }
    assert client.post("/settings/", likes).status_code == 303
    nora.refresh_from_db()
    assert {name: getattr(nora, name) for name in likes} == likes
    page = client.get("/settings/").content.decode()
    assert 'data-theme="sepia"' in page
    assert "Kept." in page and "280 minutes a week" in page


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", ["-1", "601", "many", "", "9" * 30])
def test_minutes_no_day_has_are_refused_in_place(minutes: str) -> None:
    nora = a_member()
    response = visit(nora).post("/settings/", {"minutes": minutes, "timezone": "UTC"})
    nora.refresh_from_db()
    assert (response.status_code, nora.minutes) == (422, 25)
    assert 'id="id_minutes_error"' in response.content.decode()


@pytest.mark.django_db
def test_what_cannot_be_is_not_kept_and_said() -> None:
    nora = a_member()
    response = visit(nora).post("/settings/", {"theme": "neon", "timezone": "Mars/Base", "is_superuser": "on"})
    nora.refresh_from_db()
    assert (response.status_code, nora.theme, nora.timezone, nora.is_superuser) == (422, "system", "UTC", False)
    assert "Mars/Base is not one of the available choices" in response.content.decode()
