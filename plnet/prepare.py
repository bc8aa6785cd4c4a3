"""What must be there before anything starts: tables and static files. Only what is needed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from . import statics


def prepare(say: Callable[[str], object]) -> None:
    """Bring all up to date, saying what takes time; quick when nothing has changed. Raises OperationalError."""
    if migrations_wait():
        say(_("Preparing the database …"))
        call_command("migrate", interactive=False, verbosity=0)
    if statics.changed():
        say(_("Collecting static files …"))
        statics.collect()


def migrations_wait() -> bool:
    """Whether the database is older than the program."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
