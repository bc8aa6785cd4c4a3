"""What a member makes of it: timeline, marks."""

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "reading"

    def ready(self) -> None:
        from aggregator import merge
        from network import follow

        from . import merging, watermarks

        follow.when_visible.append(watermarks.open_for)
        merge.when_merged.append(merging.merge)
