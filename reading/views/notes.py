"""All of one's highlights and notes: the page, and the files made of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from .. import notes_out
from ..asked import Asked, read_cursor
from ..notes_page import notes_for, notes_page, wanted


@require_safe
@login_required
def notes(request: Asked) -> HttpResponse:
    before = read_cursor(request.GET.get("before", ""))
    return render(
        request, "reading/notes.html", notes_page(request.user, wanted(request.GET), before, timezone.now())
    )


@require_safe
@login_required
def as_markdown(request: Asked) -> HttpResponse:
    found = notes_for(request.user, wanted(request.GET))
    text = notes_out.as_markdown(request.user, found, timezone.now())
    return as_file(HttpResponse(text, content_type="text/markdown; charset=utf-8"), "notes.md")


@require_safe
@login_required
def as_json(request: Asked) -> HttpResponse:
    asked = wanted(request.GET)
    address = f"{settings.BASE_URL}{reverse('notes_json')}" + (f"?{asked.query}" if asked.query else "")
    collection = notes_out.as_collection(notes_for(request.user, asked), address)
    kind = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    return as_file(JsonResponse(collection, content_type=kind), "notes.jsonld")


def as_file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
