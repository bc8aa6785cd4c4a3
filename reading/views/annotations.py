"""Highlights, notes and tags on an entry: written, changed, deleted, taken back. What was typed is never lost."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from aggregator.models import Entry
from network.models import Group
from plnet.answer import is_htmx, see_other

from ..annotating import noting, unsent
from ..annotating.anchors import Anchor
from ..annotating.noting import CannotKeep, Written
from ..asked import Asked, from_key
from ..models import Annotation
from ..opening.entry_page import entries_of, entry_page, one_shown, text_context
from .films import with_films

FIELDS = ("quote", "before", "after", "start", "note", "tags", "group", "in", "text")


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A page with the form; sent, a new highlight or note on the entry."""
    if not request.user.is_authenticated:
        return behind_the_door(request, f"entry-{pk}")
    asked = cast(Asked, request)
    found = entries_of(asked.user).select_related("body", "feed").filter(pk=pk).first()
    if found is None:
        return gone(asked)
    if request.method != "POST":
        typed = unsent.waiting(request, f"entry-{pk}") or request.GET.dict()
        return form(asked, found, None, typed)
    try:
        made = noting.write(asked.user, found, written(request), timezone.now())
    except CannotKeep as why:
        return form(asked, found, None, request.POST.dict(), str(why))
    unsent.done(request, f"entry-{pk}")
    return told(asked, found, made)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own highlight or note, to be changed."""
    if not request.user.is_authenticated:
        return behind_the_door(request, f"note-{pk}")
    asked = cast(Asked, request)
    mine = get_object_or_404(Annotation.objects.of(asked.user).select_related("entry__body", "group"), pk=pk)
    found = get_object_or_404(entries_of(asked.user).select_related("body", "feed"), pk=mine.entry_id)
    if request.method != "POST":
        typed = unsent.waiting(request, f"note-{pk}") or request.GET.dict() | as_typed(mine)
        return form(asked, found, mine, typed)
    try:
        noting.change(mine, written(request), timezone.now())
    except CannotKeep as why:
        return form(asked, found, mine, request.POST.dict(), str(why))
    unsent.done(request, f"note-{pk}")
    return told(asked, found, mine)


@require_POST
@login_required
def delete(request: Asked, pk: int) -> HttpResponse:
    """Deleted in another tab already is deleted."""
    mine = get_object_or_404(noting.restorable(request.user, timezone.now()), pk=pk)
    found = get_object_or_404(entries_of(request.user).select_related("body", "feed"), pk=mine.entry_id)
    noting.delete(mine, timezone.now())
    return told(request, found, gone=mine)


@require_POST
@login_required
def restore(request: Asked, pk: int) -> HttpResponse:
    """Take a deletion back."""
    mine = get_object_or_404(noting.restorable(request.user, timezone.now()), pk=pk)
    noting.take_back(mine)
    found = get_object_or_404(entries_of(request.user).select_related("body", "feed"), pk=mine.entry_id)
    return told(request, found, mine)


@require_POST
@login_required
def tag(request: Asked, pk: int) -> HttpResponse:
    """Words put on an entry, or one taken off."""
    found = get_object_or_404(entries_of(request.user).select_related("body", "feed"), pk=pk)
    if "remove" in request.POST:
        noting.untag(request.user, found, request.POST["remove"])
        return told(request, found)
    try:
        noting.tag(request.user, found, request.POST.get("name", ""), timezone.now())
    except CannotKeep as why:
        return told(request, found, tag_error=str(why), tag_typed=request.POST.get("name", ""))
    return told(request, found)


# ---- the steps


def written(request: HttpRequest) -> Written:
    said = {name: request.POST.get(name, "") for name in FIELDS}
    start = said["start"]
    at = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 0
    anchor = Anchor(said["quote"], said["before"], said["after"], at)
    return Written(anchor, said["note"], said["tags"], said["group"])


def as_typed(mine: Annotation) -> dict[str, str]:
    """What the form holds when it is opened."""
    group = str(mine.group_id) if mine.group_id else ""
    return {"quote": mine.quote, "note": mine.note, "tags": ", ".join(mine.tags), "group": group}


def form(
    request: Asked, found: Entry, mine: Annotation | None, typed: dict[str, Any], error: str = ""
) -> HttpResponse:
    """The page with the form; to htmx only the form, with what was typed and why it was refused."""
    context = {
        "entry": found,
        "mine": mine,
        "typed": typed,
        "error": error,
        "groups": Group.objects.of(request.user),
        "there": from_key(str(typed.get("in", "")), request.user),
        "full": typed.get("text") == "full",
    }
    fragment = is_htmx(request)
    template = "reading/_note_form.html" if fragment else "reading/note.html"
    response = render(request, template, context, status=422 if error else 200)
    if fragment:
        response["HX-Retarget"] = "#note-form"
    patch_vary_headers(response, ["HX-Request"])
    return response


def told(request: Asked, found: Entry, made: Annotation | None = None, **more: Any) -> HttpResponse:
    """The text with its marks as they are now, and what is written beside it."""
    there, full = from_key(request.POST.get("in", ""), request.user), request.POST.get("text") == "full"
    gone, refused = more.get("gone"), "tag_error" in more
    query = {"in": there.key} | ({"text": "full"} if full else {}) | ({"gone": gone.pk} if gone else {})
    place = f"item-{made.pk}" if made else "yours"
    if not is_htmx(request) and not refused:
        if not entries_of(request.user).filter(pk=found.pk).exists():  # a tag was all that held it
            return see_other(reverse("notes"))
        return see_other(f"{reverse('entry', args=[found.pk])}?{urlencode(query)}#{place}")
    if not is_htmx(request):
        context = entry_page(request.user, found, there, full, timezone.now()) | more
        return with_films(render(request, "reading/entry.html", context, status=422))
    shown = one_shown(request.user, found)
    context = text_context(request.user, found, shown, full, timezone.now()) | more | {"there": there, "made": made}
    return render(request, "reading/_written.html", context, status=422 if refused else 200)


def gone(request: Asked) -> HttpResponse:
    """The piece is not here, or not for them any more: what they wrote about it is handed back."""
    typed = "\n\n".join(filter(None, (request.POST.get("quote", ""), request.POST.get("note", ""))))
    if not typed.strip():
        raise Http404
    return render(request, "reading/gone.html", {"typed": typed}, status=404)


def behind_the_door(request: HttpRequest, about: str) -> HttpResponse:
    """Their session has ended: what they wrote waits for them behind the door."""
    if request.method == "POST":
        unsent.put_by(request, about, {name: request.POST.get(name, "") for name in FIELDS})
    response = redirect_to_login(request.path)
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": response["Location"]})
    return response
