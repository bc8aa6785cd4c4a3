"""What a rule asks of an entry, and that whatever is asked takes time in proportion to the text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Entry
from reading.governing.conditions import LONGEST_PATTERN, BadPattern, Text, Through, asked, compiled, words_of

HERE = Through(source=1, person=2, group=None)
TEXT = Text("Über the Sponsored shelf", "Nine thousand volumes, and one card. 日本語の本。", ("Releases", "Ça va"))


def fits(*conditions: dict[str, Any], text: Text = TEXT, through: Any = (HERE,), **entry: Any) -> bool:
    asks = asked(conditions, {7: {2}, 8: {3}})
    made = Entry(**({"words": 900, "language": "en-GB", "author": "Ada  Lovelace", "medium": "text"} | entry))
    return asks.may_fit(made, through) and asks.fits(text)


def words(how: str, value: str, **more: str) -> dict[str, Any]:
    return {"what": "words", "how": how, "value": value} | more


def pattern(value: str, **more: str) -> dict[str, Any]:
    return {"what": "pattern", "how": "fits", "value": value} | more


@pytest.mark.parametrize(
    ("condition", "yes"),
    [
        (words("any", "sponsored advert"), True),
        (words("any", "sponsor"), False),  # a word is a whole word
        (words("any", "SPONSORED,advert"), True),
        (words("any", "uber"), True),  # accents are as one types them
        (words("any", "“thousand volumes”"), True),
        (words("any", '"volumes thousand"'), False),
        (words("any", "日本"), True),
        (words("all", "card shelf"), True),
        (words("all", "card advert"), False),
        (words("none", "advert"), True),
        (words("none", "advert card"), False),
        (words("any", "card", **{"in": "title"}), False),
        (words("none", "card", **{"in": "title"}), True),
        (pattern("SPONS(or)+ed"), True),
        (pattern(r"^über"), True),
        (pattern(r"card\b", **{"in": "title"}), False),
        (pattern("x*"), True),
        ({"what": "term", "how": "is", "value": "releases"}, True),
        ({"what": "term", "how": "is", "value": "ca va"}, True),
        ({"what": "term", "how": "is", "value": "release"}, False),
        ({"what": "author", "how": "is", "value": "lovelace"}, True),
        ({"what": "author", "how": "is", "value": "ada lovelace"}, True),
        ({"what": "author", "how": "is", "value": "love"}, False),
        ({"what": "language", "how": "is", "value": "en"}, True),
        ({"what": "language", "how": "is", "value": "de"}, False),
        ({"what": "minutes", "how": "least", "value": 4}, True),
        ({"what": "minutes", "how": "least", "value": 5}, False),
        ({"what": "minutes", "how": "most", "value": 4}, True),
        ({"what": "minutes", "how": "most", "value": 3}, False),
        ({"what": "kind", "how": "is", "value": "audio"}, False),
        ({"what": "circle", "how": "in", "value": 7}, True),
        ({"what": "circle", "how": "in", "value": 8}, False),
        ({"what": "circle", "how": "in", "value": 9}, False),
        ({"what": "person", "how": "in", "value": 2}, True),
        ({"what": "source", "how": "in", "value": 2}, False),
        ({"what": "group", "how": "in", "value": 2}, False),
    ],
    ids=str,
)
def test_a_condition(condition: dict[str, Any], yes: bool) -> None:
    assert fits(condition) is yes


def test_all_conditions_must_hold() -> None:
    assert fits(words("any", "card"), pattern("shelf"), {"what": "person", "how": "in", "value": 2})
    assert not fits(words("any", "card"), pattern("shelf"), {"what": "person", "how": "in", "value": 3})


def test_what_no_source_brings_fits_nothing() -> None:
    assert not fits(words("any", "card"), through=())


def test_an_expression_that_never_ends_elsewhere_ends_here() -> None:
    text = Text("", "a" * 100_000 + "!")
    assert not fits(pattern("(a+)+$"), text=text)
    assert fits(pattern("(a|aa)+!$"), text=text)
    assert not fits(pattern("(.*)*x(.*)*y"), text=text)


@pytest.mark.parametrize("said", ["(", "[a", "(?=x)", r"(a)\1", "a{1000}{1000}", "((a{50}){50}){50}", "(?P<n>"])
def test_an_expression_that_cannot_be_used_says_so(said: str) -> None:
    with pytest.raises(BadPattern):
        compiled(said)


def test_an_expression_has_its_room() -> None:
    with pytest.raises(BadPattern):
        compiled("a" * (LONGEST_PATTERN + 1))


@given(st.text(max_size=60))
def test_whatever_is_typed_is_words_or_none(typed: str) -> None:
    for word in words_of(typed):
        assert fits(words("any", f"“{word}”"), text=Text(word))


@given(st.text(max_size=30))
def test_whatever_is_typed_is_an_expression_or_says_why(typed: str) -> None:
    try:
        fits(pattern(typed))
    except BadPattern as why:
        assert str(why)
