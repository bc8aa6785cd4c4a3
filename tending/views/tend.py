"""Tend: what keeps a roster in shape, on one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reading.asked import Asked

from .. import mix
from ..budget import budget_page, roster
from ..models import Goal
from ..reviewing import deck, when
from .review import own


@require_safe
@login_required
def tend(request: Asked) -> HttpResponse:
    """The budget, whether a review is due, and the way to everything else."""
    now = timezone.now()
    mine, wanted = own(request), when.of_member(request.user)
    budget = roster.of_member(request.user, now)
    context = budget_page.head(budget) | {
        "waiting": len(deck.waiting_of(mine, now)),
        "mix": mix.sentences(mix.mix(request.user, mine, budget, now), now),
        "due": wanted.is_due(now),
        "wanted": wanted,
        "every": when.EVERY,
        "goals": Goal.objects.of(request.user).filter(closed_at=None)[:5],
        "now": now,
    }
    return render(request, "tending/tend.html", context)
