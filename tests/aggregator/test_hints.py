"""What headers say about when to come back and where else to look."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetching import hints

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC).timestamp()
DAY, WEEK = 86400, 7 * 86400


@pytest.mark.parametrize(
    ("header", "date", "seconds"),
    [
        ("120", "", 120),
        (" 3600 ", "", 3600),
        ("0", "", None),
        ("-5", "", None),
        ("1.5", "", None),
        ("soon", "", None),
        ("", "", None),
        ("٣", "", None),  # a digit, but not one HTTP knows
        ("99999999999999999999999", "", WEEK),
        ("Sun, 03 May 2026 12:10:00 GMT", "", 600),
        ("Sunday, 03-May-26 12:10:00 GMT", "", 600),
        ("Sun May  3 12:10:00 2026", "", 600),
        ("Sun, 03 May 2026 11:59:59 GMT", "", None),
        ("Fri, 03 May 2126 12:00:00 GMT", "", WEEK),
        ("Sun, 03 May 2026 12:10:00 GMT", "Sun, 03 May 2026 12:09:00 GMT", 60),
        ("Mon, 04 May 2026 12:01:00 GMT", "Mon, 04 May 2026 12:00:00 GMT", 60),  # their clock is a day ahead
        ("Sun, 03 May 2026 12:10:00 GMT", "nonsense", 600),
        ("Sun, 99 May 2026 12:10:00 GMT", "", None),
        ("Sun, 03 May 0000 12:10:00 GMT", "", None),
    ],
)
def test_retry_after_is_seconds_by_our_clock(header: str, date: str, seconds: int | None) -> None:
    assert hints.retry_after(header, date, NOW) == seconds


@pytest.mark.parametrize(
    ("cache_control", "expires", "date", "seconds"),
    [
        ("max-age=3600", "", "", 3600),
        ("public, MAX-AGE=3600, immutable", "", "", 3600),
        ('max-age="600"', "", "", 600),
        ("s-maxage=60, max-age = 120", "", "", 120),
        ("s-maxage=60", "", "", None),
        ("max-age=999999999999999", "", "", DAY),
        ("max-age=0", "", "", None),
        ("no-cache, max-age=60", "", "", None),
        ("no-store", "Sun, 03 May 2026 13:00:00 GMT", "", None),
        ("max-age=0", "Sun, 03 May 2026 13:00:00 GMT", "", None),
        ("max-age=x", "", "", None),
        ("public", "Sun, 03 May 2026 13:00:00 GMT", "", 3600),
        ("", "Sun, 03 May 2026 13:00:00 GMT", "Sun, 03 May 2026 12:30:00 GMT", 1800),
        ("", "Mon, 04 May 2026 13:00:00 GMT", "Mon, 04 May 2026 12:00:00 GMT", 3600),
        ("", "Sun, 03 May 2026 11:00:00 GMT", "", None),
        ("", "Sun, 03 May 2027 11:00:00 GMT", "", DAY),
        ("", "0", "", None),
        ("", "-1", "", None),
        ("", "", "", None),
    ],
)
def test_max_age_is_what_the_publisher_promises(
    cache_control: str, expires: str, date: str, seconds: int | None
) -> None:
    assert hints.max_age(cache_control, expires, date, NOW) == seconds


@given(st.text(), st.text(), st.text())
def test_no_header_can_break_the_hints(one: str, two: str, three: str) -> None:
    assert (hints.retry_after(one, two, NOW) or 1) > 0
    assert (hints.max_age(one, two, three, NOW) or 1) > 0
    hints.links([one, two, f"<{three}>; rel={one}"], "https://a.example/")


def links(*headers: str) -> list[tuple[str, str, str]]:
    return hints.links(list(headers), "https://a.example/blog/feed")


def test_links_are_read_with_their_kind_and_made_absolute() -> None:
    assert links(
        '<https://hub.example/>; rel="hub", </blog/feed>; rel=self; type="Application/Atom+XML"',
        '<more>; REL="Alternate next"; title="a, b; c"; type=text/html',
    ) == [
        ("hub", "https://hub.example/", ""),
        ("self", "https://a.example/blog/feed", "application/atom+xml"),
        ("alternate", "https://a.example/blog/more", "text/html"),
        ("next", "https://a.example/blog/more", "text/html"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        "<https://a.example/>",
        "<javascript:alert(1)>; rel=hub",
        '<https://b.example/>; rel=hub; anchor="https://c.example/"',
        "<http://[>; rel=hub",
        "https://a.example/; rel=hub",
    ],
)
def test_what_is_no_link_to_follow_is_left_out(header: str) -> None:
    assert links(header) == []


def test_a_link_with_a_comma_in_it_is_one_link() -> None:
    assert links("<https://a.example/x,y;z>; rel=hub") == [("hub", "https://a.example/x,y;z", "")]


def test_no_more_than_a_hundred_links_are_taken() -> None:
    assert len(links(", ".join(f"</{n}>; rel=hub" for n in range(1000)))) == 100
