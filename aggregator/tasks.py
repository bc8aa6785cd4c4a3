"""What the bell rings: one line each. Messages are hints; the database says what is to be done."""

from celery import shared_task
from django.utils import timezone

from . import poll, stories
from .housekeep import run as keep_house

DRAIN_SECONDS = 50.0


@shared_task
def drain() -> None:
    """Poll whatever is due; returns at once when nothing is."""
    poll.run(seconds=DRAIN_SECONDS)


@shared_task
def housekeep() -> None:
    """The small duties of every hour."""
    keep_house(timezone.now())


@shared_task
def join_stories() -> None:
    """See whether what has come is there already through another feed; returns at once when nothing has come."""
    stories.look(timezone.now())
