"""What the bell rings for in this room."""

from celery import shared_task
from django.utils import timezone

from . import settling


@shared_task
def settle() -> None:
    settling.settle(timezone.now())
