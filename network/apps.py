"""Who: people, sources, circles, rosters."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "network"

    def ready(self) -> None:
        from aggregator import finish, icons, lookups, merge, profiles

        from . import merging, watch
        from .arriving import arrivals, places
        from .gathering import notes_home, proposals
        from .remembering import repaint

        lookups.when_found.append(arrivals.take_in)
        lookups.when_found.append(proposals.found)
        lookups.when_found.append(watch.found)
        finish.when_filled.append(places.filled)
        profiles.when_looked.append(places.learned)
        icons.when_kept.append(places.portrayed)
        merge.when_merged.append(merging.merged)
        repaint.when_leaving.append(notes_home.copy_home)
        merge.reads_only_the_other.append(merging.others_read)
