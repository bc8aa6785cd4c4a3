"""The newest of a group's roster, for its page: {% latest_in_group user group %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from aggregator.models import Entry, Feed
from network.models import Group, User
from plnet.prepared import prepared
from reading import authors
from reading.asked import Where, view_of
from reading.shown import shown_of
from reading.timeline import IN_A_ROW, with_state

register = template.Library()


SIZE = 5


@register.inclusion_tag("reading/_latest_in_group.html")
def latest_in_group(user: User, group: Group) -> dict[str, Any]:
    """Its newest entries as rows, without what the member muted, and the way to all of them. Three queries."""
    there = Where("group", group.pk, "all", "cards", ("unread", user.density), original=user.opens_original)
    newest = [pk for (pk,) in _newest(user.pk, group.pk)]
    entries = with_state(Entry.objects.filter(pk__in=newest), user).only(*IN_A_ROW).order_by("-sorted_at", "-pk")
    return {"shown": shown_of(view_of(there, user), list(entries)), "there": there, "now": timezone.now()}


@prepared
def _newest(member: int, group: int) -> QuerySet[Any, Any]:
    """The newest few are of the feeds whose newest entries are the newest: no others are looked into."""
    sources = view_of(Where("group", group, "all", "cards", ("all", "cards")), User(pk=member)).sources
    feeds = Feed.objects.filter(pk__in=sources.values("feed"), newest_at__isnull=False)
    newest = feeds.order_by("-newest_at", "-pk").values("pk")[:SIZE]
    written = Entry.objects.filter(authors.shown_by(sources), feed__in=newest)
    return written.order_by("-sorted_at", "-pk").values_list("pk")[:SIZE]
