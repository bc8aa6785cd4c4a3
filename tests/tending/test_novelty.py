"""Novelty: what of an entry is its author's own, and what of it stood in their earlier ones."""

from __future__ import annotations

import random

import pytest

from tending.novelty.judging import Verdict, judge, like_whom, series_key
from tending.novelty.likeness import Likeness, Writing
from tending.novelty.prints import Print, everywhere, print_of, read
from tending.novelty.rarity import Rarity, packed, unpacked
from tending.novelty.sentences import own_sentences, passages

WORDS = [
    f"{a}{b}{c}" for a in ("ka", "li", "mo", "nu", "pe") for b in ("ra", "ti", "so", "du") for c in "abcdefghij"
]


def prose(seed: int, sentences: int = 12) -> list[list[str]]:
    r = random.Random(seed)
    return [["the", *r.choices(WORDS, k=11)] for _ in range(sentences)]


def written(pieces: list[list[list[str]]]) -> tuple[Writing, Rarity]:
    rarity, prints = Rarity(), [print_of(piece) for piece in pieces]
    for each in prints:
        rarity.count("en", each)
    return Writing(prints, rarity, "en"), rarity


def test_code_quotations_and_markup_are_not_the_authors_words() -> None:
    html = (
        "<p>My <b>own</b> words. And <code>more()</code> of them!</p><blockquote><p>Hers.</p>"
        "<blockquote>His.</blockquote>Hers again.</blockquote><pre>x = 1</pre><p>The end</p>"
    )
    assert own_sentences(html) == ["My own words.", "And of them!", "The end"]


def test_scripts_without_spaces_are_read_in_pairs() -> None:
    assert read("<p>図書館の本。新しい本。</p>") == [
        ["図書", "書館", "館の", "の本", "本"],
        ["新し", "しい", "い本", "本"],
    ]


def test_a_passage_has_sixty_words_and_a_short_rest_belongs_to_the_last() -> None:
    lengths = [len(each) for each in passages(prose(1, 11))]
    assert lengths == [60, 72]
    assert [len(each) for each in passages(prose(1, 1000))] == [60] * 40


def test_a_sentence_in_every_entry_is_boilerplate_and_of_no_print() -> None:
    footer = ["subscribe", "to", "my", "letter"]
    said = [[*prose(seed), footer] for seed in range(6)]
    often = everywhere([print_of(each).marks for each in said])
    assert len(often) == 1
    assert len(print_of(said[0], often)) == len(print_of(said[0])) - 4
    assert everywhere([print_of(each).marks for each in said[:3]]) == set()


def test_a_reposted_entry_is_wholly_like_its_first_and_new_words_are_like_nothing() -> None:
    writing, _ = written([*(prose(seed) for seed in range(30)), prose(4), prose(99)])
    again, new = writing.like_before(30), writing.like_before(31)
    assert (again.shared, again.shared_by, again.passages_by, again.whole_by) == (1.0, 4, 4, 4)
    assert again.passages == pytest.approx(1, abs=0.01)
    assert again.whole == pytest.approx(1, abs=0.01)
    assert (new.shared, new.shared_by) == (0.0, -1)
    assert new.passages < 0.05
    assert new.whole < 0.6  # of two hundred words in all


def test_what_was_written_later_is_not_looked_at() -> None:
    pieces = [prose(seed) for seed in range(30)]
    alone, rarity = written(pieces)
    before = alone.like_before(10)
    longer = Writing([*alone.prints, *(print_of(prose(10)) for _ in range(3))], rarity, "en")
    assert longer.like_before(10) == before


def test_words_in_another_order_share_no_text_and_yet_are_a_copy_as_a_whole() -> None:
    r = random.Random(3)
    mixed = [r.sample(words, len(words)) for words in prose(7)]
    writing, _ = written([*(prose(seed) for seed in range(30)), mixed])
    like = writing.like_before(30)
    assert like.shared < 0.05
    assert like.whole == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("pieces", [[[]], [[], []], [[["one"]], [["one"]]], [prose(1), [], prose(1)]])
def test_entries_of_no_or_few_words_are_compared_without_trouble(pieces: list[list[list[str]]]) -> None:
    writing, _ = written(pieces)
    assert all(0 <= writing.like_before(at).shared <= 1 for at in range(len(pieces)))


def test_what_is_everyday_in_its_language_says_little_however_rare_it_is_elsewhere() -> None:
    rarity = Rarity()
    for seed in range(40):
        rarity.count("en", print_of(prose(seed)))
    for _ in range(5):
        rarity.count("pt", print_of([["uma", "coisa"]]))
    said = print_of([["uma", "kaaaaa"]]).words
    assert rarity.of("pt", said)[0] < 0.2 < rarity.of("pt", said)[1]


def test_rarity_is_kept_and_read_again() -> None:
    rarity = Rarity()
    rarity.count("en", print_of(prose(1)))
    language = rarity.languages["en"]
    again = unpacked(language.entries, packed(language))
    assert again.entries == 1
    assert (again.counts == language.counts).all()


@pytest.mark.parametrize(
    ("words", "earlier", "like", "in_series", "verdict"),
    [
        (49, 100, Likeness(1, 0, 1, 0, 1, 0), False, Verdict.UNJUDGED),
        (500, 19, Likeness(1, 0, 1, 0, 1, 0), False, Verdict.UNJUDGED),
        (500, 20, Likeness(0.9, 0), True, Verdict.COPY),
        (500, 20, Likeness(0.5, 0), True, Verdict.SERIES),
        (500, 20, Likeness(0.1, 3), False, Verdict.REUSE),
        (500, 20, Likeness(0, -1, 0.18, 5), False, Verdict.REUSE),
        (500, 20, Likeness(0.09, 1, 0.17, 1, 0.44, 2), False, Verdict.FAMILIAR),
        (500, 20, Likeness(0.09, 1, 0.17, 1, 0.43, 2), False, Verdict.NEW),
    ],
)
def test_the_classes_in_their_order(
    words: int, earlier: int, like: Likeness, in_series: bool, verdict: Verdict
) -> None:
    assert judge(words, earlier, like, in_series=in_series) is verdict


def test_what_shows_why_is_the_entry_that_passed_the_threshold() -> None:
    assert like_whom(Verdict.REUSE, Likeness(0.05, 1, 0.3, 2)) == 2
    assert like_whom(Verdict.REUSE, Likeness(0.2, 1, 0.3, 2)) == 1
    assert like_whom(Verdict.NEW, Likeness(0.05, 1, 0.1, 2)) == -1


def test_pieces_of_a_series_have_the_same_title_without_dates_and_numbers() -> None:
    assert series_key("Weeknotes #12: March 2024") == series_key("Weeknotes 13, 1 April") == "weeknotes"
    assert series_key("Release v2.3.1") == "release"
    assert series_key("2024-03-01") == series_key("") == ""
    assert series_key("On bread") != series_key("On boats")


def test_a_print_is_the_same_whenever_it_is_made() -> None:
    one, other = print_of(prose(5)), print_of(prose(5))
    assert isinstance(one, Print)
    assert (one.words == other.words).all()
    assert (one.ends == other.ends).all()
