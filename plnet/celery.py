"""The bell: the Celery app and its timetable. The database is the queue; a message only says "look"."""

import gc
import os
import warnings
from typing import Any

import click
from celery import Celery, bootsteps, signals
from celery.beat import EmbeddedService, PersistentScheduler
from celery.platforms import SecurityWarning
from celery.schedules import crontab

from aggregator import stopping

from . import orphans

warnings.filterwarnings("ignore", category=SecurityWarning)  # of root and pickles; our messages are empty JSON
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plnet.settings")

app = Celery("plnet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A message nobody took in time is thrown away, so that none pile up behind a long drain. The margin is for
# machines whose clocks differ; a drain that finds nothing due costs a millisecond.
app.conf.beat_schedule = {
    "drain": {"task": "aggregator.tasks.drain", "schedule": 2.0, "options": {"expires": 30}},
    "housekeep": {"task": "aggregator.tasks.housekeep", "schedule": 3600.0, "options": {"expires": 600}},
    "stories": {"task": "aggregator.tasks.join_stories", "schedule": 10.0, "options": {"expires": 30}},
    "rules": {"task": "reading.tasks.rule", "schedule": 10.0, "options": {"expires": 30}},
    "novelty": {"task": "tending.tasks.compare", "schedule": 60.0, "options": {"expires": 60}},
    "look": {"task": "tending.tasks.look", "schedule": 20.0, "options": {"expires": 20}},
    "voices": {"task": "tending.tasks.find_voices", "schedule": 600.0, "options": {"expires": 300}},
    "network": {"task": "network.tasks.keep", "schedule": 3600.0, "options": {"expires": 600}},
    "settle": {
        "task": "reading.tasks.settle",
        "schedule": crontab(hour="3", minute="20"),  # UTC; after a night switched off, at the next start
        "options": {"expires": 3600},
    },
}


class Timetable(PersistentScheduler):
    """Celery's own, but not silent for a year when the clock, which was a year ahead, has been set right."""

    def tick(self, *arguments: Any, **more: Any) -> Any:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # the order of what comes next was made by the wrong clock
        return super().tick(*arguments, **more)


app.conf.beat_scheduler = f"{__name__}:Timetable"


class Bell(bootsteps.StartStopStep):
    """`celery worker --bell`: beat as a thread of the worker. Celery's own `--beat` is a process of 60 MB more."""

    def __init__(self, _worker: Any, bell: bool = False, **_: Any) -> None:
        self.enabled = bell

    def create(self, worker: Any) -> Any:
        return EmbeddedService(worker.app, thread=True, schedule_filename=worker.app.conf.beat_schedule_filename)


class Heir(bootsteps.StartStopStep):
    """A child killed while it waits for work has the lock of the queue for ever; the next one would wait with it.

    So it is taken from the dead: with one child at a time nobody else can have it. Over Redis there is none:
    every child has a queue of its own.
    """

    requires = ("celery.worker.components:Pool",)

    def start(self, worker: Any) -> None:
        pool = worker.pool._pool
        if worker.concurrency == 1 and pool.on_process_down is None:
            pool.on_process_down = lambda _child: free(pool._inqueue._rlock)


def free(lock: Any) -> None:
    """Release a lock, whether anybody has it or not."""
    lock.acquire(block=False)
    lock.release()


app.user_options["worker"].add(click.Option(["--bell"], is_flag=True, help="ring the bell in this worker too"))
app.steps["worker"].add(Bell)
app.steps["worker"].add(Heir)


@signals.setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Being connected is the point: Celery then leaves the logging alone that settings.LOGGING made."""


@signals.worker_shutting_down.connect
def stop_the_drain(**_: Any) -> None:
    """A warm shutdown waits for the running drain, so the drain is told; its pool child shares the flag."""
    stopping.request()


@signals.worker_init.connect
def share_memory(**_: Any) -> None:
    """What is loaded now will not be touched by the garbage collectors of the children, so it stays shared."""
    gc.collect()
    gc.freeze()


@signals.worker_process_init.connect
def leave_no_orphan(**_: Any) -> None:
    """The pool child ends with the worker, however that ends."""
    orphans.die_with_parent()
