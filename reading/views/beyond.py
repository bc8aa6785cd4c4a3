"""What is fetched for an entry when somebody asks, and how far they have heard or watched."""

from __future__ import annotations

import math

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aggregator import beyond
from aggregator.models import Beyond
from network.models import User
from plnet.answer import is_htmx, see_other

from .. import happened
from ..asked import Asked, from_key
from ..models import Position
from ..opening.belongings import belongings
from ..opening.entry_page import NEARLY_OVER, SPEEDS, entries_of, resumes, waited_for
from ..opening.setting import film_of

DAYS = 14 * 86400.0  # seconds; nothing is longer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def whole_text(request: Asked, pk: int) -> HttpResponse:
    """Ask for the whole text (POST), or whether it has come (GET)."""
    return wished(request, pk, Beyond.What.TEXT)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def chapters(request: Asked, pk: int) -> HttpResponse:
    """Ask for the chapters (POST), or whether they have come (GET)."""
    return wished(request, pk, Beyond.What.CHAPTERS)


def wished(request: Asked, pk: int, what: Beyond.What) -> HttpResponse:
    found = get_object_or_404(entries_of(request.user).select_related("body"), pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    there = from_key(asked.get("in", ""), request.user)
    if request.method == "POST":
        beyond.wish(found, what, timezone.now())
    page = f"{reverse('entry', args=[pk])}?in={there.key}"
    row = waited_for(belongings(request.user, pk).beyond.get(what), timezone.now())
    has_come = row is not None and row.came_at and not row.waits
    if has_come and what == Beyond.What.TEXT:
        page += "&text=full"
        if is_htmx(request):
            return HttpResponse(headers={"HX-Redirect": page})
    if not is_htmx(request):
        return see_other(page)
    name = "whole" if what == Beyond.What.TEXT else "chapters"
    return render(request, f"reading/_{name}.html", {"entry": found, "there": there, name: row})


@require_safe
@login_required
def player(request: Asked, pk: int) -> HttpResponse:
    """What plays in an entry's row, from where the member was on whatever device; without htmx on its own page."""
    found = get_object_or_404(entries_of(request.user).select_related("body"), pk=pk)
    if not is_htmx(request):
        return see_other(reverse("entry", args=[pk]))
    belongs = belongings(request.user, pk)
    context = {"entry": found, "belongs": belongs, "resumes": resumes(belongs), "speeds": SPEEDS}
    return render(request, "reading/_plays.html", context | {"film": film_of(found.link)})


@require_POST
@login_required
def position(request: Asked, pk: int) -> HttpResponse:
    """Where a player stands, every few seconds and when it stops; and how quickly it plays from now on."""
    found = get_object_or_404(entries_of(request.user), pk=pk)
    seconds, length = (number(request.POST.get(name, "0"), DAYS) for name in ("seconds", "length"))
    values = {"seconds": seconds, "length": length, "at": timezone.now()}
    Position.objects.update_or_create(user=request.user, entry=found, defaults=values)
    if seconds and seconds > max(length - NEARLY_OVER, length / 2):
        happened.tell(request.user, "finished", [pk], "page", timezone.now())
    if "speed" in request.POST and number(request.POST["speed"], 4) in SPEEDS:
        User.objects.filter(pk=request.user.pk).update(speed=float(request.POST["speed"]))
    return HttpResponse(status=204)


def number(text: str, most: float) -> float:
    """A number as a player says it; 404 for nonsense."""
    try:
        value = float(text)
    except ValueError:
        raise Http404 from None
    if not math.isfinite(value) or not 0 <= value <= most:
        raise Http404
    return value
