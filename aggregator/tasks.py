"""What the bell rings: one line each. Messages are hints; the database says what is to be done."""

from celery import shared_task
from django.utils import timezone

DRAIN_SECONDS = 50.0


@shared_task
def drain() -> None:
    """Poll whatever is due; returns at once when nothing is."""
    from . import poll

    poll.run(seconds=DRAIN_SECONDS)


@shared_task
def housekeep() -> None:
    """Small hourly duties: expire, trim the poll log, merge the search index, plan the database."""
    from .housekeep import run

    run(timezone.now())
