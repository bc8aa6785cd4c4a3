"""The newest of a group's roster, for its page: {% latest_in_group user group %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from aggregator.models import Entry, Feed
from network.models import Group, User
from reading import authors
from reading.asked import Where, view_of
from reading.shown import shown_of
from reading.timeline import IN_A_ROW, with_state

register = template.Library()


@register.inclusion_tag("reading/_latest_in_group.html")
def latest_in_group(user: User, group: Group, size: int = 5) -> dict[str, Any]:
    """Its newest entries as rows, without what the member muted, and the way to all of them. Two queries.

    The newest few entries are of the feeds whose newest entries are the newest: no others are looked into.
    """
    there = Where("group", group.pk, "all", "cards", ("unread", user.density))
    view = view_of(there, user)
    feeds = Feed.objects.filter(pk__in=view.sources.values("feed"), newest_at__isnull=False)
    newest = feeds.order_by("-newest_at", "-pk").values("pk")[:size]
    written = Entry.objects.filter(authors.shown_by(view.sources), feed__in=newest)
    few = Entry.objects.filter(pk__in=written.order_by("-sorted_at", "-pk").values("pk")[:size])
    entries = with_state(few, user).only(*IN_A_ROW).order_by("-sorted_at", "-pk")
    return {"shown": shown_of(view, list(entries)), "there": there, "now": timezone.now()}
