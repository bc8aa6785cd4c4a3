"""Deleting one's account: what goes with it, said first."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ..asked import Asked
from ..gathering import leaving
from ..gathering.groups import Refused
from ..models import Group


@login_required
def delete(request: Asked) -> HttpResponse:
    """GET lists what goes; POST, with the password, deletes the account."""
    error = wrong(request) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        try:
            leaving.delete_account(request.user, timezone.now())
        except Refused as why:
            error = str(why)
        else:
            logout(request)
            return render(request, "network/farewell.html")
    context = {
        "error": error,
        "why_not": leaving.why_not(request.user),
        "alone": leaving.looked_after_alone_by(request.user),
        "groups": Group.objects.of(request.user),
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "network/account_delete.html", context, status=422 if error else 200)


def wrong(request: Asked) -> str:
    """What is wrong with a form that would delete the account."""
    if not request.POST.get("sure"):
        return _("Tick that you mean it.")
    if not request.user.has_usable_password():
        return ""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return _("Too many tries. Wait some minutes.")
    if not request.user.check_password(request.POST.get("password", "")):
        return _("That is not your password.")
    return ""
