"""When a feed is asked again: the manners as arithmetic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.schedule import DAY, HOUR, WEEK, History, Outcome, Plan, Visit, Why, jitter, plan

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # a Tuesday
GOOD = (Outcome.NEW, Outcome.SAME, Outcome.NOT_MODIFIED)
BAD = tuple(o for o in Outcome if o not in GOOD)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def history(**known: Any) -> History:
    """A healthy feed that publishes many times a day and sends validators."""
    usual: dict[str, Any] = {
        "id": 0,
        "state": "active",
        "interval": HOUR,
        "ttl": 0,
        "skip_hours": 0,
        "skip_days": 0,
        "ever_validated": True,
        "failing_since": None,
        "failures": 0,
        "gone_at": None,
        "per_day": 24.0,
        "newest_at": ago(minutes=30),
        "last_changed_at": ago(minutes=30),
        "created_at": ago(days=400),
        "moved_to": "",
        "moved_count": 0,
        "moved_since": None,
    }
    return History(**(usual | known))


def visit(outcome: Outcome = Outcome.NOT_MODIFIED, at: datetime = NOW, **said: Any) -> Visit:
    return Visit(at=at, outcome=outcome, **said)


def wait(it: Plan, at: datetime = NOW) -> float:
    """Seconds until the next poll."""
    assert it.next_poll_at is not None
    return (it.next_poll_at - at).total_seconds()


def carried_on(before: History, it: Plan) -> History:
    """The history as it stands for the next visit."""
    names = ("state", "interval", "failures", "failing_since", "gone_at", "moved_to", "moved_count", "moved_since")
    return replace(before, **{n: getattr(it, n) for n in names}, host_strikes=it.host_strikes)


# ---- rhythm


def test_a_feed_that_posts_many_times_a_day_is_asked_hourly() -> None:
    it = plan(history(), visit())
    assert (wait(it), it.why_then, it.interval) == (HOUR, Why.RHYTHM, HOUR)


def test_a_feed_that_posts_monthly_is_not_asked_hourly() -> None:
    it = plan(history(per_day=1 / 30, newest_at=ago(hours=2)), visit(Outcome.NEW))
    assert wait(it) >= 2 * DAY


@pytest.mark.parametrize("per_day, hours", [(1.0, 2), (1 / 7, 14), (1 / 30, 60), (1 / 365, 168)])
def test_a_feed_is_asked_twelve_times_between_two_entries_but_weekly_at_least(per_day: float, hours: int) -> None:
    assert plan(history(per_day=per_day), visit()).interval == pytest.approx(hours * HOUR, rel=0.01)


def test_a_busy_feed_newly_found_is_asked_hourly_though_little_of_it_is_known() -> None:
    assert plan(history(per_day=20 / 28, usual_per_day=100.0), visit()).interval == HOUR
    assert plan(history(per_day=20 / 28), visit()).interval > 2 * HOUR


def test_the_longer_a_feed_is_silent_the_less_it_is_asked() -> None:
    waits = [wait(plan(history(newest_at=ago(days=days)), visit())) for days in (0, 1, 5, 20, 60, 400)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (HOUR, WEEK)
    assert plan(history(per_day=0, newest_at=ago(days=400)), visit()).why_then is Why.SLEEPING


def test_a_sleeper_that_wakes_is_asked_by_its_rhythm_again() -> None:
    asleep = plan(history(per_day=0.2, newest_at=ago(days=200)), visit())
    awake = plan(carried_on(history(per_day=0.2), asleep), visit(Outcome.NEW))
    assert (asleep.interval, awake.interval) == (WEEK, 10 * HOUR)


def test_a_new_feed_without_entries_is_asked_hourly_at_first() -> None:
    bare = history(per_day=0, newest_at=None, last_changed_at=None, created_at=ago(minutes=1))
    assert wait(plan(bare, visit(Outcome.SAME))) == HOUR


def test_a_feed_without_validators_that_rarely_changes_is_asked_once_a_day() -> None:
    plain = history(ever_validated=False, per_day=1 / 4)
    assert plan(plain, visit(Outcome.SAME)).why_then is Why.NO_VALIDATOR
    assert wait(plan(plain, visit(Outcome.SAME))) == DAY
    assert wait(plan(plain, visit(Outcome.SAME, validated=True))) == 8 * HOUR
    assert wait(plan(replace(plain, ever_validated=True), visit(Outcome.SAME))) == 8 * HOUR
    assert wait(plan(replace(plain, per_day=24.0), visit(Outcome.SAME))) == HOUR


def test_feeds_of_one_host_are_spread_evenly() -> None:
    minutes = sorted(wait(plan(history(id=n), visit())) / 60 for n in range(1000, 1200))
    assert 60 <= minutes[0] < 61
    assert 74 < minutes[-1] < 75
    assert max(b - a for a, b in pairwise(minutes)) < 0.5


# ---- what the publisher asks for


def test_max_age_is_waited_for_up_to_a_day() -> None:
    assert wait(plan(history(), visit(max_age=5 * HOUR))) == 5 * HOUR
    assert plan(history(), visit(max_age=5 * HOUR)).why_then is Why.MAX_AGE
    assert wait(plan(history(), visit(max_age=40 * DAY))) == DAY


def test_max_age_of_nothing_means_the_default_not_now() -> None:
    assert wait(plan(history(), visit(max_age=0))) == HOUR
    assert wait(plan(history(), visit(max_age=-5))) == HOUR


def test_ttl_is_waited_for_up_to_a_week() -> None:
    assert wait(plan(history(ttl=10 * HOUR), visit())) == 10 * HOUR
    assert plan(history(ttl=10 * HOUR), visit()).why_then is Why.TTL
    assert wait(plan(history(ttl=365 * DAY), visit())) == WEEK
    assert wait(plan(history(ttl=60), visit())) == HOUR


def test_no_request_in_hours_to_be_skipped() -> None:
    it = plan(history(skip_hours=1 << 9 | 1 << 10), visit())
    assert it.next_poll_at == NOW.replace(hour=11, minute=0)
    assert it.why_then is Why.SKIP


def test_no_request_on_days_to_be_skipped() -> None:
    it = plan(history(skip_days=1 << 1 | 1 << 2), visit())
    assert it.next_poll_at == datetime(2026, 11, 26, tzinfo=UTC)


def test_skipping_everything_is_ignored() -> None:
    assert wait(plan(history(skip_hours=2**24 - 1, skip_days=2**7 - 1), visit())) == HOUR


def test_hours_to_be_skipped_are_greenwich_hours_whatever_zone_now_is_in() -> None:
    there = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    assert plan(history(skip_hours=1 << 9), visit(at=there)).next_poll_at == NOW.replace(hour=10, minute=0)


# ---- too many requests, unavailable


def test_429_with_retry_after_blocks_the_host_until_then() -> None:
    it = plan(history(), visit(Outcome.BUSY, retry_after=3 * HOUR))
    assert it.block_host_until == NOW + timedelta(hours=3)
    assert wait(it) == 3 * HOUR
    assert plan(history(), visit(Outcome.BUSY, retry_after=90 * DAY)).block_host_until == NOW + timedelta(days=7)


def test_a_short_retry_after_is_no_reason_to_come_within_the_hour() -> None:
    it = plan(history(interval=2 * HOUR), visit(Outcome.BUSY, retry_after=5))
    assert it.block_host_until == NOW + timedelta(seconds=5)
    assert wait(it) == 2 * HOUR


def test_429_without_retry_after_blocks_the_host_for_four_intervals_doubling_to_a_day() -> None:
    before, hours = history(), []
    for _ in range(5):
        it = plan(before, visit(Outcome.BUSY))
        assert it.block_host_until is not None
        assert it.next_poll_at is not None
        assert it.next_poll_at >= it.block_host_until
        hours.append((it.block_host_until - NOW).total_seconds() / HOUR)
        before = carried_on(before, it)
    assert hours == [4, 8, 16, 24, 24]
    assert plan(before, visit()).host_strikes == 0


def test_503_waits_as_429_but_leaves_the_host_alone() -> None:
    assert wait(plan(history(), visit(Outcome.UNAVAILABLE, retry_after=9 * HOUR))) == 9 * HOUR
    assert wait(plan(history(), visit(Outcome.UNAVAILABLE))) == 4 * HOUR
    assert wait(plan(history(failures=1), visit(Outcome.UNAVAILABLE))) == 8 * HOUR
    assert wait(plan(history(failures=9), visit(Outcome.UNAVAILABLE))) == DAY
    assert plan(history(), visit(Outcome.UNAVAILABLE, retry_after=9 * HOUR)).block_host_until is None


# ---- gone, missing, broken


def test_410_is_confirmed_once_after_a_day_and_then_nothing_more() -> None:
    first = plan(history(), visit(Outcome.GONE))
    assert (first.state, first.gone_at, first.why_then, wait(first)) == ("active", NOW, Why.GONE_ONCE, DAY)
    assert first.next_poll_at is not None
    second = plan(carried_on(history(), first), visit(Outcome.GONE, at=first.next_poll_at))
    assert (second.state, second.next_poll_at, second.why_then) == ("gone", None, Why.GONE)


def test_a_second_410_within_the_day_confirms_nothing() -> None:
    it = plan(history(gone_at=ago(hours=20)), visit(Outcome.GONE))
    assert (it.state, wait(it)) == ("active", 4 * HOUR)


def test_a_feed_that_comes_back_after_410_is_well() -> None:
    it = plan(history(gone_at=ago(days=1), failures=1, failing_since=ago(days=1)), visit(Outcome.NEW))
    assert (it.state, it.gone_at, it.failures, it.failing_since) == ("active", None, 0, None)


@pytest.mark.parametrize("outcome", [Outcome.MISSING, Outcome.FORBIDDEN, Outcome.UNSAFE])
def test_404_is_asked_daily_then_weekly_then_stopped(outcome: Outcome) -> None:
    before, at, days = history(), NOW, []
    it = plan(before, visit(outcome))
    while it.next_poll_at:
        days.append(round(wait(it, at) / DAY))
        before, at = carried_on(before, it), it.next_poll_at
        it = plan(before, visit(outcome, at=at))
    assert days == [1] * 14 + [7] * 11
    assert (it.state, it.why_then) == ("stopped", Why.STOPPED)
    assert at - NOW >= timedelta(days=90)


BROKEN = (Outcome.BROKEN, Outcome.NOT_A_FEED, Outcome.TOO_LARGE, Outcome.CUT_SHORT)


@pytest.mark.parametrize("outcome", BROKEN)
def test_a_broken_feed_is_asked_after_an_hour_doubling_to_a_day_and_one_success_resets(outcome: Outcome) -> None:
    before, hours = history(), []
    for _ in range(7):
        it = plan(before, visit(outcome))
        hours.append(wait(it) / HOUR)
        before = carried_on(before, it)
    assert hours == [1, 2, 4, 8, 16, 24, 24]
    well = plan(before, visit())
    assert (wait(well), well.failures, well.failing_since) == (HOUR, 0, None)


def test_a_broken_feed_is_not_given_up_before_ninety_days() -> None:
    almost = history(failures=200, failing_since=ago(days=89.9))
    assert plan(almost, visit(Outcome.BROKEN)).next_poll_at is not None
    assert plan(replace(almost, failing_since=ago(days=90)), visit(Outcome.BROKEN)).state == "stopped"


def test_an_instance_that_was_away_for_months_does_not_give_up_at_the_first_try() -> None:
    it = plan(history(failures=1, failing_since=ago(days=120)), visit(Outcome.BROKEN))
    assert it.state == "active"


def test_an_unfinished_feed_is_put_aside_for_a_day() -> None:
    it = plan(history(), visit(Outcome.UNFINISHED))
    assert (wait(it), it.why_then) == (DAY, Why.UNFINISHED)


def test_a_stopped_feed_that_answers_is_active_again_and_a_suspended_one_is_not() -> None:
    assert plan(history(state="stopped"), visit()).state == "active"
    assert plan(history(state="suspended"), visit()).state == "suspended"
    assert plan(history(state="suspended"), visit(Outcome.BROKEN)).state == "suspended"


# ---- moving house

NEW_HOME = "https://new.example/feed"


def test_a_move_is_believed_after_three_answers_on_two_days() -> None:
    before = history()
    for hours, adopt in ((0, ""), (2, ""), (4, ""), (16, NEW_HOME)):
        it = plan(before, visit(at=NOW + timedelta(hours=hours), moved_to=NEW_HOME))
        assert it.adopt == adopt, hours
        before = carried_on(before, it)
    assert (it.moved_to, it.moved_count, it.moved_since) == ("", 0, None)


def test_two_answers_days_apart_are_not_enough_to_believe_a_move() -> None:
    it = plan(history(moved_to=NEW_HOME, moved_count=1, moved_since=ago(days=9)), visit(moved_to=NEW_HOME))
    assert (it.adopt, it.moved_count) == ("", 2)


@pytest.mark.parametrize("answer", ["", "https://elsewhere.example/"])
def test_an_answer_from_home_or_elsewhere_begins_the_believing_anew(answer: str) -> None:
    it = plan(history(moved_to=NEW_HOME, moved_count=2, moved_since=ago(days=9)), visit(moved_to=answer))
    assert (it.adopt, it.moved_to, it.moved_count) == ("", answer, 1 if answer else 0)


def test_an_address_too_long_to_keep_is_not_believed() -> None:
    assert plan(history(), visit(moved_to=NEW_HOME + "a" * 2000)).moved_to == ""


def test_a_failure_neither_proves_nor_disproves_a_move() -> None:
    it = plan(history(moved_to=NEW_HOME, moved_count=2, moved_since=ago(days=9)), visit(Outcome.BROKEN))
    assert (it.moved_to, it.moved_count, it.moved_since, it.adopt) == (NEW_HOME, 2, ago(days=9), "")


# ---- hubs


def test_a_feed_with_a_living_hub_is_asked_once_a_day_and_keeps_its_rhythm_in_mind() -> None:
    with_hub = plan(history(hub_live=True), visit())
    assert (wait(with_hub), with_hub.why_then, with_hub.interval) == (DAY, Why.HUB, HOUR)
    assert wait(plan(carried_on(history(), with_hub), visit())) == HOUR


# ---- whatever happens

times = st.integers(0, 400 * DAY).map(lambda s: NOW - timedelta(seconds=s))
histories = st.builds(
    History,
    id=st.integers(1, 2**40),
    state=st.sampled_from(["active", "suspended", "stopped", "gone"]),
    interval=st.integers(0, WEEK),
    ttl=st.integers(0, 30 * DAY),
    skip_hours=st.integers(0, 2**24 - 1),
    skip_days=st.integers(0, 2**7 - 1),
    ever_validated=st.booleans(),
    failing_since=st.none() | times,
    failures=st.integers(0, 500),
    gone_at=st.none() | times,
    per_day=st.floats(0, 500),
    newest_at=st.none() | times | st.just(NOW + timedelta(days=1)),
    last_changed_at=st.none() | times,
    created_at=times,
    moved_to=st.sampled_from(["", NEW_HOME]),
    moved_count=st.integers(0, 5),
    moved_since=st.none() | times,
    usual_per_day=st.floats(0, 500),
    hub_live=st.booleans(),
    host_strikes=st.integers(0, 300),
)
visits = st.builds(
    Visit,
    at=st.integers(0, 10 * DAY).map(lambda s: NOW + timedelta(seconds=s)),
    outcome=st.sampled_from(Outcome),
    retry_after=st.none() | st.integers(0, 400 * DAY),
    max_age=st.none() | st.integers(-5, 400 * DAY),
    moved_to=st.sampled_from(["", NEW_HOME]),
    validated=st.booleans(),
)


@given(histories, visits)
def test_whatever_happens_nothing_is_asked_within_the_hour_or_too_early(h: History, v: Visit) -> None:
    it = plan(h, v)
    if it.next_poll_at is None:
        assert it.state in ("gone", "stopped")
        return
    waited = wait(it, v.at)
    assert waited >= HOUR
    assert waited >= min(h.ttl, WEEK)
    if v.outcome in GOOD:
        assert waited >= min(v.max_age or 0, DAY)
        assert waited >= it.interval
        assert not h.hub_live or waited >= DAY
    elif v.outcome is not Outcome.GONE:
        assert waited >= min(v.retry_after or 0, WEEK)
    if it.block_host_until:
        assert v.outcome is Outcome.BUSY
        assert v.at <= it.block_host_until <= it.next_poll_at
    assert waited <= WEEK + 8 * DAY  # a week, then hours and days to be skipped


@given(histories, visits)
def test_whatever_happens_hours_and_days_to_be_skipped_are_skipped(h: History, v: Visit) -> None:
    then = plan(h, v).next_poll_at
    if then is None:
        return
    assert h.skip_hours == 2**24 - 1 or not h.skip_hours >> then.hour & 1
    assert h.skip_days == 2**7 - 1 or not h.skip_days >> then.weekday() & 1


@given(histories, visits)
def test_whatever_happens_jitter_only_adds_and_never_more_than_an_hour(h: History, v: Visit) -> None:
    h = replace(h, skip_hours=0, skip_days=0)
    then, plainest = plan(h, v).next_poll_at, plan(replace(h, id=0), v).next_poll_at
    if then is None or plainest is None:
        assert then == plainest
        return
    assert 0 <= (then - plainest).total_seconds() < HOUR


@given(histories, visits)
def test_whatever_happens_the_same_again_gives_the_same_plan(h: History, v: Visit) -> None:
    assert plan(h, v) == plan(h, v)


@given(histories, visits)
def test_whatever_happens_nobody_is_given_up_before_their_time(h: History, v: Visit) -> None:
    it = plan(h, v)
    assert it.interval >= HOUR
    if it.state == "stopped":
        assert h.failing_since is not None
        assert v.at - h.failing_since >= timedelta(days=90)
    if it.state == "gone":
        assert h.gone_at is not None
        assert v.outcome is Outcome.GONE
        assert v.at - h.gone_at >= timedelta(days=1)
    if v.outcome in GOOD:
        assert (it.failures, it.failing_since, it.gone_at) == (0, None, None)
    else:
        assert it.failures == h.failures + 1


@given(st.integers(0, 2**62))
def test_jitter_is_a_share(feed_id: int) -> None:
    assert 0 <= jitter(feed_id) < 1
