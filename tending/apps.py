"""Keeping it in shape: events to reason from, budget, review, mix, goals."""

from django.apps import AppConfig


class TendingConfig(AppConfig):
    name = "tending"

    def ready(self) -> None:
        from aggregator import expire, finish, merge, store
        from reading import happened

        from . import events
        from .budget import weighing
        from .novelty import changes

        happened.when_done.append(events.remember)
        merge.when_merged.append(events.merged)
        merge.when_merged.append(changes.merged)
        store.when_edited.append(changes.edited)
        expire.when_expired.append(changes.expired)
        finish.when_filled.append(weighing.newcomers)
