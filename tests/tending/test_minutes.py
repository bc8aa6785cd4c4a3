"""What pieces take, week by week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models.entry import WORDS_A_MINUTE
from tending.budget import fitting, words
from tending.budget.minutes import WEEKS, Cost, Piece, by_week, filled, foretold, is_beginning, of_piece, together
from tending.budget.roster import Budget, Share
from tests.reading.roster import NOW


def piece(age: float, minutes: float = 10, **more: Any) -> Piece:
    return Piece(NOW - timedelta(days=age), round(minutes * WORDS_A_MINUTE), **more)


def test_words_audio_and_video_are_minutes_and_nobody_reads_a_book_in_a_feed() -> None:
    assert of_piece(Piece(NOW, 460)) == 2
    assert of_piece(Piece(NOW, 300_000)) == 6000 / 230
    assert of_piece(Piece(NOW, 100, "audio", 1800)) == 30
    assert of_piece(Piece(NOW, 0)) == 0
    assert of_piece(Piece(NOW, 20, "audio")) > 10  # nobody says how long
    assert of_piece(Piece(NOW, 55), least_words=690) == 3


def test_weeks_before_the_oldest_piece_are_not_known() -> None:
    weeks = by_week([piece(1), piece(6), piece(8), piece(20)], NOW - timedelta(days=20), NOW)
    assert weeks[:2] == [20, 10]
    assert weeks[2:] == [None] * (WEEKS - 2)
    assert filled(weeks)[5] == 15
    assert by_week([], None, NOW) == [None] * WEEKS


def test_silence_after_the_oldest_piece_is_known() -> None:
    assert by_week([], NOW - timedelta(days=900), NOW) == [0.0] * WEEKS


def test_three_days_of_a_loud_feed_are_stretched_to_a_week_and_one_piece_of_today_is_not() -> None:
    loud = [piece(n / 2) for n in range(7)]
    assert by_week(loud, loud[-1].at, NOW)[0] == pytest.approx(70 * 7 / 3)
    assert by_week([piece(0.1)], NOW - timedelta(days=0.1), NOW)[0] == 10


def test_what_comes_from_the_future_is_not_counted() -> None:
    weeks = by_week([piece(-3), piece(1)], NOW - timedelta(days=8), NOW)
    assert weeks[0] == 10
    assert by_week([piece(-3)], NOW + timedelta(days=3), NOW) == [None] * WEEKS  # the clock was set back


@given(st.lists(st.floats(0, 180), max_size=60))
def test_no_minute_is_counted_twice_or_lost(ages: list[float]) -> None:
    weeks = by_week([piece(age) for age in ages], NOW - timedelta(days=400), NOW)
    assert sum(each or 0 for each in weeks) == pytest.approx(10 * len(ages))


@given(st.lists(st.one_of(st.none(), st.floats(0, 1000)), min_size=1, max_size=26))
def test_what_is_foretold_lies_between_what_was(weeks: list[float | None]) -> None:
    known = [each for each in weeks if each is not None] or [0.0]
    assert min(known) - 1e-6 <= foretold(weeks) <= max(known) + 1e-6


def test_the_latest_weeks_say_more() -> None:
    assert foretold([10.0] * 4 + [0.0] * 22) > 10 * 4 / 26
    assert foretold([7.0] * 26) == pytest.approx(7)


def test_the_median_and_the_busiest_week_of_feeds_together() -> None:
    cost = together([[10.0] * 26, [0.0] * 25 + [50.0], [None] * 26])
    assert (cost.usual, cost.busiest) == (10, 60)
    assert together([]).usual == 0


@pytest.mark.parametrize("text", ["", "It was a dark night […]", "So it goes… Read more »", "…", "Weiterlesen"])
def test_a_beginning_says_that_it_goes_on(text: str) -> None:
    assert is_beginning(text)
    assert not is_beginning("A whole thought, said in one line.")


# ---- words, bar and changes


def a_budget(costs: list[float], given: int) -> Budget:
    shares = [Share(n, f"Source {n}", cost) for n, cost in enumerate(costs)]
    weeks = [sum(costs)] * 26
    return Budget(Cost(weeks[0], weeks[0], weeks), given, shares, [], {share.pk: share for share in shares})


def test_the_sentence_says_what_is_asked_and_what_is_given() -> None:
    said = words.sentence(a_budget([220.0], 180))
    assert "about 3 hours 40 minutes in a usual week" in said
    assert said.endswith("You have given it 3 hours.")
    assert "given" not in words.sentence(a_budget([220.0], 0))
    assert words.sentence(a_budget([], 175)) == "Your roster asks for nothing yet."
    assert "hardly any time" in words.sentence(a_budget([0.1], 175))


@pytest.mark.parametrize(("minutes", "said"), [(0, "nothing"), (0.3, "less than a minute"), (1, "1 minute")])
def test_spans_of_time_in_words(minutes: float, said: str) -> None:
    assert words.span(minutes) == said
    assert words.span(62) == "1 hour"
    assert words.span(1000) == "17 hours"


def test_the_bar_shows_what_is_too_much() -> None:
    over, under = words.bar(a_budget([220.0], 180)), words.bar(a_budget([90.0], 180))
    assert over and under
    assert (over.inside, over.end, over.too_much) == (484, 592, 107)
    assert (under.inside, under.mark, under.too_much) == (296, 592, 0)
    assert words.bar(a_budget([], 0)) is None


def test_over_means_for_four_weeks() -> None:
    weeks = [200.0, 200.0, 200.0, 10.0, *[200.0] * 22]
    assert not Cost(200, 200, weeks).over(180)
    assert Cost(200, 200, [200.0] * 26).over(180)
    assert not Cost(200, 200, [200.0] * 26).over(0)


def test_three_changes_are_offered_and_each_of_them_fits() -> None:
    budget = a_budget([60.0, 50.0, 40.0, 30.0, 20.0, 20.0], 175)  # 45 too much
    changes = fitting.changes(budget, {0: 0.9, 1: 0.5, 2: 0.1, 3: 0.2})
    assert [[share.pk for share in change.sources] for change in changes] == [[1], [2, 3], []]
    assert all(change.leaves <= 175 for change in changes[:2])
    assert changes[2].minutes_a_day * 7 >= 220
    spared = fitting.changes(budget, {}, spared=range(6))
    assert [change.minutes_a_day for change in spared] == [32]
    assert fitting.changes(a_budget([100.0], 175), {}) == []
