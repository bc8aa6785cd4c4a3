"""Invitations: links that let one person each make an account. For the administrators of the instance."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from plnet.answer import see_other

from ..accounts import INVITATION_DAYS, invite
from ..asked import Asked
from ..follow import a_name
from ..models import Invitation

SHOWN = 100


@login_required
def invitations(request: Asked) -> HttpResponse:
    """GET lists them, the newest first; POST makes one."""
    allowed(request)
    now = timezone.now()
    if request.method == "POST":
        invite(request.user, a_name(request.POST.get("note", "")), now)
        return see_other(reverse("invitations"))
    made = Invitation.objects.select_related("used_by", "made_by").order_by("-made_at", "-pk")[:SHOWN]
    context = {
        "invitations": made,
        "now": now,
        "sign_up": settings.SIGNUP,
        "days": INVITATION_DAYS,
        "address": settings.BASE_URL + reverse("account_signup"),
    }
    return render(request, "network/invitations.html", context)


@require_POST
@login_required
def revoke(request: Asked, pk: int) -> HttpResponse:
    """Take one back that nobody has used."""
    allowed(request)
    get_object_or_404(Invitation.objects.filter(used_at=None), pk=pk).delete()
    return see_other(reverse("invitations"))


def allowed(request: Asked) -> None:
    """Others do not learn that there is such a page."""
    if not request.user.is_staff:
        raise Http404
