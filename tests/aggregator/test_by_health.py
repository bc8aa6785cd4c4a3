"""Lists filtered by health agree with what each row says of itself."""

from itertools import product
from typing import get_args

import pytest

from aggregator import health
from aggregator.desk.by_health import in_state, loud, moved
from aggregator.models import Feed
from tests.aggregator.made import NOW, a_feed, ago

STANDINGS = [
    {"state": "active"}, {"state": "suspended"}, {"state": "stopped"}, {"state": "gone"}, {"subscribers": 0},
    {"last_polled_at": None}, {"last_polled_at": None, "last_ok_at": None, "failures": 1},
]  # fmt: skip
FAILURES = [
    {}, {"failing_since": ago(hours=1), "failures": 1}, {"failing_since": ago(hours=5), "failures": 3},
    {"failing_since": ago(days=2), "failures": 2}, {"failing_since": ago(hours=1), "gone_at": ago(hours=1)},
    {"failing_since": ago(hours=1), "last_outcome": "unfinished"},
    {"failing_since": ago(hours=1), "last_ok_at": None},
]  # fmt: skip
RHYTHMS = [
    {"newest_at": newest, "usual_per_day": usual}
    for newest, usual in product(
        (None, ago(days=2), ago(days=20), ago(days=22), ago(days=34), ago(days=36), ago(days=190)),
        (0.0, 1 / 365, 1 / 7, 3.0),
    )
]


@pytest.mark.django_db
def test_every_feed_is_in_the_list_of_its_own_state_and_no_other() -> None:
    for standing, failure, rhythm in product(STANDINGS, FAILURES, RHYTHMS):
        a_feed(**(rhythm | failure | standing))
    said: dict[str, set[int]] = {name: set() for name in get_args(health.State)}
    for feed in Feed.objects.all():
        said[health.state(feed, NOW)].add(feed.pk)
    assert all(said.values())
    for name in get_args(health.State):
        assert set(in_state(Feed.objects.all(), name, NOW).values_list("pk", flat=True)) == said[name], name


@pytest.mark.django_db
def test_the_loud_and_the_moved_are_those_that_say_so() -> None:
    for lately, before in product((0.0, 0.9, 1.0, 3.0, 30.0), (0.0, 0.1, 1.0, 1.01, 10.0)):
        a_feed(per_day=lately, earlier_per_day=before)
    for days in (1, 89, 91):
        a_feed(moved_at=ago(days=days))
    feeds = Feed.objects.all()
    is_loud = {feed.pk for feed in feeds if health.is_loud(feed)}
    has_moved = {feed.pk for feed in feeds if health.moved_lately(feed, NOW)}
    assert (len(is_loud), len(has_moved)) == (7, 2)
    assert set(feeds.filter(loud()).values_list("pk", flat=True)) == is_loud
    assert set(feeds.filter(moved(NOW)).values_list("pk", flat=True)) == has_moved
