"""Tend: what keeps a roster in shape, on one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reading.asked import Asked

from ..budget import budget_page, roster


@require_safe
@login_required
def tend(request: Asked) -> HttpResponse:
    budget = roster.of_member(request.user, timezone.now())
    return render(request, "tending/tend.html", budget_page.head(budget))
