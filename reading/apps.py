"""What a member makes of it: timeline, marks."""

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "reading"

    def ready(self) -> None:
        from aggregator import expire, finish, merge, store, stories
        from network import follow
        from network.portraying import writing

        from . import levelling, merging, timeline, watermarks
        from .annotating import noting

        follow.when_visible.append(watermarks.open_for)
        follow.when_visible.append(levelling.level_for)
        stories.when_joined.append(levelling.level)
        finish.when_filled.append(watermarks.open_filled)
        merge.when_merged.append(merging.merge)
        store.when_edited.append(noting.find_again)
        expire.holds.append(watermarks.held)
        expire.holds.append(noting.held)
        expire.when_expired.append(watermarks.expired)
        writing.with_state.append(timeline.with_state)
