"""Who: people, sources, circles, rosters."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"

    def ready(self) -> None:
        from aggregator import lookups, merge

        from . import arrivals, merging

        lookups.when_found.append(arrivals.take_in)
        merge.when_merged.append(merging.merged)
        merge.reads_only_the_other.append(merging.others_read)
