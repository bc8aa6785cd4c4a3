"""Up to which entry all is there, for whoever goes through what has come in the order of the ids."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from .models import Entry

LAG = timedelta(seconds=15)  # PostgreSQL gives ids before it shows rows: what is older than this is all there


def upto(now: datetime) -> int:
    """The highest entry id below which nothing can still come."""
    entries = Entry.objects.order_by("-pk")
    if connection.vendor != "sqlite":
        entries = entries.filter(arrived_at__lte=now - LAG)
    return entries.values_list("pk", flat=True).first() or 0
