"""Dates as they are written in feeds, and what is believed of them."""

from datetime import UTC, datetime

import pytest

from aggregator.parsing import dates

NOW = datetime(2024, 6, 1, tzinfo=UTC).timestamp()


def at(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Mon, 20 May 2024 10:20:30 GMT", at(2024, 5, 20, 10, 20, 30)),
        ("Mon, 20 May 2024 10:20:30 +0200", at(2024, 5, 20, 8, 20, 30)),
        ("Mon, 20 May 2024 10:20:30 EST", at(2024, 5, 20, 15, 20, 30)),
        ("Mon, 20 May 2024 10:20:30 -05:30", at(2024, 5, 20, 15, 50, 30)),
        ("20 May 24 10:20 Z", at(2024, 5, 20, 10, 20)),
        ("Lundi, 20 May 2024 10:20:30 GMT+2", at(2024, 5, 20, 8, 20, 30)),
        ("Mon, 20 May 2024", at(2024, 5, 20)),
        ("Monday, 20-May-24 10:20:30 GMT", at(2024, 5, 20, 10, 20, 30)),
        ("Mon, 20 May 2024 24:00:00 GMT", at(2024, 5, 21)),
        ("20 May 2024 01:20 PM", at(2024, 5, 20, 13, 20)),
        ("2024-05-20T10:20:30Z", at(2024, 5, 20, 10, 20, 30)),
        ("2024-05-20T10:20:30.123456+02:00", at(2024, 5, 20, 8, 20, 30)),
        ("2024-05-20 10:20:30 +0200", at(2024, 5, 20, 8, 20, 30)),
        ("2024-05-20 10:20:30 UTC", at(2024, 5, 20, 10, 20, 30)),
        ("2024-05-20T10:20-07", at(2024, 5, 20, 17, 20)),
        ("2024-05-20", at(2024, 5, 20)),
        ("2024-05", at(2024, 5, 1)),
        ("Mon May 20 10:20:30 2024", at(2024, 5, 20, 10, 20, 30)),
        (" 2024-05-20T10:20:30Z\n", at(2024, 5, 20, 10, 20, 30)),
    ],
)
def test_dates_in_any_sane_form_are_read(written: str, meant: float) -> None:
    assert dates.parse(written) == meant


@pytest.mark.parametrize(
    "written",
    ["", "1", "yesterday", "12:30", "May", "20240", "2024-13-01", "31 Feb 2024 10:00:00 GMT", "32 May 2024",
     "x" * 500,
     "Mon, 20 Foo 2024 10:20:30 GMT", "2024-05-20T99:00:00Z", "20/05/2024", "1716200430"],
)  # fmt: skip
def test_what_is_no_date_is_none(written: str) -> None:
    assert dates.parse(written) is None


@pytest.mark.parametrize(
    "written", ["Thu, 01 Jan 1970 00:00:00 GMT", "2500-01-01T00:00:00Z", "1899-12-30", "0001-01-01"]
)
def test_dates_no_feed_can_mean_are_not_believed(written: str) -> None:
    assert dates.believed(dates.parse(written), NOW) is None


def test_a_date_somewhat_ahead_is_kept_for_the_store_to_judge() -> None:
    ahead = dates.parse("2025-01-01T00:00:00Z")
    assert dates.believed(ahead, NOW) == ahead
