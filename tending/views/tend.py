"""Tend: what keeps a roster in shape, on one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reading.asked import Asked


@require_safe
@login_required
def tend(request: Asked) -> HttpResponse:
    return render(request, "tending/tend.html")
