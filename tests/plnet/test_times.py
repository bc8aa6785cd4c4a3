"""Times as people say them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from plnet.templatetags.times import heading, in_minutes, in_words, short

NOW = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def in_oslo() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Oslo")):
        yield


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (ago(minutes=5), "tonight"),
        (ago(hours=4), "this evening"),
        (ago(hours=8), "this afternoon"),
        (ago(hours=13), "this morning"),
        (ago(hours=20), "early this morning"),
        (ago(hours=23), "last night"),
        (ago(hours=26), "yesterday evening"),
        (ago(hours=45), "early yesterday"),
        (ago(days=3), "on Friday"),
        (ago(days=20), "on 3 November"),
        (ago(days=400), "on 19 October 2025"),
    ],
)
def test_a_moment_in_a_sentence(at: datetime, words: str) -> None:
    assert in_words(at, NOW) == words


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "Today"),
        (1, "Yesterday"),
        (2, "Saturday"),
        (6, "Tuesday"),
        (9, "This month"),
        (40, "October"),
        (700, "December 2024"),
    ],
)
def test_days_have_headings(days: int, name: str) -> None:
    assert heading(ago(days=days), NOW) == name


def test_midnight_is_that_of_the_member() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight in Oslo
    assert heading(late, NOW) == "Today" and short(late, NOW) == "00:30"
    with timezone.override(ZoneInfo("America/New_York")):
        assert heading(late, NOW) == "Yesterday" and short(late, NOW) == "18:30"


def test_in_a_list_the_clock_then_the_date() -> None:
    assert [short(ago(days=days), NOW) for days in (0, 6, 8, 500)] == [
        "22:30",
        "22:30",
        "15 November",
        "11 July 2025",
    ]


def test_it_is_exact_when_one_asks() -> None:
    drawn = Template("{% load times %}{% when at %} {% day at %}").render(Context({"at": ago(days=1), "now": NOW}))
    exact = '<time datetime="2026-11-22T22:30:00+01:00" title="Sunday 22 November 2026, 22:30">'
    assert drawn == f"{exact}22:30</time> {exact}last night</time>"


@pytest.mark.parametrize(("minutes", "words"), [(1, "one minute"), (8, "eight minutes"), (12, "12 minutes")])
def test_minutes_are_written_out(minutes: int, words: str) -> None:
    assert in_minutes(minutes) == words
