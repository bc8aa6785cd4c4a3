"""Acts on one roster in the same moment: nobody waits in a circle, and every act is written down."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from aggregator.merge import merge
from aggregator.models import Feed
from network import states
from network.follow import Wish, follow_many
from network.models import Change, Source

from .members import NOW, a_feed, a_member

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 12


def test_following_turning_and_merging_at_once_all_come_to_an_end() -> None:
    roster = a_member().roster
    feeds = [a_feed() for _ in range(6)]
    follow_many(roster, [Wish(feed) for feed in feeds], NOW)
    spare = [(a_feed(), a_feed()) for _ in range(TIMES)]

    def follow(n: int) -> None:
        follow_many(roster, [Wish(feed, circles=(f"Circle {n}",)) for feed in reversed(feeds)], NOW)

    def turn(n: int) -> None:
        states.turn(list(Source.objects.all()[:6]), ("retired", "following")[n % 2], NOW, reason=f"{n}")

    def join(n: int) -> None:
        old, into = spare[n]
        follow_many(roster, [Wish(old), Wish(into)], NOW)
        merge(Feed.objects.get(pk=old.pk), Feed.objects.get(pk=into.pk), NOW)

    def again_and_again(act: Callable[[int], None]) -> None:
        try:
            for n in range(TIMES):
                act(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(again_and_again, act) for act in (follow, turn, join)]:
            done.result()
    assert Change.objects.filter(act="feeds_joined").count() == TIMES
    for feed in Feed.objects.all():
        assert feed.subscribers == Source.objects.followed().filter(feed=feed).values("roster").distinct().count()
