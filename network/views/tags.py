"""Tags on people and sources, and who has one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from .. import tags
from ..asked import Asked
from ..models import Person, Source, Tag
from .people import page, there


@require_safe
@login_required
def tag(request: Asked, pk: int) -> HttpResponse:
    """Who has it, and which sources."""
    found = get_object_or_404(Tag.objects.seen_by(request.user).select_related("roster__group"), pk=pk)
    context = {
        "tag": found,
        "people": found.people.order_by("name", "pk")[: tags.SHOWN],
        "sources": found.sources.select_related("person", "feed").order_by("person__name", "pk")[: tags.SHOWN],
        "most": tags.SHOWN,
    }
    return render(request, "network/tag.html", context)


@require_POST
@login_required
def person_tags(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(Person.objects.tended_by(request.user), pk=pk)
    return changed(request, found, pk, f"person-{pk}")


@require_POST
@login_required
def source_tags(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(Source.objects.tended_by(request.user), pk=pk)
    return changed(request, found, found.person_id, f"source-{pk}")


def changed(request: Asked, thing: Person | Source, person: int, name: str) -> HttpResponse:
    """One taken off, or those typed put on."""
    off, typed = request.POST.get("remove", ""), request.POST.get("name", "")
    if off:
        number = int(off) if off.isdecimal() and len(off) < 19 else 0
        tags.remove(thing, number, timezone.now(), request.user)
        return there(person, f"tags-{name}")
    try:
        tags.add(thing, typed, timezone.now(), request.user)
    except tags.NoTag as why:
        return page(request, person, tag_typed=typed, tag_error=str(why), tagging=name)
    return there(person, f"tags-{name}")
