"""A source's page: what it publishes, how it is, when it is asked next."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aggregator import feeds, health
from aggregator.models import Feed, Poll
from network.models import Source
from plnet.answer import answer

from ..asked import Asked, where
from .lists import list_page

POLLS = 20


@require_safe
@login_required
def source(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(Source.objects.of(request.user).select_related("feed", "person"), pk=pk)
    there = where("source", pk, request.GET, request.user)
    return list_page(request, there, "reading/source.html", {"source": found} | health_of(found.feed))


@require_POST
@login_required
def poll_now(request: Asked, pk: int) -> HttpResponse:
    """Ask for the feed as soon as manners allow; the page says when that is."""
    found = get_object_or_404(Source.objects.of(request.user).select_related("feed"), pk=pk)
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
