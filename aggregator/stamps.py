"""Dates as raw SQL wants them: SQLite stores text, PostgreSQL knows dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

TEXT = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def stamp(moment: datetime | None) -> Any:
    """An aware moment as a parameter of raw SQL."""
    if moment is None or not TEXT:
        return moment
    return str(moment if moment.tzinfo is UTC else moment.astimezone(UTC))[:-6]  # less "+00:00"


def aware(value: Any) -> datetime | None:
    """A date as raw SQL answers it, as an aware moment."""
    if value is None:
        return None
    read: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def moment(seconds: float | None) -> datetime | None:
    """Epoch seconds as an aware moment."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
