"""The one address other programs may knock at: where hubs verify subscriptions and announce news (WebSub)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import pushed
from .models import HubLease
from .pushed import Heard

STATUS = {Heard.POLLED: 202, Heard.FORGED: 202, Heard.ENDED: 410, Heard.LATER: 503}  # a forger learns nothing


@csrf_exempt  # hubs have no session; the path cannot be guessed and pushes are signed
@require_http_methods(["GET", "POST"])
def websub(request: HttpRequest, path: str) -> HttpResponse:
    """GET verifies what we asked of a hub; POST says that a feed has something new."""
    lease = get_object_or_404(HubLease, path=path)
    return _news(request, lease) if request.method == "POST" else _verification(request, lease)


def _verification(request: HttpRequest, lease: HubLease) -> HttpResponse:
    said = request.GET.get
    mode, topic, seconds = said("hub.mode", ""), said("hub.topic", ""), said("hub.lease_seconds", "")
    if not pushed.verify(lease, mode, topic, seconds, timezone.now()):
        return HttpResponse(status=404)
    return HttpResponse(said("hub.challenge", "")[:2000], content_type="text/plain; charset=utf-8")


def _news(request: HttpRequest, lease: HubLease) -> HttpResponse:
    body = request.read(pushed.LARGEST + 1)
    if len(body) > pushed.LARGEST:
        return HttpResponse(status=413)
    signature = request.headers.get("X-Hub-Signature", "")
    heard = pushed.hear(lease, body, signature, timezone.now())
    return HttpResponse(status=STATUS[heard], headers={"Retry-After": "60"} if heard is Heard.LATER else None)
