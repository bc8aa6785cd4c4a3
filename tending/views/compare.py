"""Two pieces of one author side by side, with what they share."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reading.asked import Asked
from reading.opening.entry_page import entries_of, its_source

from ..models import Novelty
from ..novelty.comparing import side_by_side


@require_safe
@login_required
def compare(request: Asked, pk: int) -> HttpResponse:
    """An entry, and the earlier one it is like; without one the page says so."""
    entry = get_object_or_404(entries_of(request.user).select_related("body", "feed"), pk=pk)
    like = Novelty.objects.filter(entry=pk).values("like")
    earlier = entries_of(request.user).select_related("body").filter(pk__in=like).first()
    sides = side_by_side(earlier.body.html, entry.body.html) if earlier else ()
    context = {
        "entry": entry,
        "source": its_source(request.user, entry),
        "sides": list(zip((earlier, entry), sides, strict=True)) if sides else [],
        "now": timezone.now(),
    }
    return render(request, "tending/compare.html", context)
