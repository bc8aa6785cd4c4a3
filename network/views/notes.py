"""A member's own notes on people and sources; what was typed is never lost on the way."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from .. import drafts, notes
from ..asked import Asked
from ..models import Person, Source
from .people import page, there


@require_POST
def person_note(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return come_back(request, pk, f"person-{pk}")
    about = get_object_or_404(Person.objects.seen_by(request.user), pk=pk)
    return keep(cast(Asked, request), about, pk, f"person-{pk}")


@require_POST
def source_note(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.is_authenticated:
        person = request.POST.get("person", "")
        return come_back(request, int(person) if person.isdecimal() and len(person) < 19 else 0, f"source-{pk}")
    about = get_object_or_404(Source.objects.seen_by(request.user), pk=pk)
    return keep(cast(Asked, request), about, about.person_id, f"source-{pk}")


def keep(request: Asked, about: Person | Source, person: int, name: str) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        notes.write(request.user, about, text, timezone.now())
    except notes.TooLong as why:
        return page(request, person, note_typed=text, note_error=str(why), noting=name)
    drafts.done(request, name)
    return there(person, f"note-{name}")


def come_back(request: HttpRequest, person: int, name: str) -> HttpResponse:
    """Their session has ended: what they wrote waits for them behind the door."""
    drafts.put_by(request, name, request.POST.get("text", ""))
    return redirect_to_login(reverse("person", args=[person]) if person else "/")
