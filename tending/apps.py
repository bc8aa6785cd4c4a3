"""Keeping it in shape: events to reason from, budget, review, mix, goals."""

from django.apps import AppConfig


class TendingConfig(AppConfig):
    name = "tending"

    def ready(self) -> None:
        from aggregator import merge
        from reading import happened

        from . import events

        happened.when_done.append(events.remember)
        merge.when_merged.append(events.merged)
