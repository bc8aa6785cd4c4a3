"""One way to answer: a fragment to htmx, a redirect after an act, a whole page to everyone else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def answer(
    request: HttpRequest,
    page: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str = "",
    to: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render `fragment` for htmx, go `to` (a path of ours) after an act, else render `page`.

    `status` says how the whole page went (422: what was typed needs another look). A fragment is always 200,
    for htmx swaps nothing else.
    """
    asked_by_htmx = bool(getattr(request, "htmx", False)) and not request.htmx.boosted  # type: ignore[attr-defined]
    if fragment and asked_by_htmx:
        return render(request, fragment, context)
    if to:
        return redirect(to)
    return render(request, page, context, status=status)
