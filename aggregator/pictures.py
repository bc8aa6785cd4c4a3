"""Pictures of entries through this instance, where that is switched on: fetched when a page shows them, then kept.

Nothing here stands in the database: a picture is a file in the data directory, named by a hash of its address. It
is one by its first bytes, whatever the server calls it, and never one that can act (SVG). See docs/pictures.md.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from .answers import Answer, Fetched, Refused
from .finding.typed import host_of
from .icons import image_type
from .models import Host

LARGEST = 8 * 2**20  # bytes of one
SECONDS = 8.0  # a page's request waits for the outside, in all
AT_ONCE = 4  # of a web process' threads that may wait; plnet/supervise.py starts as many more
KEPT = timedelta(days=30)  # after it was last shown
AFTER_A_MISS, AFTER_A_REFUSAL = 3600, 6 * 3600  # seconds in which nobody asks again: for the picture, of the host
LONGEST_REFUSAL = 7 * 86400
ACCEPT = "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5"

_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many threads wait for pictures as may; ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Bytes that are a picture, and of which kind."""

    content: bytes
    media_type: str


def picture(url: str, now: datetime) -> Picture | None:
    """The picture at an address, from the disk or from where it is; None where there is none to be had."""
    if kept := on_disk(url, now):
        return kept
    if cache.get(missed(url)) or cache.get(missed(host_of(url))) or asks_to_wait(url, now):
        return None
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        return learn(url, ask(url))
    finally:
        _places.release()


def ask(url: str) -> Answer | None:
    """One request, through the only door there is; None when it took too long."""
    from .waiting import answer_to  # here: a site that shows no pictures loads no client

    return answer_to(url, limit=LARGEST, seconds=SECONDS, accept=ACCEPT)


def learn(url: str, answer: Answer | None) -> Picture | None:
    """Keep what came; remember for a while that nothing did."""
    media_type = media_type_of(answer.body) if isinstance(answer, Fetched) else ""
    if isinstance(answer, Fetched) and media_type:
        keep(url, answer.body)
        return Picture(answer.body, media_type)
    if isinstance(answer, Refused) and answer.status in (429, 503):
        seconds = min(max(AFTER_A_REFUSAL, answer.retry_after or 0), LONGEST_REFUSAL)
        cache.set(missed(host_of(url)), True, seconds)
    cache.set(missed(url), True, AFTER_A_MISS)
    return None


def media_type_of(content: bytes) -> str:
    """What the first bytes prove; empty for drawings, pages, and whatever else is no bitmap."""
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return image_type(content)


def asks_to_wait(url: str, now: datetime) -> bool:
    return Host.objects.filter(name=host_of(url), blocked_until__gt=now).exists()


def missed(what: str) -> str:
    return "no-picture-" + hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()


# ---- on the disk


def folder() -> Path:
    return Path(settings.DATA_DIR) / "pictures"


def place_of(url: str) -> Path:
    name = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
    return folder() / name[:2] / name


def on_disk(url: str, now: datetime) -> Picture | None:
    """What was kept; that it was shown today is written down as the file's time."""
    path = place_of(url)
    try:
        content = path.read_bytes()
        if path.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            os.utime(path, (now.timestamp(), now.timestamp()))
    except OSError:  # never there, or swept away just now
        return None
    media_type = media_type_of(content)
    return Picture(content, media_type) if media_type else None


def keep(url: str, content: bytes) -> None:
    """Whole or not at all; on a disk that is full, not at all: the picture is shown all the same."""
    path = place_of(url)
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        half.replace(path)


def sweep(now: datetime) -> int:
    """Files nobody was shown for a month go, then the oldest until all fit in their room; how many went.

    Where the proxy was switched off, all go.
    """
    room = settings.IMAGE_MEGABYTES * 2**20 if settings.IMAGE_PROXY else 0
    oldest, went = (now - KEPT).timestamp(), 0
    for shown_at, size, path in sorted(files(), reverse=True):
        room -= size
        if room < 0 or shown_at < oldest:
            path.unlink(missing_ok=True)
            went += 1
    return went


def files() -> Iterator[tuple[float, int, Path]]:
    """When each was last shown, its bytes, and where it lies."""
    for path in folder().glob("??/*"):
        with suppress(FileNotFoundError):
            facts = path.stat()
            yield facts.st_mtime, facts.st_size, path
