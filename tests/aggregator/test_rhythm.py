"""How often a feed publishes."""

from datetime import timedelta

import pytest

from aggregator.rhythm import rhythm_of_dates

from .feeds import NOON


def every(days: float, count: int, until=NOON):
    return [until - timedelta(days=days * n) for n in range(count)]


def test_a_daily_feed_has_about_one_a_day():
    assert rhythm_of_dates(every(1, 60), NOON).lately == pytest.approx(1)
    assert rhythm_of_dates(every(1, 60), NOON).usual == pytest.approx(1)


def test_a_monthly_feed_has_about_one_in_thirty_days():
    assert rhythm_of_dates(every(30, 20), NOON).lately == pytest.approx(10 / 270)


def test_silence_lowers_what_is_lately_and_not_what_is_usual():
    old = every(7, 20, NOON - timedelta(days=200))
    assert rhythm_of_dates(old, NOON).lately == pytest.approx(10 / 263)
    assert rhythm_of_dates(old, NOON).usual == pytest.approx(1 / 7)


@pytest.mark.parametrize("dates", [[], [NOON]])
def test_too_little_to_tell_is_no_rhythm(dates):
    assert rhythm_of_dates(dates, NOON).usual == 0


def test_many_entries_with_one_date_do_not_make_an_endless_rhythm():
    assert rhythm_of_dates([NOON] * 10, NOON).usual <= 10 * 24
