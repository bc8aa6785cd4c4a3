"""The bell: the Celery app and its timetable. The database is the queue; a message only says "look"."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plnet.settings")

app = Celery("plnet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
