"""What the web said: feeds and entries."""

from django.apps import AppConfig


class AggregatorConfig(AppConfig):
    name = "aggregator"
