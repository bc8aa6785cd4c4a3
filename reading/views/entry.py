"""One entry: its page, and marking and keeping it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aggregator.models import Entry
from network.models import Source, User
from plnet.answer import answer

from .. import marks
from ..asked import Asked, Where, from_key, view_of, where
from ..models import Mark
from ..timeline import Shown, View, neighbours, shown_of, with_state


@require_safe
@login_required
def entry(request: Asked, pk: int) -> HttpResponse:
    """The text, set to be read. Opening it marks it read by a POST of the page's own, never by this GET."""
    found = get_object_or_404(entries_of(request.user).select_related("body", "feed"), pk=pk)
    there = (
        from_key(request.GET.get("in", ""), request.user)
        if "in" in request.GET
        else its_source(request.user, found)
    )
    above, below = neighbours(view_of(there, request.user), found) if there else (None, None)
    shown = {each.entry.pk: each for each in all_shown(request.user, [found, above, below])}
    context = {
        "shown": shown[pk],
        "there": there,
        "above": shown[above.pk] if above else None,
        "below": shown[below.pk] if below else None,
        "enclosures": list(found.enclosures.all()),
        "now": timezone.now(),
    }
    return render(request, "reading/entry.html", context)


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
    context = {"shown": all_shown(request.user, [found])[0], "there": there, "now": timezone.now(), "settled": True}
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
    """The entries a member may open: of their own sources and their groups', and those they kept."""
    mine = Exists(Source.objects.read_by(user).filter(feed=OuterRef("feed")))
    kept = Exists(Mark.objects.filter(user=user, entry=OuterRef("pk"), kept_at__isnull=False))
    return with_state(Entry.objects.filter(Q(mine) | Q(kept)), user)


def its_source(user: User, found: Entry) -> Where | None:
    """The list of the source it came through, on one's own roster if it is there; None when there is none."""
    fits = Q(author="") | Q(author=found.author)
    sources = Source.objects.read_by(user).filter(fits, feed=found.feed_id)
    source = sources.order_by(F("roster__owner_id").asc(nulls_last=True), "pk").first()
    return where("source", source.pk, QueryDict(), user) if source else None


def all_shown(user: User, entries: list[Entry | None]) -> list[Shown]:
    return shown_of(View(user, Source.objects.read_by(user)), [each for each in entries if each])
