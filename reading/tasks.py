"""What the bell rings for in this room."""

from celery import shared_task
from django.utils import timezone

from . import settling
from .governing import ruling


@shared_task
def settle() -> None:
    settling.settle(timezone.now())


@shared_task
def rule() -> None:
    """Members' rules look at what has come; returns at once where nobody has one."""
    ruling.apply_new(timezone.now())
