"""The review: a deck of cards, decisions and taking them back; one's own, and a group's for its curators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from network.models import Group, Roster, Source
from network.remembering.undoing import Refused
from plnet.answer import answer, see_other
from reading.asked import Asked

from ..asked import number
from ..models import Decision
from ..reviewing import deciding, decisions_page, looking, when
from ..reviewing.deck import deck

SHOWN = ("GET", "HEAD", "POST")


@require_http_methods(SHOWN)
@login_required
def review(request: Asked) -> HttpResponse:
    """One's own deck; POST decides about the card, or looks through the roster once more."""
    return dealt(request, Roster.objects.mine(request.user) if request.method == "POST" else own(request), None)


@require_http_methods(SHOWN)
@login_required
def group_review(request: Asked, pk: int) -> HttpResponse:
    """A group's, for its curators, from sums over its members."""
    group = get_object_or_404(Group.objects.curated_by(request.user).select_related("roster"), pk=pk)
    return dealt(request, group.roster, group)


def own(request: Asked) -> Roster:
    """The member's roster; an empty one for who has none yet."""
    return Roster.objects.of(request.user).first() or Roster(pk=0, owner=request.user)


def dealt(request: Asked, roster: Roster, group: Group | None) -> HttpResponse:
    if request.method != "POST":
        return render(request, "tending/review.html", context(roster, group))
    now = timezone.now()
    match request.POST.get("verdict", ""):
        case "look":
            looking.look(roster, now)
        case "later" if group is None:
            when.had(request.user, now)
            return see_other(reverse("tend"))
        case verdict if verdict in Decision.Verdict.values:
            decided(request, roster, verdict)
    return answer(request, "tending/_deck.html", context(roster, group), here(group))


def decided(request: Asked, roster: Roster, verdict: str) -> None:
    """The decision about the source that stood on the card, if it still waits."""
    now = timezone.now()
    waits = Source.objects.filter(roster=roster).select_related("person", "feed")
    source = waits.filter(pk=number(request.POST.get("source", ""))).first()
    if source is None:
        messages.info(request, _("That source is not on the roster any more. Nothing was decided."))
        return
    if deciding.decide(source, verdict, request.POST.get("word", ""), request.user, now) is None:
        messages.info(request, _("That was decided a moment ago."))
    if roster.owner_id and not deck(roster, now).waiting:
        when.had(request.user, now)


def context(roster: Roster, group: Group | None) -> dict[str, Any]:
    found = deck(roster, timezone.now())
    return {
        "deck": found,
        "group": group,
        "here": here(group),
        "of": found.decided + found.waiting,
        "at": found.decided + 1,
        "now": timezone.now(),
    }


def here(group: Group | None) -> str:
    return reverse("group_review", args=[group.pk]) if group else reverse("review")


@require_POST
@login_required
def take_back(request: Asked, pk: int) -> HttpResponse:
    """As if it had not been decided. Back to the deck, or to the list of decisions."""
    tended = Decision.objects.tended_by(request.user).select_related("roster__group")
    decision = get_object_or_404(tended, pk=pk)
    try:
        deciding.take_back(decision, request.user, timezone.now())
    except Refused as why:
        messages.info(request, str(why))
    group = decision.roster.group
    if request.POST.get("back") == "list":
        return see_other(reverse("decisions"))
    return answer(request, "tending/_deck.html", context(decision.roster, group), here(group))


@require_safe
@login_required
def decisions(request: Asked) -> HttpResponse:
    """What was decided, on which grounds, the newest first."""
    page = decisions_page.page(request.user, number(request.GET.get("before", "")))
    return render(request, "tending/decisions.html", page | {"now": timezone.now()})


@require_POST
@login_required
def every(request: Asked) -> HttpResponse:
    """How often a review is due."""
    if when.choose(request.user, request.POST.get("every", "")):
        messages.success(request, _("Kept."))
    return see_other(reverse("tend"))
