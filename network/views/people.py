"""A person's page: who they are on this roster, where they publish, and in which circles they are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other

from .. import drafts, follow
from ..asked import Asked
from ..models import Circle, Person
from ..portraying import person_page, reach
from ..remembering import history, told
from ..remembering.offering import said

LONGEST_NAME, LONGEST_MET = 200, 500


@require_safe
@login_required
def person(request: Asked, pk: int) -> HttpResponse:
    return page(request, pk)


@require_POST
@login_required
def change(request: Asked, pk: int) -> HttpResponse:
    """Name, kind, how one knows them, and how to reach them; what a form does not have stays."""
    found = get_object_or_404(Person.objects.tended_by(request.user), pk=pk)
    typed = {key: request.POST[key] for key in ("name", "kind", "met", "reach") if key in request.POST}
    errors, columns = read(typed, found)
    if errors:
        return page(request, pk, errors=errors, typed=typed)
    act = "renamed" if columns["name"] != found.name else "described"
    with history.noted(found.roster_id, act, timezone.now(), by=request.user, people={pk}) as noting:
        Person.objects.filter(pk=pk).update(**columns)
    if noting.change:
        said(request, told.sentence(noting.change, ()), noting.change)
    return there(pk)


@require_POST
@login_required
def circles_of(request: Asked, pk: int) -> HttpResponse:
    """The circles a person is in: those ticked, and a new one if it was named."""
    found = get_object_or_404(Person.objects.tended_by(request.user).select_related("roster"), pk=pk)
    ids = {int(i) for i in request.POST.getlist("circle") if i.isdecimal() and len(i) < 19}
    typed, now = request.POST.get("new_circle", ""), timezone.now()
    name = follow.a_name(typed, LONGEST_NAME + 1)
    if len(name) > LONGEST_NAME:
        words = _("A circle’s name has at most %(n)d characters.") % {"n": LONGEST_NAME}
        return page(request, pk, errors={"new_circle": words}, typed={"new_circle": typed}, ticked=ids)
    ticked = list(Circle.objects.filter(roster=found.roster_id, pk__in=ids))
    with history.noted(found.roster_id, "circles", now, by=request.user, circles_of={pk}) as noting:
        if name:
            made = follow.make_circles(found.roster, [name])[name]
            ticked.append(made)
            noting.also("circles", [made.pk])
        found.circles.set(ticked)
    if noting.change:
        said(request, told.sentence(noting.change, ()), noting.change)
    if len(ids) > len(ticked) - bool(name):
        messages.info(request, _("A circle you ticked is no longer there; the others are as you wished."))
    return there(pk, "circles")


def page(request: Asked, pk: int, **more: Any) -> HttpResponse:
    """The page; with something more it is a refused form's, and says so."""
    found = get_object_or_404(person_page.seen_by(request.user), pk=pk)
    waiting = drafts.waiting(request)
    at: Any = more.get("noting") or more.get("tagging") or waiting.get("noting") or request.GET.get("at", "")
    if "moving" in more:
        at = f"source-{more['moving']}"
    context = person_page.page(found, request.user, timezone.now(), at) | {"at_source": at} | waiting | more
    if "ticked" in more:
        context["lists"].tick(more["ticked"])
    context["form"] = {"name": found.name, "kind": found.kind, "met": found.met, "reach": "\n".join(found.reach)}
    context["form"] |= more.get("typed", {})
    return render(request, "network/person.html", context, status=422 if more else 200)


def there(pk: int, part: str = "") -> HttpResponse:
    return see_other(reverse("person", args=[pk]) + (f"#{part}" if part else ""))


def read(typed: dict[str, str], found: Person) -> tuple[dict[str, str], dict[str, object]]:
    """What was typed about a person → what is wrong with it, and the columns it means."""
    errors: dict[str, str] = {}
    name = follow.a_name(typed.get("name", found.name), 100_000)
    met = follow.a_name(typed.get("met", found.met), 100_000)
    kind = typed.get("kind", found.kind)
    columns = {"name": name, "met": met, "kind": kind if kind in Person.Kind.values else found.kind}
    if not name:
        errors["name"] = _("A person needs a name.")
    for key, written, most in (("name", name, LONGEST_NAME), ("met", met, LONGEST_MET)):
        if len(written) > most:
            errors[key] = _("There is room for %(most)d characters here.") % {"most": most}
    try:
        ways = reach.read(typed["reach"]) if "reach" in typed else found.reach
    except reach.TooMuch as why:
        errors["reach"] = str(why)
        ways = []
    return errors, columns | {"reach": ways}
