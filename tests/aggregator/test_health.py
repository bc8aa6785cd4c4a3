"""A feed's health in words."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from aggregator import health
from aggregator.health import next_poll, sentence, state, what_to_do
from aggregator.models import Feed
from aggregator.schedule import Outcome, Why
from aggregator.spans import ahead, before, how_often, span
from tests.aggregator.made import NOW, a_feed, ago

IN_TWO_HOURS = NOW + timedelta(hours=2)


def feed(**columns: Any) -> Feed:
    """A healthy weekly feed that is in no database."""
    usual: dict[str, Any] = {
        "url": "https://blog.example/feed",
        "subscribers": 1,
        "next_poll_at": IN_TWO_HOURS,
        "why_then": "rhythm",
        "last_polled_at": ago(hours=1),
        "last_ok_at": ago(hours=1),
        "last_outcome": "not_modified",
        "newest_at": ago(days=2),
        "usual_per_day": 1 / 7,
    }
    return Feed(**(usual | columns))


def failing(outcome: Outcome, **columns: Any) -> Feed:
    """A feed that has failed for nine days."""
    usual: dict[str, Any] = {"failing_since": ago(days=9), "failures": 9, "last_outcome": outcome.value}
    return feed(**(usual | columns))


def said(it: Feed) -> tuple[str, str]:
    return state(it, NOW), sentence(it, NOW)


# ---- how it is


def test_a_feed_that_answers_and_publishes_is_well() -> None:
    assert said(feed()) == ("well", "Well. About weekly")
    assert said(feed(usual_per_day=0)) == ("well", "Well")


def test_a_feed_never_asked_waits_its_turn() -> None:
    assert said(feed(last_polled_at=None, last_ok_at=None, newest_at=None)) == ("new", "Waiting its turn")


def test_a_feed_silent_for_long_by_its_own_measure_sleeps() -> None:
    assert said(feed(newest_at=ago(days=213))) == ("sleeping", "Sleeping for 7 months; before, about weekly")
    assert said(feed(newest_at=ago(days=30)))[0] == "well"
    assert said(feed(newest_at=ago(days=36)))[0] == "sleeping"
    assert said(feed(newest_at=ago(days=213), usual_per_day=1 / 365))[0] == "well"
    assert said(feed(newest_at=ago(days=22), usual_per_day=3.0))[0] == "sleeping"
    assert said(feed(newest_at=ago(days=20), usual_per_day=3.0))[0] == "well"


def test_a_feed_without_rhythm_sleeps_after_half_a_year() -> None:
    assert said(feed(newest_at=ago(days=100), usual_per_day=0))[0] == "well"
    assert said(feed(newest_at=ago(days=200), usual_per_day=0)) == ("sleeping", "Sleeping for 7 months")


def test_a_feed_that_writes_far_more_than_it_used_to_is_loud() -> None:
    assert said(feed(per_day=31 / 7, earlier_per_day=4 / 7)) == (
        "well",
        "Well, and loud: 31 entries a week; before, 4",
    )
    assert said(feed(per_day=5 / 7, earlier_per_day=1 / 84))[1] == "Well. About weekly"
    assert said(feed(per_day=30.0, earlier_per_day=11.0))[1] == "Well. About weekly"
    assert said(feed(per_day=30.0))[1] == "Well. About weekly"


def test_one_failure_is_no_trouble() -> None:
    it = failing(Outcome.BROKEN, failing_since=ago(hours=2), failures=1)
    assert said(it) == ("well", "Well. About weekly. The last visit failed; it is asked again soon")


def test_a_feed_that_never_answered_is_in_trouble_at_once() -> None:
    it = failing(Outcome.BROKEN, failing_since=ago(minutes=1), failures=1, last_ok_at=None)
    assert said(it) == ("trouble", "In trouble: its server does not answer as it should")


def test_a_feed_that_fails_for_long_says_how_and_for_how_long() -> None:
    assert said(failing(Outcome.MISSING)) == ("trouble", "In trouble for 9 days: its address answers “not found”")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in ("new", "same", "not_modified")])
def test_every_kind_of_trouble_has_words_of_its_own_and_something_to_do(outcome: Outcome) -> None:
    it = failing(outcome)
    assert str(health.TROUBLE[outcome]) in sentence(it, NOW)
    assert what_to_do(it, NOW) == str(health.REMEDY[outcome])
    others = [str(words) for other, words in health.TROUBLE.items() if other != outcome]
    assert str(health.TROUBLE[outcome]) not in others


def test_a_feed_that_is_gone_says_so() -> None:
    it = failing(Outcome.GONE, state="gone", next_poll_at=None)
    assert said(it) == ("trouble", "Gone: the publisher says it will not come back")
    assert next_poll(it, NOW) == "Not asked any more: the publisher says it will not come back."
    assert "What you kept stays" in what_to_do(it, NOW)


def test_a_feed_given_up_says_after_how_long_and_why() -> None:
    it = failing(Outcome.MISSING, state="stopped", next_poll_at=None, failing_since=ago(days=92))
    assert said(it) == ("trouble", "Given up after 3 months: its address answers “not found”")
    assert next_poll(it, NOW) == "Not asked any more: it has failed for too long."


def test_a_feed_nobody_follows_or_that_is_suspended_rests() -> None:
    assert said(feed(subscribers=0)) == ("paused", "At rest: nobody follows it")
    assert said(feed(state="suspended")) == ("paused", "Suspended by the administrator")
    assert next_poll(feed(subscribers=0), NOW) == "Not asked while nobody follows it."
    assert next_poll(feed(state="suspended"), NOW) == "Not asked while the administrator has it suspended."


def test_a_feed_that_moved_says_so_for_some_months() -> None:
    assert sentence(feed(moved_at=ago(days=60)), NOW) == (
        "Well. About weekly. Moved house in September; we followed"
    )
    assert sentence(feed(moved_at=ago(days=100)), NOW) == "Well. About weekly"


# ---- when it is asked next


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_a_sentence(why: Why) -> None:
    it = feed(why_then=why.value, ttl=7200)
    if why in (Why.GONE, Why.STOPPED):
        it.state = why.value
    words = next_poll(it, NOW)
    assert words.endswith(".")
    assert "%" not in words
    assert ("in 2 hours" in words) == (it.state == "active")


def test_the_next_poll_is_explained() -> None:
    assert next_poll(feed(), NOW) == "Asked again in 2 hours: it publishes about weekly."
    assert next_poll(feed(usual_per_day=0), NOW) == "Asked again in 2 hours, while its rhythm is being learnt."
    assert next_poll(feed(why_then="ttl", ttl=4 * 3600), NOW) == (
        "Asked again in 2 hours: its publisher wants 4 hours between two visits."
    )
    assert next_poll(feed(why_then="sleeping", newest_at=ago(days=213)), NOW) == (
        "Asked again in 2 hours: it has been silent for 7 months."
    )


def test_a_reason_of_another_version_is_taken_for_the_rhythm() -> None:
    assert next_poll(feed(why_then="full moon"), NOW) == "Asked again in 2 hours: it publishes about weekly."


def test_a_feed_that_is_due_or_under_way_says_so() -> None:
    assert next_poll(feed(next_poll_at=ago(minutes=1)), NOW) == "Due now; it waits its turn."
    assert next_poll(feed(lease="somebody"), NOW) == "Being asked right now."
    assert next_poll(feed(lease="dead", next_poll_at=ago(minutes=1)), NOW) == "Due now; it waits its turn."
    assert next_poll(feed(next_poll_at=None), NOW) == "Not planned yet."


def test_a_well_feed_needs_nothing_and_a_sleeper_only_patience() -> None:
    assert what_to_do(feed(), NOW) == ""
    assert what_to_do(feed(newest_at=ago(days=213)), NOW).startswith("Nothing: should it wake")


# ---- what it costs


@pytest.mark.django_db
def test_two_thousand_rows_need_no_query_but_their_own(django_assert_num_queries: Any) -> None:
    for columns in ({}, {"state": "gone"}, {"newest_at": ago(days=213)}, {"failing_since": ago(days=9)}):
        a_feed(**columns)
    with django_assert_num_queries(1):
        for it in Feed.objects.only(*health.NEEDS):
            assert sentence(it, NOW)
            assert next_poll(it, NOW)
            what_to_do(it, NOW)


# ---- spans, rhythms, moments


@pytest.mark.parametrize(
    "time, words",
    [
        ({"seconds": 3}, "1 minute"),
        ({"minutes": 89}, "89 minutes"),
        ({"minutes": 91}, "2 hours"),
        ({"hours": 47}, "47 hours"),
        ({"hours": 48}, "2 days"),
        ({"days": 13}, "13 days"),
        ({"days": 14}, "2 weeks"),
        ({"days": 60}, "9 weeks"),
        ({"days": 61}, "2 months"),
        ({"days": 365}, "12 months"),
        ({"days": 800}, "2 years"),
    ],
)
def test_a_span_in_words(time: dict[str, float], words: str) -> None:
    assert span(timedelta(**time)) == words


def test_a_rhythm_in_words() -> None:
    per_day = (24, 3, 1, 0.4, 1 / 7, 1 / 14, 1 / 30, 1 / 90, 1 / 365, 1 / 1000, 0)
    words = [how_often(n) for n in per_day]
    assert words[2:5] == ["about daily", "several times a week", "about weekly"]
    assert words[-1] == ""
    assert len(set(words)) == len(words)


def test_a_moment_that_was() -> None:
    assert [before(ago(days=d), NOW) for d in (0, 1, 4, 20, 60, 400)] == [
        "today", "yesterday", "on Friday", "this month", "in September", "in October 2025",
    ]  # fmt: skip


def test_a_moment_to_come() -> None:
    hours = (0.5, 3, 13, 30, 72, 24 * 20)
    assert [ahead(NOW + timedelta(hours=h), NOW) for h in hours] == [
        "in 30 minutes", "in 3 hours", "later today", "tomorrow", "on Friday", "on 14 December",
    ]  # fmt: skip


def test_days_are_the_readers_days() -> None:
    evening = NOW.replace(hour=23)
    assert before(evening, evening + timedelta(hours=2)) == "yesterday"
    with timezone.override("America/New_York"):
        assert before(evening, evening + timedelta(hours=2)) == "today"


def test_sentences_ask_for_nothing_that_is_not_given() -> None:
    for words in [*health.NEXT.values(), *health.TROUBLE.values(), *health.REMEDY.values()]:
        assert set(re.findall(r"%\((\w+)\)s", str(words))) <= {"when", "rhythm", "silence", "ttl"}
