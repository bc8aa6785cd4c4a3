"""Acts upon what a search finds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from aggregator.models import Entry

from .. import marks
from ..models import Undo, Watermark
from . import search
from .searched import Ask

if TYPE_CHECKING:
    from network.models import User

MOST = 1000  # entries marked at once


@transaction.atomic
def mark_read(user: User, ask: Ask, top: str, now: datetime) -> Undo | None:
    """Mark read what a search finds first, up to the highest id that was there when it was shown."""
    newest = ask.order == "newest"
    found = search.matches(user, ask.wanted, now, newest_first=newest, size=MOST)
    upto = int(top) if top.isascii() and top.isdigit() and len(top) < 19 else 0
    ids = [each.pk for each in found.entries if each.pk <= upto and not each.is_read]  # type: ignore[attr-defined]
    feeds = {each.feed_id for each in found.entries}
    for feed in sorted(feeds):
        Watermark.objects.get_or_create(user=user, feed_id=feed)
    list(Watermark.objects.select_for_update().filter(user=user, feed__in=feeds).order_by("feed"))
    before, inserted = marks.mark_all(user, Entry.objects.filter(pk__in=ids), now)
    if not (before or inserted):
        return None
    return Undo.objects.create(user=user, at=now, words="", marks=before, inserted=inserted)
