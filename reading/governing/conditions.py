"""What a rule asks of an entry. Pure: a rule's conditions in, an answer for each entry out, in linear time.

Where it comes from, its author, language, length and kind stand in the row that lists read; words, expressions and
categories stand in its text, which is read only for entries that fit in everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import re2

from aggregator.folding import UNSPACED, folded
from aggregator.models import Entry

from ..seeking.marked import pattern_of

Condition = Mapping[str, Any]
PLACES = ("circle", "group", "person", "source")
IN_TEXT = ("words", "pattern", "term")
HOWS = {"words": ("any", "all", "none"), "minutes": ("least", "most")}

LONGEST_PATTERN = 500  # characters
MEMORY = 1 << 20  # bytes a compiled expression may take
MOST_READ = 200_000  # characters of a text that are looked through
_quote = "\u201c\u201d\u201e\u201f" + '"'
_unspaced = re.compile(f"[{UNSPACED}]+")
_word = re.compile(f"[{_quote}]([^{_quote}]+)[{_quote}]?|([^\\s,;{_quote}]+)")


class BadPattern(Exception):
    """Says in a sentence why an expression cannot be used."""


class Through(NamedTuple):
    """A way an entry comes to a member: one of their sources, or a group's."""

    source: int
    person: int
    group: int | None


@dataclass
class Text:
    """What an entry says, folded when first asked, once for all rules."""

    title: str
    text: str = ""
    terms: Sequence[str] = field(default_factory=tuple)

    @cached_property
    def whole(self) -> str:
        return f"{self.title}\n{self.text[:MOST_READ]}"

    @cached_property
    def words_of_title(self) -> str:
        return apart(self.title)

    @cached_property
    def words_of_whole(self) -> str:
        return apart(self.whole)

    @cached_property
    def folded_terms(self) -> frozenset[str]:
        return frozenset(plain(term) for term in self.terms)


Outside = Callable[[Entry, Sequence[Through]], bool]
Inside = Callable[[Text], str]  # what was found; empty: nothing


@dataclass(frozen=True)
class Asked:
    """All conditions of a rule, ready to be asked."""

    outside: tuple[Outside, ...] = ()
    inside: tuple[Inside, ...] = ()

    def may_fit(self, entry: Entry, through: Sequence[Through]) -> bool:
        """As far as the row says."""
        return bool(through) and all(test(entry, through) for test in self.outside)

    def fits(self, text: Text) -> bool:
        """And the text too."""
        return all(test(text) for test in self.inside)

    def found(self, text: Text) -> list[str]:
        """The words of the text that made it fit, as they stand there or as they were asked."""
        return [said for test in self.inside if (said := test(text)) and said != NOTHING_OF]


NOTHING_OF = "\x00"  # it fits because something is not there, so there is nothing to show


def asked(conditions: Sequence[Condition], circles: Mapping[int, Collection[int]]) -> Asked:
    """Compile them; `circles` says who is in a circle. BadPattern and KeyError for what cannot be asked."""
    outside = [OUTSIDE[each["what"]](each, circles) for each in conditions if each["what"] not in IN_TEXT]
    inside = [INSIDE[each["what"]](each) for each in conditions if each["what"] in IN_TEXT]
    return Asked(tuple(outside), tuple(inside))


# ---- beside the text


def in_circle(each: Condition, circles: Mapping[int, Collection[int]]) -> Outside:
    people = circles.get(each["value"], ())
    return lambda _entry, through: any(way.person in people for way in through)


def through_what(each: Condition, _circles: object) -> Outside:
    name, value = each["what"], each["value"]
    return lambda _entry, through: any(getattr(way, name) == value for way in through)


def by_author(each: Condition, _circles: object) -> Outside:
    wanted = f" {plain(each['value'])} "
    return lambda entry, _through: wanted in f" {plain(entry.author)} "


def in_language(each: Condition, _circles: object) -> Outside:
    code = each["value"].lower()
    return lambda entry, _through: entry.language.lower() == code or entry.language.lower().startswith(f"{code}-")


def so_long(each: Condition, _circles: object) -> Outside:
    minutes, least = each["value"], each["how"] == "least"
    return lambda entry, _through: entry.minutes >= minutes if least else entry.minutes <= minutes


def of_kind(each: Condition, _circles: object) -> Outside:
    return lambda entry, _through: entry.medium == each["value"]


OUTSIDE: Mapping[str, Callable[[Condition, Mapping[int, Collection[int]]], Outside]] = {
    "circle": in_circle, "group": through_what, "person": through_what, "source": through_what,
    "author": by_author, "language": in_language, "minutes": so_long, "kind": of_kind,
}  # fmt: skip


# ---- in the text


def with_words(each: Condition) -> Inside:
    words = {word: looks_for(word) for word in words_of(each["value"])}
    how, in_title = each["how"], each.get("in") == "title"

    def test(text: Text) -> str:
        said = text.words_of_title if in_title else text.words_of_whole
        if how == "all":
            return ", ".join(words) if all(is_in(said) for is_in in words.values()) else ""
        found = next((word for word, is_in in words.items() if is_in(said)), "")
        return found if how == "any" else ("" if found else NOTHING_OF)

    return test


def with_pattern(each: Condition) -> Inside:
    pattern, in_title = compiled(each["value"]), each.get("in") == "title"

    def test(text: Text) -> str:
        found = pattern.search(text.title if in_title else text.whole)
        return (found.group()[:80].strip() or NOTHING_OF) if found else ""

    return test


def with_term(each: Condition) -> Inside:
    wanted = plain(each["value"])
    return lambda text: each["value"] if wanted in text.folded_terms else ""


INSIDE: Mapping[str, Callable[[Condition], Inside]] = {
    "words": with_words, "pattern": with_pattern, "term": with_term,
}  # fmt: skip


def plain(text: str) -> str:
    return " ".join(folded(text).split())


def words_of(typed: str) -> tuple[str, ...]:
    """The words and “phrases” typed, each once; those with nothing in them that a text could hold are left out."""
    said = ((quoted or bare).strip() for quoted, bare in _word.findall(typed))
    return tuple({word: None for word in said if pattern_of(word)})


def apart(text: str) -> str:
    """The words of a text as they are compared: one blank on either side of each, also beside 日本語."""
    said = folded(text)
    if not said.isascii():
        said = _unspaced.sub(r" \g<0> ", said)
    return f" {' '.join(said.split())} "


def looks_for(word: str) -> Callable[[str], bool]:
    """Whether a word stands in a text. Python finds a string forty times faster than an expression."""
    wanted = f" {plain(word)} "
    if _unspaced.search(wanted):
        pattern = re.compile(pattern_of(word))
        return lambda said: bool(pattern.search(said))
    return lambda said: wanted in said


@lru_cache(maxsize=500)
def compiled(pattern: str) -> Any:
    """A member's expression, in RE2: it takes time in proportion to the text, whatever is asked. Large and small
    letters are the same."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(TOO_LONG)
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise BadPattern(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from error


TOO_LONG = "too long"
