"""Circles: a member's own lists of people."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other

from .. import follow
from ..asked import Asked
from ..models import Circle, Person, Roster

OFFERED = 100  # people who are not in a circle, shown at once


@login_required
def circles(request: Asked) -> HttpResponse:
    """GET shows them; POST makes one."""
    if request.method != "POST":
        return overview(request)
    name = follow.a_name(request.POST.get("name", ""))
    if not name:
        return overview(request, name_error=_("A circle needs a name."))
    if Circle.objects.of(request.user).filter(name=name).exists():
        return overview(request, name=name, name_error=_("There is a circle of this name already."))
    made = follow.make_circles(Roster.objects.mine(request.user), [name])[name]
    return see_other(reverse("circle", args=[made.pk]))


@require_safe
@login_required
def circle(request: Asked, pk: int) -> HttpResponse:
    return page(request, get_object_or_404(Circle.objects.of(request.user), pk=pk))


@require_POST
@login_required
def rename(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(Circle.objects.of(request.user), pk=pk)
    name = follow.a_name(request.POST.get("name", ""))
    if not name:
        return page(request, found, name="", name_error=_("A circle needs a name."))
    if Circle.objects.of(request.user).filter(name=name).exclude(pk=pk).exists():
        return page(request, found, name=name, name_error=_("There is a circle of this name already."))
    found.name = name
    found.save(update_fields=["name"])
    return see_other(reverse("circle", args=[pk]))


@require_POST
@login_required
def delete(request: Asked, pk: int) -> HttpResponse:
    """The circle goes; the people stay."""
    get_object_or_404(Circle.objects.of(request.user), pk=pk).delete()
    return see_other(reverse("circles"))


@require_POST
@login_required
def people(request: Asked, pk: int) -> HttpResponse:
    """Put the ticked people in, or take them out."""
    found = get_object_or_404(Circle.objects.of(request.user), pk=pk)
    ids = [int(i) for i in request.POST.getlist("person") if i.isdecimal() and len(i) < 19]
    ticked = Person.objects.of(request.user).filter(pk__in=ids)
    if request.POST.get("act") == "out":
        found.people.remove(*ticked)
    else:
        found.people.add(*ticked)
    return see_other(reverse("circle", args=[pk]))


def overview(request: Asked, **more: object) -> HttpResponse:
    all_of_them = Circle.objects.of(request.user).annotate(size=Count("people"))
    context = {"circles": all_of_them, **more}
    return render(request, "network/circles.html", context, status=422 if more else 200)


def page(request: Asked, found: Circle, **more: object) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:200]
    others = Person.objects.of(request.user).exclude(circles=found).filter(name__icontains=q)
    context = {
        "circle": found,
        "members": found.people.all(),
        "others": others[:OFFERED],
        "left": max(0, others.count() - OFFERED),
        "q": q,
        **more,
    }
    return render(request, "network/circle.html", context, status=422 if more else 200)
