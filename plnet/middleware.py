"""What holds for every page: what the browser may do with it, and the language and zone of who asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation
from django.utils.translation import gettext as _

Next = Callable[[HttpRequest], HttpResponse]


# The second belt behind the cleaning of what feeds bring: nothing inline runs, nothing foreign but pictures,
# sound and film is loaded. A view may set its own, stricter one.
def policy(*, own_pictures: bool) -> str:
    """The content security policy; with the image proxy pictures come from here alone."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "img-src 'self'" if own_pictures else "img-src 'self' data: http: https:",
            "media-src 'self' http: https:",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


CONTENT_SECURITY_POLICY = policy(own_pictures=settings.IMAGE_PROXY)
TEXT = re.compile(r"text/|application/(?:json|ld\+json|xml|[a-z]+\+xml|javascript|manifest\+json)")
LARGEST_BODY = 12 * 2**20  # bytes; a file of 11 MB is still told in words, on its page, that it is too large
PERMISSIONS_POLICY = ", ".join(
    f"{power}=()"
    for power in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
        *("idle-detection", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
    )
)


class Policies:
    """Sets the content security and permissions policies; and nobody between keeps a page that does not say so.

    Django's own middleware sets the other headers.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class Packed(GZipMiddleware):
    """Packs pages and what else is text: a river is a sixth as long then. Pictures and sound are packed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not TEXT.match(response.headers.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


class Bounds:
    """Turns away what no page asks for: more bytes than any file we take, and NULs, which PostgreSQL never takes.

    Bodies are turned away unread: a file comes in, and would fill the disk, before anybody is asked who they are.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH", "")
        if len(length) > 9 or (length.isdecimal() and int(length) > LARGEST_BODY):
            return HttpResponse(_("That is more than any page here takes."), status=413, content_type="text/plain")
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return self.get_response(request)


class AsTheMemberLikes:
    """Shows times in the member's zone and words in the member's language, if they chose one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            with timezone.override(None):  # also puts back what a view may have activated
                return self.get_response(request)
        if translation.check_for_language(request.user.language):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        with timezone.override(zone_of(request.user.timezone)):
            return self.get_response(request)


def zone_of(name: str) -> ZoneInfo:
    """The zone called so; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
