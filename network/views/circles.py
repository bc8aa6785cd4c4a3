"""Circles: lists of people, a member's own and those of groups they curate."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import NotThere, see_other

from .. import circles as these
from ..asked import Asked
from ..models import Circle, Person, Roster
from ..remembering.offering import said

OFFERED = 100  # people, shown at once


@login_required
def circles(request: Asked) -> HttpResponse:
    """GET shows them; POST makes one."""
    if request.method != "POST":
        return overview(request)
    typed, given = request.POST.get("name", ""), request.POST.get("roster", "")
    roster = Roster.objects.mine(request.user)
    if given:
        number = int(given) if given.isdecimal() and len(given) < 19 else 0
        roster = get_object_or_404(Roster.objects.tended_by(request.user), pk=number)
    try:
        made = these.make(roster, typed, timezone.now(), request.user)
    except these.NoCircle as why:
        return overview(request, name=typed, name_error=str(why), naming=roster.pk)
    return see_other(reverse("circle", args=[made.pk]))


@require_safe
@login_required
def circle(request: Asked, pk: int) -> HttpResponse:
    return page(request, theirs(request, pk))


@require_POST
@login_required
def rename(request: Asked, pk: int) -> HttpResponse:
    found, typed = theirs(request, pk), request.POST.get("name", "")
    try:
        these.rename(found, typed, timezone.now(), request.user)
    except these.NoCircle as why:
        return page(request, found, name=typed, name_error=str(why))
    return see_other(reverse("circle", args=[pk]))


@require_POST
@login_required
def move(request: Asked, pk: int) -> HttpResponse:
    """One place up or down among the others of its roster."""
    found = theirs(request, pk)
    these.move(found, -1 if request.POST.get("act") == "up" else 1, timezone.now(), request.user)
    return see_other(reverse("circles") + f"#circle-{pk}")


@require_POST
@login_required
def delete(request: Asked, pk: int) -> HttpResponse:
    """The circle goes; the people stay."""
    found = theirs(request, pk)
    change = these.delete(found, timezone.now(), request.user)
    said(request, _("The circle “%(name)s” is gone; its people stay.") % {"name": found.name}, change)
    return see_other(reverse("circles"))


@require_POST
@login_required
def people(request: Asked, pk: int) -> HttpResponse:
    """Put the ticked people in, or take them out."""
    found = theirs(request, pk)
    ids = [int(i) for i in request.POST.getlist("person") if i.isdecimal() and len(i) < 19]
    ticked = Person.objects.filter(roster=found.roster_id, pk__in=ids[: these.AT_ONCE])
    these.change(found, list(ticked), request.POST.get("act") != "out", timezone.now(), request.user)
    if len(set(ids)) > len(ticked):
        messages.info(request, _("Somebody you ticked is no longer on the roster."))
    return see_other(reverse("circle", args=[pk]))


def theirs(request: Asked, pk: int) -> Circle:
    found = Circle.objects.tended_by(request.user).select_related("roster__group").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("This circle is not there. It may have been deleted in another tab; its people stay."))
    return found


def overview(request: Asked, **more: object) -> HttpResponse:
    """Their own circles, and below those of groups they curate."""
    mine = Roster.objects.of(request.user).first() or Roster(owner=request.user)  # made when it is needed
    rosters = [mine, *Roster.objects.tended_by(request.user).exclude(pk=mine.pk).select_related("group")]
    by_roster: dict[int | None, list[Circle]] = {roster.pk: [] for roster in rosters}
    there = [roster.pk for roster in rosters if roster.pk]
    counted = Circle.objects.filter(roster__in=there).annotate(size=Count("people"))
    for each in counted.order_by("position", "name", "pk"):  # a count drops the usual order
        by_roster[each.roster_id].append(each)
    context = {"shelves": [(roster, by_roster[roster.pk]) for roster in rosters], **more}
    return render(request, "network/circles.html", context, status=422 if more else 200)


def page(request: Asked, found: Circle, **more: object) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:200]
    everybody = Person.objects.filter(roster=found.roster_id, name__icontains=q)
    others = everybody.exclude(circles=found)
    members = found.people.filter(name__icontains=q)
    context = {
        "circle": found,
        "size": found.people.count(),
        "members": members[:OFFERED],
        "members_left": max(0, members.count() - OFFERED),
        "others": others[:OFFERED],
        "left": max(0, others.count() - OFFERED),
        "q": q,
        **more,
    }
    return render(request, "network/circle.html", context, status=422 if more else 200)
