"""One entry: its page, and marking and keeping it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aggregator.models import Entry
from network.models import Source, User
from plnet.answer import answer

from .. import marks
from ..asked import Asked, Where, from_key, view_of
from ..models import Mark
from ..timeline import Shown, View, neighbours, shown_of, with_state


@require_safe
@login_required
def entry(request: Asked, pk: int) -> HttpResponse:
    """The text, set to be read. Opening it marks it read by a POST of the page's own, never by this GET."""
    found = get_object_or_404(entries_of(request.user).select_related("body", "feed"), pk=pk)
    there = from_key(request.GET.get("in", ""), request.user) if "in" in request.GET else None
    context = {"shown": one(request.user, found), "enclosures": list(found.enclosures.all()), "now": timezone.now()}
    return render(request, "reading/entry.html", context | around(request.user, found, there))


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
    in_list = request.POST.get("from") in ("list", "kept")
    context = {"shown": one(request.user, found), "there": there, "now": timezone.now(), "settled": True}
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


def entries_of(user: User) -> QuerySet[Entry]:
    """The entries a member may open: those of their own sources, followed or not, and those they kept."""
    mine = Q(feed__in=Source.objects.of(user).values("feed"))
    kept = Exists(Mark.objects.filter(user=user, entry=OuterRef("pk"), kept_at__isnull=False))
    return with_state(Entry.objects.filter(mine | Q(kept)), user)


def one(user: User, found: Entry) -> Shown:
    return shown_of(View(user, Source.objects.of(user)), [found])[0]


def around(user: User, found: Entry, there: Where | None) -> dict[str, Any]:
    """The entries above and below in the list one came from; without one, in its own source."""
    if there is None:
        source = Source.objects.of(user).filter(feed=found.feed_id).first()
        if source is None:
            return {"there": None, "above": None, "below": None}
        there = from_key(f"source-{source.pk}.all", user)
    try:
        view = view_of(there, user)
    except Http404:
        return {"there": None, "above": None, "below": None}
    above, below = (shown_of(view, [each])[0] if each else None for each in neighbours(view, found))
    return {"there": there, "above": above, "below": below}
