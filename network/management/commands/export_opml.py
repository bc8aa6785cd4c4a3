"""`manage.py export_opml`: write a member's roster as OPML to standard output."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from network.member import add_user_argument, roster_of
from network.outlining import opml_out


class Command(BaseCommand):
    help = "Write a member's roster as OPML 2.0 to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_user_argument(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        self.stdout.write(opml_out.write(roster_of(options["user"]), timezone.now()).decode(), ending="")
