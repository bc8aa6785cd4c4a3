"""What a member kept: newest kept first, wherever it came from, even if they follow it no more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from aggregator.models import Entry
from network.models import Source

from . import stories
from .listing import SIZE_FULL, fill_bodies
from .models import Mark
from .timeline import Cursor, Shown, View, place_text, shown_of, with_state

if TYPE_CHECKING:
    from network.models import User

SIZE = 30


def kept_page(user: User, before: Cursor | None, density: str, now: datetime) -> dict[str, Any]:
    """What `kept.html` shows: rows, and the place where older ones begin."""
    size = SIZE_FULL if density == "full" else SIZE
    marks = Mark.objects.filter(stories.kept_once(user), user=user, kept_at__isnull=False)
    if before:
        marks = marks.filter(Q(kept_at__lt=before.at) | Q(kept_at=before.at, pk__lt=before.id))
    found = list(marks.order_by("-kept_at", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size and found[size - 1].kept_at else None
    rows = shown(user, [mark.entry_id for mark in found[:size]])
    dress(rows, density)
    return {
        "shown": rows,
        "density": density,
        "older": place_text(last.kept_at, last.pk) if last and last.kept_at else "",
        "now": now,
    }


def dress(rows: list[Shown], density: str) -> None:
    """With their whole texts, where these are shown; one query."""
    if density == "full":
        fill_bodies(rows)
        for each in rows:
            vars(each.entry)["whole"] = True


def shown(user: User, ids: list[int]) -> list[Shown]:
    """Entries in the order of their ids given."""
    entries = with_state(Entry.objects.filter(pk__in=ids), user).in_bulk()
    return shown_of(View(user, Source.objects.read_by(user)), [entries[pk] for pk in ids if pk in entries])
