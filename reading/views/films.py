"""Pages into which a film may be loaded, when somebody clicks on it; see docs/entry-page.md."""

from __future__ import annotations

from django.http import HttpResponse

from plnet.middleware import CONTENT_SECURITY_POLICY

from ..opening.setting import FRAMES


def with_films(response: HttpResponse) -> HttpResponse:
    """The same page, whose policy lets the two players in that play without cookies."""
    response["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; {FRAMES}"
    return response
