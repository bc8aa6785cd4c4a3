"""What there is without network: the worker a browser keeps, the page it shows then, and whose pages are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

WHOSE = "Plnet-Member"  # a header of every page; by it the worker forgets what was kept for somebody else
NOBODY = "nobody"


def sign_of(user: Any) -> str:
    """Says whether two pages are the same member's, and nothing else."""
    if not user.is_authenticated:
        return NOBODY
    return salted_hmac("plnet.offline", str(user.pk), algorithm="sha256").hexdigest()[:16]


class Whose:
    """Says of every page whose it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers[WHOSE] = sign_of(request.user)
        return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The service worker. At the root, since it may only stand in for pages below its own address."""
    program = (settings.BASE_DIR / "static" / "js" / "worker.js").read_bytes()
    return HttpResponse(program, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """For who has no network, and nothing that was kept for then."""
    return render(request, "offline.html")
