"""Today: the day's edition."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aggregator.models import EntryBody
from network.models import Source
from plnet.answer import is_htmx, see_other

from .. import edition_words, editions, offline, undoing
from ..asked import Asked, where
from ..editions import Printed
from ..ruler import ruler
from .lists import named

EXCERPT = 700  # characters of the cover's text, in whole words


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def today(request: Asked) -> HttpResponse:
    """GET shows the edition; the page keeps it for the day by a POST of its own, since a GET changes nothing."""
    now = timezone.now()
    if request.method == "POST":
        if request.user.minutes:
            editions.keep(request.user, now, named(request.POST.get("upto", "")))
        return HttpResponse(status=204) if is_htmx(request) else see_other(reverse("today"))
    if not request.user.minutes:
        return render(request, "reading/today_none.html")
    printed = editions.printed(request.user, now)
    undo = undoing.last_act(request.user) if "undo" in request.GET else None
    follows = bool(printed.shown) or Source.objects.of(request.user).followed().exists()
    context = shown(request, printed) | {"follows": follows, "undo": undo, "now": now}
    return render(request, "reading/today.html", context)


@require_safe
@login_required
def without_network(request: Asked) -> HttpResponse:
    """The edition as browsers keep it: one page with all its texts, which needs nothing else."""
    return render(request, "reading/offline.html", offline.edition_page(request.user, timezone.now()))


def shown(request: Asked, printed: Printed) -> dict[str, Any]:
    """What the page shows: the cover with its beginning, the other pieces, and the words around them."""
    made = printed.edition
    pieces = [(piece, each, edition_words.why(piece, n == 0)) for n, (piece, each) in enumerate(printed.shown)]
    cover = pieces[0] if pieces and pieces[0][1] else None
    return {
        "there": where("today", 0, request.GET, request.user),
        "edition": made,
        "printed": printed,
        "cover": cover,
        "excerpt": excerpt(cover[1].entry.pk) if cover and cover[1] else [],
        "rest": pieces[1:] if cover else pieces,
        "headline": edition_words.headline(made),
        "ruler": ruler(printed.shown),
        "waiting": edition_words.waiting(made),
        "kept_as": offline.address_of(printed),
        "reasons": edition_words.reasons(made, request.user.hears),
    }


def excerpt(pk: int) -> list[str]:
    """The first paragraphs of a text, as far as a cover has room."""
    text = EntryBody.objects.filter(entry=pk).values_list("text", flat=True).first() or ""
    room, said = EXCERPT, list[str]()
    for paragraph in filter(None, map(str.strip, text[: EXCERPT * 4].split("\n"))):
        if len(paragraph) > room:
            cut = paragraph[:room].rpartition(" ")[0] or paragraph[:room]
            return [*said, cut + "…"] if room > EXCERPT // 4 or not said else said
        said.append(paragraph)
        room -= len(paragraph)
    return said
