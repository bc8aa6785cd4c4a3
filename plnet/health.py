"""`GET /healthz`: is everything well, and if not, what is wrong. No login, so addresses and names go to the log."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aggregator.models import Heartbeat

from .prepare import migrations_wait

log = logging.getLogger("plnet.health")

SILENT_AFTER = timedelta(seconds=120)  # a drain takes up to 50 s, housekeeping a little
CLOCKS_DIFFER = timedelta(seconds=60)
LEAST_FREE = 200 * 2**20  # bytes of the disk the data directory is on


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the instance; `trouble` is a sentence, empty when it is well."""

    name: str
    trouble: str = ""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when all is well, else 503; text, or JSON if only that is accepted. `?part=web` asks for less."""
    wanted = request.GET.getlist("part")
    parts = [part for part in examine(timezone.now()) if not wanted or part.name in wanted]
    status = 503 if any(part.trouble for part in parts) else 200
    if request.accepts("text/plain"):
        lines = "".join(f"{part.name}: {part.trouble or 'ok'}\n" for part in parts)
        return HttpResponse(lines, status=status, content_type="text/plain; charset=utf-8")
    return JsonResponse({part.name: part.trouble or "ok" for part in parts}, status=status)


def examine(now: datetime) -> list[Part]:
    """All parts. What hangs on the database is left out while the database is away."""
    parts = [Part("web"), Part("disk", disk_trouble()), Part("broker", broker_trouble())]
    try:
        parts += database_parts(now)
    except DatabaseError as trouble:
        log.warning("the database cannot be asked: %s", trouble)
        parts.append(Part("database", _("cannot be asked; the log says why")))
    return parts


def database_parts(now: datetime) -> Iterator[Part]:
    behind = migrations_wait()
    yield Part("database", _("is older than the program; run manage.py migrate") if behind else "")
    if not behind:
        beat = Heartbeat.objects.filter(name="drain").first()
        yield Part("worker", worker_trouble(beat.at if beat else None, now))


def worker_trouble(last: datetime | None, now: datetime) -> str:
    """What is wrong with polling, by when it last said that it lives."""
    if last is None:
        return _("has not polled yet")
    if last > now + CLOCKS_DIFFER:
        return _("its clock is ahead of the web server's, or was")
    if last < now - SILENT_AFTER:
        return _("has been silent since %s UTC") % f"{last:%Y-%m-%d %H:%M:%S}"
    return ""


def disk_trouble() -> str:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_FREE:
        return _("only %d MB are free") % (free // 2**20)
    return ""


def broker_trouble() -> str:
    """Of Redis; files in the data directory need no asking."""
    if not settings.REDIS_URL:
        return ""
    import redis  # here, because it is 6 MB that most instances do not need

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
            broker.ping()
    except redis.RedisError as trouble:
        log.warning("the broker cannot be reached: %s", trouble)
        return _("cannot be reached; the log says why")
    return ""
