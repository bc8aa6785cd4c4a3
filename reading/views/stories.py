"""These are two, and one again: for an entry, or for all that comes from a source."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from network.models import Source
from plnet.answer import see_other

from .. import parting
from ..asked import Asked, from_key
from ..opening.entry_page import entries_of
from .lists import named


@require_POST
@login_required
def entry_apart(request: Asked, pk: int) -> HttpResponse:
    """An entry stands for itself (1), or is a copy again (0)."""
    found = get_object_or_404(entries_of(request.user).select_related("feed"), pk=pk)
    if request.POST.get("apart") == "0":
        parting.rejoin(request.user, found.feed, found, timezone.now())
        return see_other(page_of(request, pk))
    parting.part(request.user, found.feed, found, timezone.now())
    return see_other(f"{page_of(request, pk)}&parted={pk}#carried")


@require_POST
@login_required
def source_apart(request: Asked, pk: int) -> HttpResponse:
    """Nothing of a source is joined with anything (1), or what others carry is again (0)."""
    found = get_object_or_404(Source.objects.read_by(request.user).select_related("feed"), pk=pk)
    do = parting.rejoin if request.POST.get("apart") == "0" else parting.part
    do(request.user, found.feed, None, timezone.now())
    return see_other(f"{reverse('source', args=[pk])}#joined")


def page_of(request: Asked, pk: int) -> str:
    """The entry's page on which the button stood."""
    there = from_key(request.POST.get("in", ""), request.user)
    return f"{reverse('entry', args=[named(request.POST.get('on', '')) or pk])}?in={there.key}"
