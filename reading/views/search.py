"""Searching; and searches that were saved under a name, each a list like any other."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aggregator.models import Entry
from plnet.answer import answer, is_htmx, see_other

from .. import order, undoing
from ..asked import Asked
from ..models import SavedSearch, Undo
from ..seeking import saved
from ..seeking.search import read_place
from ..seeking.searched import Ask, ask_of, one_row, searched
from ..seeking.searching import mark_read


@require_safe
@login_required
def search(request: Asked) -> HttpResponse:
    """The field, and what was found."""
    ask = ask_of(request.GET, request.user)
    if request.GET.get("within") and ask.query.said:
        return see_other(ask.link())
    return page(request, ask)


@require_safe
@login_required
def saved_search(request: Asked, pk: int) -> HttpResponse:
    """What a saved search finds now."""
    found = get_object_or_404(saved.of(request.user), pk=pk)
    return page(request, ask_of(request.GET, request.user, found))


@require_POST
@login_required
def save(request: Asked) -> HttpResponse:
    """Keep a search under a name."""
    ask = ask_of(request.POST, request.user)
    try:
        name, query, newest = request.POST.get("name", ""), request.POST.get("q", ""), ask.order == "newest"
        made = saved.save(request.user, name, query, newest, timezone.now())
    except saved.CannotSave as why:
        return page(request, ask, {"why": str(why), "name": request.POST.get("name", "")}, status=422)
    return see_other(reverse("saved_search", args=[made.pk]))


@require_POST
@login_required
def saved_act(request: Asked, pk: int) -> HttpResponse:
    """Change, move or delete a saved search."""
    found = get_object_or_404(saved.of(request.user), pk=pk)
    match request.POST.get("act"):
        case "up" | "down" as way:
            order.shift(found, -1 if way == "up" else 1)
            return see_other(reverse("search"))
        case "delete":
            ask = ask_of({"q": found.query}, request.user)
            found.delete()
            said = _("“%(name)s” is no longer among your searches. Its words still stand in the field.")
            messages.success(request, said % {"name": found.name})
            return see_other(ask.link())
    return changed(request, found)


def changed(request: Asked, found: SavedSearch) -> HttpResponse:
    """The form of a saved search."""
    name, query = request.POST.get("name", ""), request.POST.get("q", "")
    try:
        saved.change(found, name, query, request.POST.get("order") == "newest")
    except saved.CannotSave as why:
        found.refresh_from_db()
        ask = ask_of({}, request.user, found)
        return page(request, ask, {"why": str(why), "name": name, "typed": query}, status=422)
    return see_other(reverse("saved_search", args=[found.pk]))


@require_POST
@login_required
def all_read(request: Asked) -> HttpResponse:
    """What a search finds is read, as far as it was there when it was shown."""
    ask = asked_again(request)
    act = mark_read(request.user, ask, request.POST.get("top", ""), timezone.now())
    if act:
        n = len(act.inserted) + len(act.marks)
        act.words = ngettext("%(n)d marked as read.", "%(n)d marked as read.", n) % {"n": n}
        act.save(update_fields=["words"])
    return again(request, act)


def again(request: Asked, act: Undo | None) -> HttpResponse:
    """The search as it is now, and the way back from what was just done."""
    ask = asked_again(request)
    to = ask.link(undo=act.pk) if act else ask.link()
    if not is_htmx(request):
        return see_other(to)
    context = searched(request.user, ask, None, timezone.now())
    return answer(request, "reading/_search_again.html", {**context, "undo": act}, to)


def told(request: Asked, found: Entry) -> HttpResponse:
    """One row of the list again, after an act upon its entry; `found` comes with its state."""
    ask = asked_again(request)
    row = one_row(request.user, ask, found)
    return answer(
        request, "reading/_row.html", {"shown": row, "now": timezone.now()}, f"{ask.link()}#row-{found.pk}"
    )


def asked_again(request: Asked) -> Ask:
    """The search a form on its page names."""
    pk = request.POST.get("saved", "")
    known = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
    found = get_object_or_404(saved.of(request.user), pk=known) if known else None
    return ask_of(request.POST, request.user, found)


def page(request: Asked, ask: Ask, more: dict[str, object] | None = None, status: int = 200) -> HttpResponse:
    """The whole page; to htmx, which asks for older rows, only these."""
    place = read_place(request.GET.get("place", ""))
    context = searched(request.user, ask, place, timezone.now())
    if is_htmx(request) and place:
        response = render(request, "reading/_found_rows.html", context)
    else:
        undo = undoing.last_act(request.user) if "undo" in request.GET else None
        response = render(request, "reading/search.html", {**context, **(more or {}), "undo": undo}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
