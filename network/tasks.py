"""What the bell rings for the network: pauses that are over, and a count that must be right."""

from celery import shared_task
from django.utils import timezone

from . import follow


@shared_task
def keep() -> None:
    """Every hour: bring back whose pause is over, and count followers anew."""
    now = timezone.now()
    follow.end_pauses(now)
    follow.recount(now)
