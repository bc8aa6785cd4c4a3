"""One answer for two askers: a fragment for htmx, a redirect for everyone else."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def answer(request: HttpRequest, fragment: str, context: Mapping[str, Any], to: str) -> HttpResponse:
    """What a POST answers: the template `fragment` to htmx, and the way to page `to` (303) to everyone else."""
    if is_htmx(request):
        return render(request, fragment, dict(context))
    return see_other(to)


def see_other(to: str) -> HttpResponse:
    """Go there with a GET, whatever the method was that led here."""
    return HttpResponseRedirect(to, status=303)


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, and so wants a fragment."""
    return request.headers.get("HX-Request") == "true"


class Said(str):
    """Words of ours, which the page for what is not there may show."""

    said = True


class NotThere(Http404):
    """What somebody asked for is not there, or not theirs; `why` is a sentence that holds for both."""

    def __init__(self, why: str) -> None:
        super().__init__(Said(why))
