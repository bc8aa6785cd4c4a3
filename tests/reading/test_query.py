"""The language of the search field: whatever is typed is read, bounded, and what was not understood is said."""

from __future__ import annotations

from datetime import date
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.folding import folded, in_pairs
from reading.seeking.marked import finder, marked, places, snippet
from reading.seeking.query import MOST_CHARACTERS, MOST_TERMS, Named, day_of, read

PIECES = st.sampled_from(
    ["person:", "circle:", "-", '"', "“", "OR", "before:", "after:2024", "is:kept", "is:", "title:", "lang:de", "*",
     " ", "word", "日本語", "مرحبا", "e\u0301", "ß", ":", "--", "%s", "<b>", "after:2024-02-30", "\x00", "\u202e"]
)  # fmt: skip
TYPED = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES).map(" ".join))


@settings(deadline=None)
@given(TYPED)
def test_whatever_is_typed_is_read(typed: str) -> None:
    query = read(typed)
    assert len(query.said) <= MOST_CHARACTERS
    terms = sum(map(len, query.all_of)) + len(query.none_of) + len(query.names) + len(query.states)
    assert terms + len(query.languages) + len(query.other_languages) <= MOST_TERMS
    assert all(words.words and all(words.words) for group in query.all_of for words in group)
    assert read(query.said).all_of == query.all_of or len(typed) > MOST_CHARACTERS


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_a_word_of_a_text_is_found_in_it(text: str) -> None:
    for word in text.split():
        query = read(f'"{word}"')
        for found in query.plain:
            find = finder([found], in_title=False)
            assert find is not None and places(text, find), (word, text)


@settings(deadline=None)
@given(st.text(max_size=300), TYPED)
def test_marks_change_no_text(text: str, typed: str) -> None:
    find = finder(read(typed).plain, in_title=True)
    assert marked(text, find).replace("<mark>", "").replace("</mark>", "") == escape(text)
    passage = snippet(text, find)
    assert passage is None or "<mark>" in passage


@settings(deadline=None)
@given(st.text(max_size=200))
def test_folding_leaves_small_words_and_blanks_and_is_settled(text: str) -> None:
    once = folded(text)
    assert folded(once).split() == once.split()
    assert all(word.casefold() == word or not word.isascii() for word in in_pairs(text).split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße", "strasse"),
        ("Ünïcode CAFÉ", "unicode cafe"),
        ("Мой ЁЖИК", "мой ежик"),
        ("مُحَمَّد أحمد ٣", "محمد احمد 3"),
        ("שָׁלוֹם", "שלום"),
        ("don’t C++ a_b x-y", "don t c a b x y"),
        ("ﬁne ½ Ａｂｃ", "fine 1 2 abc"),
        ("日本語", "日本 本語 語"),
        ("ﾃﾞｰﾀ", "デー ータ タ"),
        ("한국어", "한국 국어 어"),
        ("iPhone用", "iphone 用"),
        ("हिन्दी", "हिन्दी"),
        ("ƿƒ", "wf"),
    ],
)
def test_words_are_folded_as_people_mean_them(text: str, words: str) -> None:
    assert in_pairs(text).split() == words.split()


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024", date(2024, 1, 1)),
        ("2024-03", date(2024, 3, 1)),
        ("2024-3-9", date(2024, 3, 9)),
        ("2024-02-30", None),
        ("0000", None),
        ("٢٠٢٤", None),
        ("yesterday", None),
    ],
)
def test_a_day_a_month_or_a_year(value: str, day: date | None) -> None:
    assert day_of(value) == day


def test_names_are_quoted_or_not() -> None:
    typed = 'person:"Ada Lovelace" by:bo -circle:“Close ones” tag:x'
    assert read(typed).names == (
        Named("person", "Ada Lovelace"),
        Named("person", "bo"),
        Named("circle", "Close ones", without=True),
        Named("tag", "x"),
    )


def test_what_contradicts_itself_takes_the_narrower() -> None:
    query = read("after:2024 after:2025 before:2026 before:2025-06 -before:2025-02")
    assert (query.after, query.before) == (date(2025, 2, 1), date(2025, 6, 1))


def test_an_unclosed_quote_goes_to_the_end() -> None:
    assert read('"gap card of').all_of[0][0].words == ("gap", "card", "of")


def test_a_passage_begins_near_the_word_and_ends_at_one() -> None:
    text = "one two three " * 40 + "the needle & <b> here " + "four five six " * 40
    passage = snippet(text, finder(read("NEEDLE").plain, in_title=False))
    assert passage and passage.startswith("…") and passage.endswith("…")
    assert "the <mark>needle</mark> &amp; &lt;b&gt; here" in passage and len(passage) < 400
