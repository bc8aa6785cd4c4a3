"""What becomes of sources when two feeds turn out to be one."""

from __future__ import annotations

from .follow import count_subscribers
from .models import Arrival, Source


def merged(old: int, into: int, twins: dict[int, int]) -> None:  # noqa: ARG001
    """Registered in aggregator.merge.when_merged: whoever followed the old feed follows the other.

    A person who had both keeps one source; two people who share a feed keep one each.
    """
    rest = {Source.State.RETIRED: 0, Source.State.PAUSED: 1, Source.State.TRIAL: 2, Source.State.FOLLOWING: 3}
    doubles = {source.person_id: source for source in Source.objects.filter(feed=into)}
    for source in Source.objects.filter(feed=old, person__in=doubles):
        kept = doubles[source.person_id]
        if rest[Source.State(source.state)] > rest[Source.State(kept.state)]:
            kept.state, kept.until, kept.reason = source.state, source.until, source.reason
            kept.save(update_fields=["state", "until", "reason"])
        Arrival.objects.filter(source=source).update(source=kept)
        source.delete()
    Source.objects.filter(feed=old).update(feed=into)
    Arrival.objects.filter(feed=old).update(feed=into)
    count_subscribers([into])


def others_read(old: int, into: int) -> bool:
    """Registered in aggregator.merge.reads_only_the_other."""
    readers = Source.objects.filter(feed=old).values("roster")
    return Source.objects.filter(feed=into).exclude(roster__in=readers).exists()
