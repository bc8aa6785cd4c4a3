"""`manage.py createsuperuser`: Django's own; with the first account of a house comes the starter roster."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.utils import timezone

from network.gathering import starter
from network.models import Roster, User


class Command(createsuperuser.Command):
    """As by the page for the first account: a roster of their own, and the one newcomers choose from."""

    def handle(self, *args: Any, **options: Any) -> None:
        is_first = not User.objects.exists()
        super().handle(*args, **options)
        made = User.objects.filter(is_superuser=True).first() if is_first else None
        if made:
            Roster.objects.mine(made)
            starter.fill(made, timezone.now())
