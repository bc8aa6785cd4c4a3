"""What the bell rings for in this room."""

from celery import shared_task
from django.utils import timezone

from . import daily
from .novelty.waiting import waiting
from .voices import work as voices


@shared_task
def compare() -> None:
    """What feeds have brought is compared with what their authors wrote before; at once where nothing came."""
    if not waiting().exists():
        return
    from .novelty import work  # numpy: only in the process that works with it

    work.run(timezone.now())


@shared_task
def look() -> None:
    """What is done once a day, some of it each time; returns at once where nothing is due."""
    daily.run(timezone.now())


@shared_task
def find_voices() -> None:
    """Whom one's people point to: looked for once a week, offered once they were looked at; trials end."""
    voices.run(timezone.now())
