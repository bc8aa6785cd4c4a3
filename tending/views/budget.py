"""The budget: who takes the minutes, and the changes that would make it fit."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from network import states
from network.models import Source
from network.remembering.offering import said
from plnet.answer import see_other
from reading.asked import Asked

from ..asked import number
from ..budget import budget_page, fitting
from ..reviewing import deck, looking

PAUSE = timedelta(days=30)


@require_safe
@login_required
def budget(request: Asked) -> HttpResponse:
    now, user = timezone.now(), request.user
    context = budget_page.page(user, now, lambda: looking.opened_parts(user, now), lambda: deck.spared(user))
    return render(request, "tending/budget.html", context)


@require_POST
@login_required
def fit(request: Asked) -> HttpResponse:
    """One of the changes that were offered: these sources pause for a month. It can be taken back."""
    ids = [number(each) for each in request.POST.get("sources", "").split(",")[: fitting.MOST_TOGETHER]]
    sources = list(Source.objects.of(request.user).followed().filter(pk__in=ids))
    now = timezone.now()
    change = states.turn(sources, Source.State.PAUSED, now, until=now + PAUSE, by=request.user)
    if change:
        words = ngettext("%(n)d source pauses for 30 days.", "%(n)d sources pause for 30 days.", len(sources))
        said(request, words % {"n": len(sources)}, change)
    return see_other(reverse("budget"))
