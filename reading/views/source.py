"""A source's page: what it publishes, how it is, when it is asked next."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aggregator import feeds, health, icons
from aggregator.models import Feed, Poll
from network.gathering import mutes
from network.models import Source
from plnet.answer import answer

from ..asked import Asked, where
from ..copies import whole_feed_apart
from .lists import list_page

POLLS = 20


@require_safe
@login_required
def source(request: Asked, pk: int) -> HttpResponse:
    theirs = Source.objects.read_by(request.user).select_related("feed", "person", "roster__group")
    mine = theirs.annotate(muted=mutes.silent(request.user), apart=whole_feed_apart(request.user))
    found = get_object_or_404(mine, pk=pk)
    there = where("source", pk, request.GET, request.user)
    context = {"source": found, "has_icon": icons.of(found.feed).exists()} | health_of(found.feed)
    if found.roster.group_id:
        context["muted"] = vars(found)["muted"]
    return list_page(request, there, "reading/source.html", context, only=found)


@require_safe
@login_required
def icon(request: Asked, pk: int) -> HttpResponse:
    """The icon of the source's site, as we keep it: a bitmap by its first bytes, and given no powers."""
    found = get_object_or_404(Source.objects.read_by(request.user).select_related("feed"), pk=pk)
    kept = get_object_or_404(icons.of(found.feed))
    response = HttpResponse(bytes(kept.content), content_type=kept.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = f"private, max-age={icons.AGAIN // timedelta(seconds=1)}"
    return response


@require_POST
@login_required
def poll_now(request: Asked, pk: int) -> HttpResponse:
    """Ask for the feed as soon as manners allow; the page says when that is."""
    found = get_object_or_404(Source.objects.read_by(request.user).select_related("feed"), pk=pk)
    now = timezone.now()
    when = feeds.due_now([found.feed_id], now)[found.feed_id]
    found.feed.refresh_from_db()
    context = {"source": found, "asked": True, "soon": when is not None and when <= now} | health_of(found.feed)
    return answer(request, "reading/_health.html", context, reverse("source", args=[pk]))


def health_of(feed: Feed) -> dict[str, object]:
    """How a feed is, in words, and its last visits."""
    now = timezone.now()
    return {
        "state": health.state(feed, now),
        "sentence": health.sentence(feed, now),
        "next_poll": health.next_poll(feed, now),
        "what_to_do": health.what_to_do(feed, now),
        "polls": Poll.objects.filter(feed=feed).order_by("-at")[:POLLS],
    }
