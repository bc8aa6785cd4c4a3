"""Muting a source of a group's roster for oneself, and hearing it again."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from plnet.answer import answer

from ..asked import Asked
from ..gathering import mutes


@require_POST
@login_required
def mute(request: Asked, pk: int) -> HttpResponse:
    """Mute (1), or hear again (0)."""
    source = get_object_or_404(mutes.mutable(request.user).select_related("person", "roster"), pk=pk)
    silent = request.POST.get("mute", "1") == "1"
    if silent:
        mutes.mute(request.user, source, timezone.now())
    else:
        mutes.unmute(request.user, source, timezone.now())
    back = request.GET.get("back", "")
    to = {"source": ("source", pk), "group": ("group", source.roster.group_id)}
    name, number = to.get(back, ("group_river", source.roster.group_id))
    context = {"source": source, "muted": silent, "back": back}
    return answer(request, "network/_mute.html", context, reverse(name, args=[number]))
