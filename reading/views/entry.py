"""One entry: its page, and marking and keeping it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aggregator.models import Entry
from plnet.answer import answer

from .. import marks
from ..annotating import noting
from ..asked import Asked, Where, from_key
from ..kept import dress
from ..models import Annotation, Apart
from ..opening.entry_page import entries_of, entry_page, one_shown, with_whole
from . import search
from .films import with_films
from .lists import named


@require_safe
@login_required
def entry(request: Asked, pk: int) -> HttpResponse:
    """The text, set to be read. Opening it marks it read by a POST of the page's own, never by this GET."""
    full = request.GET.get("text") == "full"
    theirs = entries_of(request.user).select_related("body", "feed")
    found = get_object_or_404(with_whole(theirs) if full else theirs, pk=pk)
    there = from_key(request.GET["in"], request.user) if "in" in request.GET else None
    context = entry_page(request.user, found, there, full, timezone.now())
    context["parted"] = parted(request)
    if "gone" in request.GET:
        context["gone"] = last_deleted(request, found)
    return with_films(render(request, "reading/entry.html", context))


def parted(request: Asked) -> int:
    """What stands apart since a moment ago, if the address names it: the way back is shown."""
    pk = named(request.GET.get("parted", ""))
    return pk if pk and Apart.objects.filter(user=request.user, entry=pk).exists() else 0


def last_deleted(request: Asked, found: Entry) -> Annotation | None:
    """What was deleted from this entry just now, if the address names it and it can be taken back."""
    named = request.GET.get("gone", "")
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        return None
    return noting.deleted(request.user, timezone.now()).filter(entry=found, pk=int(named)).first()


@require_POST
@login_required
def read(request: Asked, pk: int) -> HttpResponse:
    """Mark read (1) or unread (0)."""
    found = get_object_or_404(entries_of(request.user), pk=pk)
    marks.mark(request.user, found, request.POST.get("read", "1") == "1", timezone.now())
    return told(request, pk)


@require_POST
@login_required
def keep(request: Asked, pk: int) -> HttpResponse:
    """Keep (1), or let go (0)."""
    found = get_object_or_404(entries_of(request.user), pk=pk)
    marks.keep(request.user, found, request.POST.get("keep", "1") == "1", timezone.now())
    return told(request, pk)


def told(request: Asked, pk: int) -> HttpResponse:
    """What changed, where it stands: a row of a list, or the tools under an entry."""
    there = from_key(request.POST.get("in", ""), request.user)
    found = get_object_or_404(entries_of(request.user), pk=pk)
    if request.POST.get("from") == "search":
        return search.told(request, found)
    in_list = request.POST.get("from") in ("list", "kept")
    one = one_shown(request.user, found)
    context: dict[str, Any] = {"shown": one, "there": there, "now": timezone.now(), "settled": True}
    context["full"] = request.POST.get("text") == "full"
    if request.POST.get("from") == "kept":
        context["there"] = None
        dress([one], request.POST.get("density", ""))
    return answer(
        request, "reading/_row.html" if in_list else "reading/_tools.html", context, back(request, there, pk)
    )


def back(request: Asked, there: Where, pk: int) -> str:
    """The page an act came from, for who has no htmx."""
    match request.POST.get("from"):
        case "list":
            return f"{there.link()}#row-{pk}"
        case "kept":
            return reverse("kept")
    return f"{reverse('entry', args=[pk])}?in={there.key}"
