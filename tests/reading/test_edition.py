"""Choosing an edition: what holds whatever the candidates are."""

import random
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from reading.edition import SECONDS, Candidate, Chosen, choose

HOUR = 3600.0


def candidate(entry: int, person: int = 0, minutes: int = 4, silence: int = 1, **more: object) -> Candidate:
    fields = {"at": -entry * HOUR, "medium": "text"} | more
    return Candidate(entry, person or entry, minutes, silence=silence, **fields)  # type: ignore[arg-type]


def ids(chosen: Chosen) -> list[int]:
    return [piece.entry for piece in chosen.pieces]


shelves = some.lists(
    some.builds(
        Candidate,
        entry=some.integers(1, 10_000),
        person=some.integers(1, 12),
        minutes=some.integers(1, 90),
        at=some.floats(0, 1e9),
        silence=some.integers(0, 400),
        medium=some.sampled_from(["text", "audio", "video"]),
    ),
    max_size=60,
    unique_by=lambda each: each.entry,
)


@given(shelves, some.integers(1, 180))
def test_the_minutes_are_never_more_than_there_are_unless_a_piece_comes_alone(
    shelf: list[Candidate], minutes: int
) -> None:
    chosen = choose(shelf, minutes)
    alone = [piece for piece in chosen.pieces if piece.why == "alone"]
    if alone:
        assert len(chosen.pieces) == 1 and all(each.minutes > minutes for each in shelf)
    else:
        assert chosen.minutes <= minutes
    assert bool(shelf) == bool(chosen.pieces)


@given(shelves, some.integers(1, 180))
def test_nobody_has_a_second_before_everybody_who_has_something_short_enough_had_one(
    shelf: list[Candidate], minutes: int
) -> None:
    chosen = choose(shelf, minutes)
    counts = Counter(piece.person for piece in chosen.pieces)
    everybody = {each.person for each in shelf if each.minutes <= minutes}
    if any(n > 1 for n in counts.values()):
        assert set(counts) == everybody
    assert max(counts.values(), default=0) <= 1 + SECONDS
    assert len(set(ids(chosen))) == len(chosen.pieces)


@given(shelves, some.integers(1, 180), some.randoms(use_true_random=False))
def test_the_same_candidates_make_the_same_edition(
    shelf: list[Candidate], minutes: int, chance: random.Random
) -> None:
    shuffled = list(shelf)
    chance.shuffle(shuffled)
    assert choose(shelf, minutes) == choose(shuffled, minutes)


@given(shelves, some.integers(1, 180))
def test_what_is_not_in_it_did_not_fit_or_somebody_had_one_already(shelf: list[Candidate], minutes: int) -> None:
    chosen = choose(shelf, minutes)
    left = minutes - chosen.minutes
    missing = {each.person for each in shelf if each.minutes <= minutes} - {p.person for p in chosen.pieces}
    shortest = [min(each.minutes for each in shelf if each.person == person) for person in missing]
    assert all(n > left for n in shortest)


def test_whoever_was_silent_longest_comes_first_and_each_with_their_newest() -> None:
    loud = [candidate(n, 1, silence=0) for n in (1, 2, 3)]
    chosen = choose([*loud, candidate(9, 2, silence=40), candidate(5, 3, silence=7)], 12)
    assert ids(chosen) == [9, 5, 1]
    assert [piece.why for piece in chosen.pieces] == ["first"] * 3


def test_two_hundred_a_day_and_forty_weekly_writers_make_an_edition_of_the_forty() -> None:
    loud = [candidate(1000 + n, 99, 1, silence=0) for n in range(200)]
    quiet = [candidate(n, n, 1, silence=7) for n in range(1, 41)]
    assert len({piece.person for piece in choose([*loud, *quiet], 40).pieces}) == 40


def test_a_piece_too_long_for_what_is_left_gives_way_to_a_shorter_one_of_the_same_person() -> None:
    shelf = [candidate(1, 1, 20, silence=9), candidate(2, 2, 15, silence=5), candidate(3, 2, 4, silence=5)]
    assert ids(choose(shelf, 25)) == [1, 3]


def test_what_is_longer_than_the_day_is_left_out_and_counted() -> None:
    chosen = choose([candidate(1, minutes=60), candidate(2, minutes=5)], 25)
    assert (ids(chosen), chosen.too_long) == ([2], [1])


def test_only_long_ones_there_the_shortest_comes_alone() -> None:
    chosen = choose([candidate(1, minutes=90), candidate(2, minutes=40), candidate(3, minutes=300)], 25)
    assert (ids(chosen), chosen.pieces[0].why) == ([2], "alone")
    assert sorted(chosen.too_long) == [1, 3]


def test_a_text_with_room_for_an_excerpt_stands_on_the_cover() -> None:
    shelf = [candidate(1, silence=9, medium="audio"), candidate(2, minutes=1, silence=8), candidate(3, silence=7)]
    assert ids(choose(shelf, 25)) == [3, 1, 2]
    assert ids(choose([candidate(4, minutes=1)], 25)) == [4]


def test_no_minutes_and_nothing_to_choose_from_make_nothing() -> None:
    assert choose([], 25) == Chosen() and choose([candidate(1)], 0).pieces == []


def test_more_minutes_never_mean_fewer_people() -> None:
    shelf = [candidate(n, minutes=n % 7 + 1, silence=n) for n in range(1, 30)]
    counts = [len({piece.person for piece in choose(shelf, minutes).pieces}) for minutes in range(10, 130, 10)]
    assert all(less <= more for less, more in pairwise(counts))
