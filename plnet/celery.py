"""The bell: the Celery app and its timetable. The database is the queue; a message only says "look"."""

import os
from importlib.util import find_spec
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

from aggregator import stopping

from . import orphans

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plnet.settings")

app = Celery("plnet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A message nobody took in time is thrown away, so that none pile up behind a long drain. The margin is for
# machines whose clocks differ; a drain that finds nothing due costs a millisecond.
app.conf.beat_schedule = {
    "drain": {"task": "aggregator.tasks.drain", "schedule": 2.0, "options": {"expires": 30}},
    "housekeep": {"task": "aggregator.tasks.housekeep", "schedule": 3600.0, "options": {"expires": 600}},
}
if find_spec("reading.tasks"):
    app.conf.beat_schedule["settle"] = {
        "task": "reading.tasks.settle",
        "schedule": crontab(hour="3", minute="20"),  # UTC; after a night switched off, at the next start
        "options": {"expires": 3600},
    }


@signals.setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Being connected is the point: Celery then leaves the logging alone that settings.LOGGING made."""


@signals.worker_shutting_down.connect
def stop_the_drain(**_: Any) -> None:
    """A warm shutdown waits for the running drain, so the drain is told; its pool child shares the flag."""
    stopping.request()


@signals.worker_process_init.connect
@signals.beat_embedded_init.connect
def leave_no_orphan(**_: Any) -> None:
    """The pool child and the embedded beat end with the worker, however it ends."""
    orphans.die_with_parent()
