"""Rounds: what an errand goes through as a whole now and then, and where a long duty goes on the next time."""

from __future__ import annotations

from datetime import datetime, timedelta

from .models import Heartbeat

EVERY = timedelta(minutes=5)


def overdue(name: str, now: datetime) -> bool:
    """Whether nobody has made this round for a while."""
    return not Heartbeat.objects.filter(name=name, at__gt=now - EVERY).exists()


def begin(name: str, now: datetime) -> None:
    """Say that the round is being made, so that no other worker makes it too."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def bookmark(name: str) -> int:
    """The id up to which a duty has come; 0 to begin anew."""
    beat = Heartbeat.objects.filter(name=name).first()
    return int(beat.detail or 0) if beat else 0


def move_bookmark(name: str, upto: int, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "detail": str(upto)})
