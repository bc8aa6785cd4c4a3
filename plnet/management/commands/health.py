"""`manage.py health [PART …]`: what /healthz says, for machines that serve no pages; exit code 1 when not well."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from plnet.health import examine


class Command(BaseCommand):
    help = "Say whether all is well: database, worker, broker, disk. Exit code 1 when something is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("part", nargs="*", help="only these, and the database they are known from")

    def handle(self, *, part: list[str], **_options: Any) -> None:
        asked = [each for each in examine(timezone.now()) if not part or each.name in (*part, "database")]
        for each in asked:
            self.stdout.write(f"{each.name}: {each.trouble or 'ok'}")
        if any(each.trouble for each in asked):
            sys.exit(1)
