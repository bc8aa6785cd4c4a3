"""What is done to one source, and to whom it belongs: states, moves, one person made of two and two of one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plnet.answer import see_other

from .. import acts, follow, whose
from ..asked import Asked
from ..models import Change, Person, Source
from ..naming import too_long
from ..remembering import history, told
from ..remembering.offering import said
from ..remembering.undoing import Refused
from .people import page, there

OFFERED = 2000  # names, for the field that completes them


@require_POST
@login_required
def source_act(request: Asked, pk: int) -> HttpResponse:
    """Turn one source to another state, or give it a name of one's own."""
    mine = Source.objects.tended_by(request.user).select_related("person", "roster")
    source, now = get_object_or_404(mine, pk=pk), timezone.now()
    try:
        if request.POST.get("act") == "rename":
            return after(request, source.person_id, rename(request, source))
        done = acts.do(acts.Asked(source.roster, [source], request.POST.dict(), request.user, now))
    except acts.Unclear as why:
        return page(request, source.person_id, act_error=str(why), moving=pk, act_typed=request.POST.dict())
    return after(request, source.person_id, done.change)


@require_POST
@login_required
def source_move(request: Asked, pk: int) -> HttpResponse:
    """Give a source to another person on the roster, or to a new one; who has none left goes."""
    source = get_object_or_404(Source.objects.tended_by(request.user).select_related("person"), pk=pk)
    typed = request.POST.get("name", "")
    name = follow.a_name(typed)
    if why := too_long(typed) or ("" if name else _("Write whose it is.")):
        return page(request, source.person_id, move_error=why, moving=pk, move_typed=typed)
    try:
        person, change = whose.give_all_to([source], name, timezone.now(), request.user)
    except Refused as why:
        return page(request, source.person_id, move_error=str(why), moving=pk)
    return after(request, person.pk, change, _("It belongs to %(name)s now.") % {"name": person.name})


@login_required
def merge(request: Asked, pk: int) -> HttpResponse:
    """GET asks with whom, and under which name; POST makes one person of two."""
    person = get_object_or_404(Person.objects.tended_by(request.user), pk=pk)
    others = Person.objects.filter(roster=person.roster_id).exclude(pk=pk)
    if request.method != "POST":
        typed = {"with": request.GET.get("with", "")[:200], "name": ""}
        return merging(request, person, others, typed)
    typed = {key: request.POST.get(key, "") for key in ("with", "name")}
    try:
        fits(typed["name"])
        other = with_whom(request, person, typed["with"])
        change = whose.merge(person, other, timezone.now(), name=typed["name"] or person.name, by=request.user)
    except Refused as why:
        return merging(request, person, others, typed, str(why))
    return after(request, pk, change)


@login_required
def split(request: Asked, pk: int) -> HttpResponse:
    """GET asks which sources are somebody else's; POST makes a person of their own for them."""
    person = get_object_or_404(Person.objects.tended_by(request.user), pk=pk)
    ids = {int(i) for i in request.POST.getlist("source") if i.isdecimal() and len(i) < 19}
    name, error = request.POST.get("name", ""), ""
    if request.method == "POST":
        try:
            fits(name)
            new, change = whose.split(person, ids, follow.a_name(name), timezone.now(), request.user)
            return after(request, new.pk, change)
        except Refused as why:
            error = str(why)
    sources = person.sources.select_related("feed").order_by("created_at", "pk")
    context = {"person": person, "sources": sources, "ticked": ids, "name": name, "error": error}
    return render(request, "network/split.html", context, status=422 if error else 200)


def fits(name: str) -> None:
    """Refused when there is no room for a name."""
    if why := too_long(name):
        raise Refused(why)


def rename(request: Asked, source: Source) -> Change | None:
    """A name of one's own for a source; without one it is called as it calls itself. Unclear: it is too long."""
    if why := too_long(request.POST.get("title", ""), 300):
        raise acts.Unclear("title", why)
    title = follow.a_name(request.POST.get("title", ""), 300)
    with history.noted(source.roster_id, "titled", timezone.now(), by=request.user, sources={source.pk}) as noting:
        Source.objects.filter(pk=source.pk).update(title=title)
    return noting.change


def with_whom(request: Asked, person: Person, typed: str) -> Person:
    """The other: by number, as the list has them, or by name as it was typed."""
    there = Person.objects.tended_by(request.user)
    name = follow.a_name(typed)
    if not name:
        raise Refused(_("Write who it is."))
    number = int(typed) if typed.isdecimal() and len(typed) < 19 else 0
    by_name = there.filter(roster=person.roster_id, name__iexact=name)
    other = by_name.exclude(pk=person.pk).first() or by_name.first() or there.filter(pk=number).first()
    if other is None:
        raise Refused(_("Nobody on this roster is called “%(name)s”.") % {"name": name})
    return other


def merging(
    request: Asked, person: Person, others: QuerySet[Person], typed: dict[str, str], error: str = ""
) -> HttpResponse:
    names = others.order_by("name").values_list("name", flat=True)[:OFFERED]
    context = {"person": person, "names": names, "typed": typed, "error": error}
    return render(request, "network/merge.html", context, status=422 if error else 200)


def after(request: Asked, person: int, change: Change | None, words: str = "") -> HttpResponse:
    """Back on the person's page, with what was done and the way back."""
    if change:
        said(request, words or told.sentence(change, ()), change)
    if not Person.objects.filter(pk=person).exists():
        return see_other(reverse("people"))
    return there(person)
