"""What happened to a roster, told by day; the roster as of a day; and who has left."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other

from .. import states
from ..asked import Asked
from ..models import Change, Circle, Group, Person, Roster
from ..outlining import opml_out
from ..remembering import history_page, past, undoing
from ..remembering.offering import said


@require_safe
@login_required
def history(request: Asked, pk: int | None = None) -> HttpResponse:
    """What happened, the newest first; of one's own roster, or of a group's."""
    roster, tends = found(request, pk)
    asked = history_page.asked(request.GET.dict())
    days, more = history_page.page(roster, asked, request.user, timezone.now(), tends=tends)
    context = {
        "days": days,
        "more": more,
        "asked": asked,
        "kinds": [(kind, words, asked.link(kind=kind)) for kind, words in history_page.SORTS],
        "whose": history_page.of_person(roster, asked.person) if asked.person else "",
        **places(roster),
    }
    return render(request, "network/history.html", context)


@require_safe
@login_required
def as_of(request: Asked, pk: int | None = None) -> HttpResponse:
    """Everybody on a roster as they were on a day."""
    roster, _tends = found(request, pk)
    today, typed = timezone.localdate(), request.GET.get("on", "")[:40]
    on = history_page.day_asked(typed, today)
    context = {
        "today": today,
        "typed": typed if on is None else on.isoformat(),
        "error": _("Write a day that has been, as 2026-05-01.") if on is None else "",
        **history_page.day(roster, on or today, number(request)),
        **places(roster),
    }
    return render(request, "network/history_past.html", context, status=422 if on is None else 200)


@require_safe
@login_required
def as_of_opml(request: Asked, pk: int | None = None) -> HttpResponse:
    """The roster of a day as a file for other readers: whom it followed then, or had paused."""
    roster, _tends = found(request, pk)
    on = history_page.day_asked(request.GET.get("on", ""), timezone.localdate())
    if on is None:
        return as_of(request, pk)
    was = past.roster_at(roster, history_page.bounds(on)[1])
    sources = [source for source in was.sources if source.state != source.State.RETIRED]
    content = opml_out.document(f"{roster}, {on}", sources, was.circles, timezone.now())
    response = HttpResponse(content, content_type="text/x-opml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="plnet-{on}.opml"'
    return response


@require_safe
@login_required
def left(request: Asked, pk: int | None = None) -> HttpResponse:
    """Who was followed once: when they left, why, and the way back."""
    roster, tends = found(request, pk)
    page = number(request)
    gone = history_page.left(roster)
    size = history_page.LEFT
    shown = list(gone[(page - 1) * size : page * size + 1])
    context = {
        "people": shown[:size],
        "older": f"?page={page + 1}" if len(shown) > size else "",
        "newer": f"?page={page - 1}" if page > 1 else "",
        "tends": tends,
        **places(roster),
    }
    return render(request, "network/history_left.html", context)


@require_POST
@login_required
def bring_back(request: Asked, pk: int) -> HttpResponse:
    """Somebody who left is followed again, with the circles and tags they had."""
    person = get_object_or_404(Person.objects.tended_by(request.user).select_related("roster"), pk=pk)
    sources = history_page.went_last(person)
    change = states.turn(sources, "following", timezone.now(), by=request.user)
    said(request, _("%(name)s is back.") % {"name": person.name}, change)
    return see_other(reverse("person", args=[pk]))


@require_POST
@login_required
def undo(request: Asked, pk: int) -> HttpResponse:
    """Take an act back, and return to where that was asked."""
    change = get_object_or_404(Change.objects.tended_by(request.user).select_related("roster"), pk=pk)
    try:
        undone = undoing.undo(change, timezone.now(), request.user)
        said(request, _("Taken back."), None if change.act == "undone" else undone)
    except undoing.Refused as why:
        said(request, str(why), None)
    return see_other(way_back(request, change.roster))


# ---- whose, and where


def found(request: Asked, group: int | None) -> tuple[Roster, bool]:
    """A member's own roster, or a group's that they may look at; and whether they may change it."""
    if group is None:
        return Roster.objects.of(request.user).first() or Roster(pk=0, owner=request.user), True
    tended = Roster.objects.tended_by(request.user).filter(pk=OuterRef("pk"))
    there = Roster.objects.seen_by(request.user).select_related("group").annotate(tended=Exists(tended))
    roster = get_object_or_404(there, group__in=Group.objects.filter(pk=group))
    return roster, bool(roster.tended)  # type: ignore[attr-defined]  # annotated


def number(request: Asked) -> int:
    """Which page is asked for."""
    typed = request.GET.get("page", "")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 5 else 1


def places(roster: Roster) -> dict[str, object]:
    """The pages of this roster's history."""
    names = ("history", "past", "past_opml", "left", "roster")
    if roster.group_id is None:
        return {"group": None, **{f"{name}_url": reverse(name) for name in names}}
    urls = {f"{name}_url": reverse(f"group_{name}", args=[roster.group_id]) for name in names}
    return {"group": roster.group, **urls}


def way_back(request: Asked, roster: Roster) -> str:
    """Where the undo was asked, unless that went with it."""
    back = request.POST.get("back", "")
    here = str(places(roster)["history_url"])
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)):
        return here
    try:
        there = resolve(back.partition("?")[0])
    except (Resolver404, Http404):
        return here
    pk, name = int(there.kwargs.get("pk") or 0), there.url_name or ""
    if name.startswith("person") and not Person.objects.filter(pk=pk).exists():
        return here
    if name.startswith("circle") and pk and not Circle.objects.filter(pk=pk).exists():
        return here
    return iri_to_uri(back)
