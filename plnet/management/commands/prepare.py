"""`manage.py prepare`: what `up` does first, for who starts each process by itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from plnet.prepare import prepare


class Command(BaseCommand):
    help = "Bring the database and the static files up to date."

    def handle(self, **_options: Any) -> None:
        try:
            prepare(self.stderr.write)
        except OperationalError as trouble:
            raise CommandError(_("The database cannot be used: %s") % trouble) from trouble
