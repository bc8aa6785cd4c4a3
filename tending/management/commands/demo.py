"""`manage.py demo`: a made-up member with sixty sources and a year of reading, to look at a living instance."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from network.models import User
from tending.demo.planting import plant

SEED = 60


class Command(BaseCommand):
    help = "Make a member with sixty made-up sources and a year of reading. Nothing is asked of any site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", default="demo", help="the name of the new account (demo)")
        parser.add_argument("--password", default="", help="its password; made up and said when there is none")
        parser.add_argument("--sources", type=int, default=60)
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed makes the same reading")

    def handle(self, *_: Any, **options: Any) -> None:
        name, password = options["user"], options["password"] or secrets.token_urlsafe(9)
        if User.objects.filter(username=name).exists():
            raise CommandError(f"There is a “{name}” already. Say another name: --user NAME")
        first = not User.objects.exists()
        make = User.objects.create_superuser if first else User.objects.create_user
        user = make(name, password=password)
        count = plant(user, max(1, min(options["sources"], 200)), options["seed"], timezone.now())
        self.stdout.write(f"{name} follows {options['sources']} sources with {count:,} pieces.")
        self.stdout.write(f"Log in at {settings.BASE_URL} as {name}, with the password {password}")
