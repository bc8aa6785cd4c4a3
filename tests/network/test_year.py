"""A year in 52 bars, and the same in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from network.portraying.writing import WEEKS
from network.portraying.year import bars, sentence, strip

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def weeks(**parts: int) -> list[int]:
    """`weeks(_20=1, _32=0)`: twenty weeks of one, then 32 of none."""
    found: list[int] = []
    for length, count in parts.items():
        found += [count] * int(length.strip("_"))
    assert len(found) == WEEKS
    return found


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (weeks(_52=1), "About weekly."),
        (weeks(_52=7), "About daily."),
        (weeks(_26=2, _26_=0), "About weekly; silent since May."),
        (weeks(_30=4, _22=1), "Several times a week; quieter since June."),
        (weeks(_30=1, _22=4), "Several times a week; more since June."),
        (weeks(_51=0, _1=1), "One piece in the year, in November."),
        (weeks(_52=0), "Nothing for a year; the last was in May 2024."),
        (weeks(_40=0, _12=1), "About weekly."),  # what was before we do not know
    ],
)
def test_the_sentence(counts: list[int], said: str) -> None:
    assert sentence(counts, datetime(2024, 5, 3, tzinfo=UTC), NOW) == said


def test_weeks_without_anything_have_no_bar_and_the_busiest_is_the_tallest() -> None:
    drawn = bars(weeks(_50=0, _1=1, _1_=4))
    assert [bar.height for bar in drawn] == ["14.5", "40.0"]
    assert [bar.x for bar in drawn] == ["572.50", "583.95"]


def test_there_are_twelve_months_below_and_none_where_nothing_was_ever_written() -> None:
    drawn = strip(weeks(_52=1), NOW - timedelta(days=1), NOW)
    assert drawn is not None
    assert [label.month for label in drawn.labels] == (
        ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    )
    assert strip(weeks(_52=0), None, NOW) is None
