"""/about, which every request we make of a publisher names; and /robots.txt for those who ask things of us."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import __version__


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is, how it asks for feeds and whom to write to; open to everybody."""
    return render(request, "about.html", {"version": __version__, "contact": settings.CONTACT})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """A member's reading is no business of crawlers."""
    return HttpResponse("User-agent: *\nDisallow: /\nAllow: /about\n", content_type="text/plain; charset=utf-8")
