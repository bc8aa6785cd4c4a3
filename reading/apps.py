"""What a member makes of it: timeline, marks."""

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "reading"
