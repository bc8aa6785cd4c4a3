"""What a member makes of it: timeline, marks."""

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "reading"

    def ready(self) -> None:
        from aggregator import expire, finish, merge
        from network import follow, writing

        from . import merging, timeline, watermarks

        follow.when_visible.append(watermarks.open_for)
        finish.when_filled.append(watermarks.open_filled)
        merge.when_merged.append(merging.merge)
        expire.holds.append(watermarks.held)
        expire.when_expired.append(watermarks.expired)
        writing.with_state.append(timeline.with_state)
