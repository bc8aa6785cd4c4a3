"""A picture of an entry, as this instance has it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aggregator import pictures

from ..asked import Asked
from ..opening.entry_page import entries_of
from ..opening.pictures import is_sealed
from .lists import named

WEEK = 7 * 86400  # seconds a browser need not ask again


@require_safe
@login_required
def picture(request: Asked, code: str) -> HttpResponse:
    """Shown to whoever may read its entry, with no powers; while too many others wait, later."""
    url, entry = request.GET.get("of", ""), named(request.GET.get("entry", ""))
    if not settings.IMAGE_PROXY or not is_sealed(code, url, entry):
        raise Http404
    get_object_or_404(entries_of(request.user).only("pk"), pk=entry)
    try:
        found = pictures.picture(url, timezone.now())
    except pictures.Busy:
        return plain(_("Too many pictures are being fetched at once."), 503, {"Retry-After": "2"})
    if found is None:
        return plain(_("There is no picture to be had."), 404, {"Cache-Control": "private, max-age=600"})
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    headers["Cache-Control"] = f"private, max-age={WEEK}, immutable"
    return HttpResponse(found.content, found.media_type, headers=headers)


def plain(words: str, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)
