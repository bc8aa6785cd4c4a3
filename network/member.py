"""The member a command is for."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError

from .models import Roster, User


def add_user_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--user", required=True, metavar="NAME", help="whose roster")


def roster_of(name: str) -> Roster:
    """The roster of the member of this name; CommandError when there is none."""
    user = User.objects.filter(username__iexact=name).first()
    if user is None:
        raise CommandError(f"Nobody here is called {name}.")
    return Roster.objects.mine(user)
