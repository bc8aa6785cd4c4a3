"""Old entries go, and who is told."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from aggregator import expire
from aggregator.expire import step
from aggregator.models import Enclosure, Entry, EntryBody, Expired, Feed
from aggregator.parsing.hashes import uid_hash
from tests.aggregator.made import NOW, a_feed, ago, an_entry, findable, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def seam() -> Iterator[dict[str, Any]]:
    """A room above: `held` are entry ids it spares, `told` is what it heard went, with what still stood then."""
    room: dict[str, Any] = {"held": set(), "told": [], "asked": []}

    def hold(ids: list[int]) -> set[int]:
        room["asked"].append(ids)
        held: set[int] = room["held"]
        return set(ids) & held

    def hear(gone: dict[int, list[int]]) -> None:
        room["told"].append((gone, Entry.objects.filter(feed__in=gone).count()))

    expire.holds.append(hold)
    expire.when_expired.append(hear)
    yield room
    expire.holds.remove(hold)
    expire.when_expired.remove(hear)


def left(feed: Feed) -> set[str]:
    return set(Entry.objects.filter(feed=feed).values_list("uid", flat=True))


def test_an_old_entry_that_left_its_feed_goes_with_all_that_belongs_to_it() -> None:
    feed = a_feed(entry_count=2, window=standing("b"))
    an_entry(feed, "a")
    stays = an_entry(feed, "b")
    assert step(0, 90, NOW).expired == 1
    assert left(feed) == {"b"}
    assert findable() == {stays.pk}
    assert [model.objects.count() for model in (EntryBody, Enclosure)] == [1, 1]
    assert Expired.objects.get().uid_hash == uid_hash("a")
    feed.refresh_from_db()
    assert feed.entry_count == 1


def test_an_entry_is_as_old_as_its_arrival_not_as_its_date() -> None:
    feed = a_feed()
    an_entry(feed, "old date", sorted_at=ago(days=4000), arrived_at=ago(days=89))
    an_entry(feed, "old", sorted_at=ago(days=91), arrived_at=ago(days=91))
    assert step(0, 90, NOW).expired == 0 + 1
    assert left(feed) == {"old date"}


def test_an_entry_somebody_holds_stays(seam: dict[str, Any]) -> None:
    feed = a_feed(entry_count=2)
    kept, gone = an_entry(feed, "kept"), an_entry(feed, "gone")
    seam["held"] = {kept.pk}
    assert step(0, 90, NOW).expired == 1
    assert left(feed) == {"kept"}
    assert seam["asked"] == [[kept.pk, gone.pk]]


def test_rooms_above_are_told_what_goes_while_it_still_stands(seam: dict[str, Any]) -> None:
    feed, other = a_feed(entry_count=2), a_feed(entry_count=1)
    a, b, c = an_entry(feed, "a"), an_entry(other, "b"), an_entry(feed, "c")
    step(0, 90, NOW)
    assert seam["told"] == [({feed.pk: [a.pk, c.pk], other.pk: [b.pk]}, 3)]


def test_a_room_that_fails_keeps_everything() -> None:
    feed = a_feed(entry_count=1)
    an_entry(feed, "a")

    def fail(_: object) -> None:
        raise RuntimeError

    expire.when_expired.append(fail)
    try:
        with pytest.raises(RuntimeError):
            step(0, 90, NOW)
    finally:
        expire.when_expired.remove(fail)
    assert left(feed) == {"a"}
    assert not Expired.objects.exists()


def test_a_feed_that_is_being_visited_is_left_alone_until_its_lease_ends() -> None:
    feed = a_feed(lease="somebody", next_poll_at=NOW + timedelta(minutes=1))
    an_entry(feed, "a")
    assert step(0, 90, NOW).expired == 0
    assert step(0, 90, NOW + timedelta(minutes=2)).expired == 1


def test_steps_go_on_where_the_last_one_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expire, "AT_ONCE", 2)
    feed = a_feed(entry_count=5)
    old = [an_entry(feed) for _ in range(3)]
    an_entry(feed, arrived_at=ago(days=1))
    steps = [step(0, 90, NOW)]
    while steps[-1].more:
        steps.append(step(steps[-1].upto, 90, NOW))
    assert [s.expired for s in steps] == [2, 1, 0]
    assert steps[0].upto == old[1].pk
    assert Entry.objects.count() == 1


def test_a_counter_that_has_drifted_does_not_fall_below_nothing() -> None:
    feed = a_feed(entry_count=0)
    an_entry(feed, "a")
    step(0, 90, NOW)
    feed.refresh_from_db()
    assert feed.entry_count == 0


def test_a_step_asks_as_much_for_many_as_for_one(django_assert_max_num_queries: Any) -> None:
    feed = a_feed(entry_count=100)
    for _ in range(100):
        an_entry(feed)
    with django_assert_max_num_queries(32):  # sixteen of them asked by the rooms above
        assert step(0, 90, NOW).expired == 100
