"""The small duties of every hour."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from aggregator import expire, housekeep, poll, stopping
from aggregator.housekeep import Watch, run
from aggregator.models import Entry, Feed, Heartbeat, Host, Lookup, Poll
from tests.aggregator.days import Days
from tests.aggregator.made import NOW, a_feed, ago, an_entry, findable
from tests.web import Web

pytestmark = pytest.mark.django_db


def a_poll(feed: Feed, outcome: str, **time: float) -> Poll:
    return Poll.objects.create(feed=feed, at=ago(**time), outcome=outcome)


def test_the_poll_log_keeps_a_week_and_two_days_of_visits_that_brought_nothing() -> None:
    feed = a_feed()
    kept = [
        a_poll(feed, "new", days=6.9),
        a_poll(feed, "broken", days=6.9),
        a_poll(feed, "same", days=1.9),
        a_poll(feed, "not_modified", days=1.9),
    ]
    for outcome, days in (("new", 7.1), ("broken", 7.1), ("same", 2.1), ("not_modified", 2.1)):
        a_poll(feed, outcome, days=days)
    assert run(NOW).polls == 4
    assert set(Poll.objects.all()) == set(kept)


def test_a_long_poll_log_goes_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeep, "ROWS_AT_ONCE", 2)
    feed = a_feed()
    for _ in range(5):
        a_poll(feed, "new", days=8)
    assert housekeep.trim_polls(NOW, Watch(10)) == 5


def test_a_round_without_time_does_nothing_long() -> None:
    feed = a_feed()
    a_poll(feed, "new", days=8)
    done = run(NOW, seconds=0)
    assert (done.polls, done.recounted) == (0, 0)
    assert Poll.objects.count() == 1


def test_lookups_go_a_month_after_they_were_answered() -> None:
    Lookup.objects.create(address="old", asked_at=ago(days=31), state="found")
    Lookup.objects.create(address="waiting", asked_at=ago(days=31), due_at=NOW)
    Lookup.objects.create(address="new", asked_at=ago(days=29), state="found")
    assert run(NOW).lookups == 1
    assert set(Lookup.objects.values_list("address", flat=True)) == {"waiting", "new"}


def test_heartbeats_that_stopped_and_old_complaints_go() -> None:
    Heartbeat.objects.create(name="an old worker", at=ago(days=31))
    Heartbeat.objects.create(name="drain", at=ago(days=1))
    Host.objects.create(name="old.example", blocked_until=ago(days=31), strikes=3)
    Host.objects.create(name="new.example", blocked_until=ago(days=1), strikes=3)
    run(NOW)
    assert not Heartbeat.objects.filter(name="an old worker").exists()
    assert Heartbeat.objects.filter(name="drain").exists()
    assert Host.objects.get().name == "new.example"


def test_rhythms_fade_with_silence_and_what_drifted_is_counted_again() -> None:
    feed = a_feed(entry_count=77, per_day=1.0)
    for days in (200, 190, 180):
        last = an_entry(feed, sorted_at=ago(days=days))
    assert run(NOW).recounted == 1
    feed.refresh_from_db()
    assert (feed.entry_count, feed.last_entry, feed.newest_at) == (3, last.pk, ago(days=180))
    assert feed.per_day == pytest.approx(3 / 200)
    assert feed.usual_per_day == pytest.approx(2 / 20)


def test_how_often_it_wrote_before_is_counted_where_we_hold_entries_of_then() -> None:
    before, silent, fresh = a_feed(), a_feed(), a_feed()
    for days in (1, 30, 40, 111, 113, 200):
        an_entry(before, sorted_at=ago(days=days))
    for days in (1, 2, 200):
        an_entry(silent, sorted_at=ago(days=days))
    for days in (1, 30):
        an_entry(fresh, sorted_at=ago(days=days))
    run(NOW)
    said = dict(Feed.objects.values_list("pk", "earlier_per_day"))
    assert said == pytest.approx({before.pk: 3 / 84, silent.pk: 1 / 84, fresh.pk: 0})


def test_every_feed_is_counted_again_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeep, "FEEDS_AT_ONCE", 2)
    feeds = [a_feed(entry_count=9) for _ in range(5)]
    counts = []
    for _ in range(3):
        run(NOW)
        counts.append(Feed.objects.filter(entry_count=0).count())
    assert counts == [2, 4, 5]
    Feed.objects.update(entry_count=9)
    run(NOW)
    feeds[0].refresh_from_db()
    assert feeds[0].entry_count == 0


def test_nothing_expires_unless_the_instance_says_so(settings: Any) -> None:
    an_entry(a_feed(), arrived_at=ago(days=9999))
    settings.KEEP_DAYS = 0
    assert run(NOW).expired == 0


class Steps(Watch):
    """Time for so many steps."""

    def __init__(self, count: int) -> None:
        self.left = count

    def over(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_old_entries_expire_step_by_step_over_rounds(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEEP_DAYS = 90
    monkeypatch.setattr(expire, "AT_ONCE", 2)
    feed = a_feed()
    entries = [an_entry(feed).pk for _ in range(5)]

    def hold(ids: list[int]) -> set[int]:
        return set(entries[:2]) & set(ids)

    monkeypatch.setattr(expire, "holds", [hold])
    rounds = [housekeep.expire_some(NOW, Steps(1)) for _ in range(4)]
    assert rounds == [0, 2, 1, 0]  # the first two are held, the last is alone, then it begins anew
    assert list(Entry.objects.values_list("pk", flat=True)) == entries[:2]


def test_the_search_index_is_merged_and_still_finds_everything() -> None:
    feed = a_feed()
    entries = {an_entry(feed).pk for _ in range(30)}
    run(NOW)
    assert findable() == entries


def test_the_planner_knows_how_large_things_are() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL analyses by itself")
    an_entry(a_feed())
    run(NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'aggregator_entry'")
        assert cursor.fetchone()[0] > 0


def test_a_round_ends_when_the_program_is_asked_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "requested", lambda: True)
    assert Watch(100).over()


def test_a_round_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        an_entry(a_feed())
    with django_assert_max_num_queries(90):
        run(NOW + timedelta(hours=1))


def analysed() -> bool:
    """Whether the planner has looked at the entries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        return bool(cursor.fetchone()[0])


def test_the_planner_looks_anew_after_an_import(days: Days, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL analyses by itself")
    assert not analysed()
    monkeypatch.setattr(poll, "MANY_NEW", 3)
    for ages, seen in (((1, 2), False), ((1, 2, 3), True)):
        web.page("/feed", days.rss(*ages))
        feed = days.feed()
        days.poll()
        assert analysed() is seen
        feed.delete()
