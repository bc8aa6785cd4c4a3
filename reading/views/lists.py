"""Lists: the river, a circle's, a person's, and what was kept."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from network import mutes, proposal_words
from network.models import Circle, Person, Source
from plnet.answer import is_htmx

from .. import marks
from ..asked import Asked, Where, read_cursor, where
from ..kept import kept_page
from ..listing import listing


@require_safe
@login_required
def home(request: Asked) -> HttpResponse:
    """To the river; who follows nobody yet is led to adding somebody."""
    return redirect("river" if Source.objects.of(request.user).followed().exists() else "add")


@require_safe
@login_required
def river(request: Asked) -> HttpResponse:
    there = where("river", 0, request.GET, request.user)
    return list_page(request, there, "reading/river.html", {})


@require_safe
@login_required
def circle_river(request: Asked, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.of(request.user), pk=pk)
    there = where("circle", pk, request.GET, request.user)
    return list_page(request, there, "reading/circle.html", {"circle": circle})


@require_safe
@login_required
def group_river(request: Asked, pk: int) -> HttpResponse:
    """What a group's roster brings, as one member of it reads it."""
    group = get_object_or_404(proposal_words.groups_of(request.user), pk=pk)
    there = where("group", pk, request.GET, request.user)
    context = {"group": group, "muted": mutes.muted(request.user, group)}
    return list_page(request, there, "reading/group.html", context)


@require_safe
@login_required
def person_river(request: Asked, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.read_by(request.user), pk=pk)
    there = where("person", pk, request.GET, request.user)
    return list_page(request, there, "reading/person.html", {"person": person})


@require_safe
@login_required
def kept(request: Asked) -> HttpResponse:
    before = read_cursor(request.GET.get("before", ""))
    return render(request, "reading/kept.html", kept_page(request.user, before, timezone.now()))


@require_safe
@login_required
def more(request: Asked) -> HttpResponse:
    """Every other place, for the thumb."""
    return render(request, "reading/more.html")


def list_page(
    request: Asked, there: Where, template: str, context: dict[str, object], only: Source | None = None
) -> HttpResponse:
    """A list's whole page; to htmx, which asks for older rows, only these."""
    before = read_cursor(request.GET.get("before", ""))
    shown = listing(request.user, there, before, timezone.now(), request.GET.get("day", ""), only)
    if is_htmx(request) and before:
        response = render(request, "reading/_more.html", shown)
    else:
        undo = marks.last_act(request.user) if "undo" in request.GET else None
        response = render(request, template, {**context, **shown, "undo": undo})
    patch_vary_headers(response, ["HX-Request"])
    return response
