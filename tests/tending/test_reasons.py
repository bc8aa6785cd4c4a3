"""When a source deserves a decision, and that what is known of it can be counted again."""

from __future__ import annotations

from datetime import timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tending.reviewing import told
from tending.reviewing.evidence import MEETS, OPENS, RIPE, WINDOW, Evidence, Seen, add_up, gather
from tending.reviewing.reasons import Numbers, deserves, is_unread, reasons
from tests.reading.roster import NOW

KEYS = {(1, ""), (2, "Ann"), (2, "")}


def seen(entry: int, kind: str, days: float, feed: int = 1, author: str = "") -> Seen:
    return Seen(entry, feed, author, kind, NOW - timedelta(days=days), minutes=4.0)


events = st.builds(
    lambda entry, kind, days: seen(entry, kind, days, entry % 3, "Ann" if entry % 2 else "Bo"),
    st.integers(1, 30),
    st.sampled_from([*MEETS, "bulk", "nonsense"]),
    st.floats(-5, 200),
)


@given(st.lists(events, max_size=80), st.randoms())
def test_every_number_can_be_counted_again_from_the_events_in_any_order(made: list[Seen], random: object) -> None:
    """Counted here the slow way, entry by entry."""
    found = gather(made, KEYS, NOW)
    for feed, author in KEYS:
        mine = [e for e in made if e.feed == feed and author in ("", e.author) and e.kind in MEETS]
        mine = [e for e in mine if NOW - WINDOW <= e.at <= NOW]
        ripe = {e.entry for e in mine if min(o.at for o in mine if o.entry == e.entry) <= NOW - RIPE}
        opened = {e.entry for e in mine if e.entry in ripe and e.kind in OPENS}
        assert found[feed, author] == Evidence(len(ripe), len(opened), 4.0 * len(opened))
    random.shuffle(made)  # type: ignore[attr-defined]
    assert gather(made, KEYS, NOW) == found


def test_opened_by_whatever_way_counts_and_marking_in_bulk_is_no_evidence() -> None:
    shown = [seen(n, "shown", 20) for n in range(6)]
    opens = [seen(n, kind, 1) for n, kind in enumerate(OPENS)]
    assert gather([*shown, *opens, seen(5, "bulk", 1)], KEYS, NOW)[1, ""] == Evidence(6, 5, 20.0)


def test_what_was_shown_this_week_may_still_be_opened() -> None:
    assert gather([seen(1, "shown", 6)], KEYS, NOW)[1, ""] == Evidence()
    assert gather([seen(1, "shown", 8)], KEYS, NOW)[1, ""] == Evidence(1)


def test_of_a_group_only_sums_over_five_members_are_spoken_of() -> None:
    member = {(1, ""): Evidence(10, 2, 8.0), (2, ""): Evidence()}
    assert add_up([member] * 4, 5) == {}
    assert add_up([*[member] * 5, {(2, ""): Evidence(3)}], 5) == {(1, ""): Evidence(50, 10, 40.0)}


def test_a_source_read_at_a_third_is_as_good_as_never_called_unread() -> None:
    """Over all sizes of what was shown, one in a thousand at most; one that is never opened is found soon."""
    sizes = range(10, 201)

    def alarms(n: int, rate: float) -> float:
        each = (comb(n, k) * rate**k * (1 - rate) ** (n - k) * is_unread(Numbers(n, k)) for k in range(n + 1))
        return sum(each)

    assert sum(alarms(n, 0.35) for n in sizes) / len(sizes) <= 0.001
    assert alarms(20, 0.0) == 1
    assert alarms(100, 0.02) > 0.99
    assert not is_unread(Numbers(9, 0))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Numbers(), []),
        (Numbers(gone=True), ["broken"]),
        (Numbers(failing_days=14, failures=10), ["broken"]),
        (Numbers(failing_days=40, failures=9), []),
        (Numbers(shown=40, opened=0, part=0.25, opened_part=0.0), ["unread", "room"]),
        (Numbers(shown=40, opened=20, part=0.25, opened_part=0.08), ["room"]),
        (Numbers(shown=19, opened=19, part=0.25, opened_part=0.0), []),
        (Numbers(pieces=10, copies=6), ["copies"]),
        (Numbers(pieces=9, copies=9), []),
        (Numbers(reuse="Of Ann’s last 12: 9 reuse passages."), ["reuse"]),
    ],
)
def test_reasons_and_where_they_begin(numbers: Numbers, expected: list[str]) -> None:
    assert reasons(numbers) == expected
    assert deserves(expected) == ("broken" in expected or len(expected) > 1)
    assert len(told.sentences(expected, numbers)) == len(expected)


def test_silence_never_proposes() -> None:
    """A source nobody heard of for years, and that was read when it spoke, has no number that could speak."""
    assert not deserves(reasons(Numbers(shown=0, opened=0, minutes=0.0, part=0.0)))
    assert not deserves(reasons(Numbers(shown=3, opened=0)))


def test_the_numbers_of_a_card_are_those_it_speaks_of() -> None:
    numbers = Numbers(1200, 3, 54.04, 0.25, 0.01, pieces=40, copies=31, copy_of="Kofi")
    said = told.sentences(["unread", "room", "copies"], numbers)
    assert said == [
        "Of its pieces 1,200 stood before you in the last half year; you opened 3.",
        "It asks for about 54 minutes a week, 25 % of your whole roster, and has 1 % of the time you give.",
        "31 of its 40 pieces had reached you already, mostly from Kofi.",
    ]
    assert [value for _name, value in told.table(numbers)] == ["1,200", "3", "54.0", "25 %", "1 %", "40", "31"]
    assert told.of_json(numbers.as_json() | {"of_a_later_version": 1}) == numbers
