"""`GET /metrics`: figures about the aggregator for Prometheus. For this machine, or whoever has the token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aggregator.models import Feed, Heartbeat, Lookup, Poll

Labels = Mapping[str, str]


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The text format, version 0.0.4. Who may not read it is told that nothing is here."""
    if not may_read(request):
        raise Http404
    return HttpResponse("".join(figures(timezone.now())), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_read(request: HttpRequest) -> bool:
    """With the token, or from this machine; not so when a proxy stands there, behind which all look local."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(given, settings.METRICS_TOKEN):
        return True
    proxied = settings.HTTPS or "X-Forwarded-For" in request.headers
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not proxied


def figures(now: datetime) -> Iterable[str]:
    """Every figure as text; a handful of queries over indexes and the narrow table of feeds, none over entries."""
    feeds = Feed.objects.values("state").annotate(n=Count("pk"), stored=Sum("entry_count")).order_by("state")
    known = {row["state"]: row for row in feeds}
    yield family("plnet_feeds", "Feeds by state.", [({"state": s}, row["n"]) for s, row in known.items()])
    stored = sum(row["stored"] or 0 for row in known.values())
    yield family("plnet_entries", "Entries stored, by the feeds' own counters.", [({}, stored)])

    due = Feed.objects.filter(state=Feed.State.ACTIVE, subscribers__gt=0, next_poll_at__lte=now)
    late = due.aggregate(n=Count("pk"), oldest=Min("next_poll_at"))
    yield family("plnet_feeds_due", "Feeds waiting to be polled.", [({}, late["n"])])
    seconds = (now - late["oldest"]).total_seconds() if late["oldest"] else 0.0
    yield family("plnet_overdue_seconds", "How long the feed that waits longest has been due.", [({}, seconds)])
    waiting = Lookup.objects.filter(due_at__isnull=False).count()
    yield family(
        "plnet_lookups_waiting", "Addresses somebody gave that are still being looked up.", [({}, waiting)]
    )

    recent = Poll.objects.filter(at__gte=now - timedelta(hours=1))
    outcomes = recent.values_list("outcome").annotate(n=Count("pk")).order_by("outcome")
    polls = [({"outcome": outcome}, n) for outcome, n in outcomes]
    yield family("plnet_polls_last_hour", "Visits to feeds in the last hour by outcome.", polls)
    totals = recent.aggregate(new=Sum("entries_new"), size=Sum("size"))
    yield family("plnet_entries_new_last_hour", "Entries that came in the last hour.", [({}, totals["new"] or 0)])
    yield family("plnet_bytes_last_hour", "Decoded bytes fetched in the last hour.", [({}, totals["size"] or 0)])

    beats = [({"part": beat.name}, beat.at.timestamp()) for beat in Heartbeat.objects.order_by("name")]
    yield family("plnet_last_sign_of_life_seconds", "When a part last said that it lives, as Unix time.", beats)


def family(name: str, words: str, samples: Iterable[tuple[Labels, float]]) -> str:
    """One gauge with its samples, as https://prometheus.io/docs/instrumenting/exposition_formats/ wants it."""
    lines = [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        inside = ",".join(f'{key}="{escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{inside}}} {value}" if inside else f"{name} {value}")
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
