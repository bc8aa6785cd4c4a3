"""Rounds: what an errand goes through as a whole now and then, to see whether anything is to be done."""

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
