"""Who may make an account: the first visitor, then whoever the instance lets in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import available_timezones

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.db import connection, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from .gathering import starter
from .models import Invitation, Roster, User

INVITATION_DAYS = 14


class Accounts(DefaultAccountAdapter):
    """allauth's questions, answered: is sign-up open, and what belongs to a new account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        why = why_closed(invitation_code(request), timezone.now())
        if why:
            raise ImmediateHttpResponse(closed(request, why))
        return True

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The account, its roster, and what the invitation says, all or nothing."""
        now = timezone.now()
        with transaction.atomic():
            one_sign_up_at_a_time()
            code = invitation_code(request)
            why = why_closed(code, now)  # again, now that nobody can come between
            if why:
                raise ImmediateHttpResponse(closed(request, why))
            is_first = not User.objects.exists()
            user.is_staff = user.is_superuser = is_first
            user.timezone = known_zone(unquote(request.COOKIES.get("zone", "")))
            super().save_user(request, user, form, commit)
            Roster.objects.create(owner=user)
            Invitation.objects.open(now).filter(code=code).update(used_by=user, used_at=now)
            if is_first:
                starter.fill(user, now)
        return user

    def get_signup_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return resolve_url("add")


def why_closed(code: str, now: datetime) -> str:
    """Why nobody may make an account with this invitation (empty: none) now, as a sentence; empty when they may."""
    if settings.SIGNUP == "open" or not User.objects.exists():
        return ""
    if settings.SIGNUP == "closed":
        return _("No new accounts are made here at the moment.")
    if not code:
        return _("Accounts are made here by invitation. Ask a member of the house for a link.")
    invitation = Invitation.objects.filter(code=code).first()
    if invitation is None:
        return _("This invitation is not known here: it was taken back, or its address has a slip in it.")
    if invitation.used_at:
        return _("This invitation has been used. Each one is for one person; ask for another.")
    if invitation.expires_at <= now:
        return _("This invitation has run out. Ask for another.")
    return ""


def invite(member: User, note: str, now: datetime) -> Invitation:
    """A link for one person, good for two weeks."""
    return Invitation.objects.create(
        code=secrets.token_urlsafe(24),
        made_by=member,
        made_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
        note=note[:200],
    )


def invitation_code(request: HttpRequest) -> str:
    """The code of the link somebody came by; the form carries it in its own address."""
    return request.GET.get("invitation", "") or request.POST.get("invitation", "")


def known_zone(name: str) -> str:
    """The browser's word for its time zone, if it is one; else UTC."""
    return name if name in available_timezones() else "UTC"


def closed(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "network/closed.html", {"why": why}, status=403)


def one_sign_up_at_a_time() -> None:
    """Hold the table of accounts, so that two first visitors cannot both find it empty.

    SQLite has done so already: every transaction takes the one writer's place.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{User._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')


class FirstVisit:
    """Middleware: while nobody has an account, every page leads to making the first one."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        self.somebody_is_here = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and not self.somebody_is_here and not _leave_alone(request.path):
            self.somebody_is_here = User.objects.exists()
            if not self.somebody_is_here:
                return HttpResponse(status=302, headers={"Location": resolve_url("account_signup")})
        response: HttpResponse = self.get_response(request)
        return response


def _leave_alone(path: str) -> bool:
    open_doors = ("/healthz", "/metrics", "/about", "/robots.txt")
    return path.startswith((settings.STATIC_URL, resolve_url("account_signup"), *open_doors))
