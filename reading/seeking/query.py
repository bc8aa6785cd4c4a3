"""The language of the search field: what a person typed, read as far as it can be. Pure, bounded, never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from aggregator.folding import SHORTEST_BEGINNING, asked

MOST_CHARACTERS = 1000
MOST_TERMS = 24

# Every way to write an operator, and what it means.
KEYS = {
    "person": "person", "by": "person", "circle": "circle", "in": "circle", "source": "source", "tag": "tag",
    "before": "before", "after": "after", "is": "is", "has": "is", "title": "title", "lang": "lang",
}  # fmt: skip
STATES = {
    "kept": ("kept", True), "unread": ("read", False), "read": ("read", True), "noted": ("noted", True),
    "note": ("noted", True), "notes": ("noted", True), "short": ("skim", True), "audio": ("listen", True),
    "video": ("watch", True),
}  # fmt: skip
NAMES = ("person", "circle", "source", "tag")

_term = re.compile(
    r"(?P<minus>[-\u2212])?(?:(?P<key>[^\W\d_]{1,20}):)?"
    r'(?:["\u201c\u201d\u201e\u201f](?P<quoted>[^"\u201c\u201d\u201e\u201f]*)["\u201c\u201d\u201e\u201f]?'
    r'|(?P<bare>[^\s"\u201c\u201d\u201e\u201f]+))?'
)
_day = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_language = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase: the index's words in a row, the last perhaps only begun."""

    said: str
    words: tuple[str, ...]
    open: bool = False
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or something one follows, by (part of) its name."""

    kind: str  # of NAMES
    name: str
    without: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood: everything in it must hold."""

    said: str = ""
    all_of: tuple[tuple[Words, ...], ...] = ()  # of each group at least one
    none_of: tuple[Words, ...] = ()
    names: tuple[Named, ...] = ()
    after: date | None = None  # from this day on
    before: date | None = None  # up to the day before this one
    states: tuple[tuple[str, bool], ...] = ()  # ("kept", True), ("read", False), ("listen", True)
    languages: tuple[str, ...] = ()  # one of them
    other_languages: tuple[str, ...] = ()  # none of them
    troubles: tuple[str, ...] = ()  # what was not understood, a sentence each

    @property
    def plain(self) -> tuple[Words, ...]:
        """The words it looks for anywhere, for names, notes and marks."""
        return tuple(words for group in self.all_of for words in group)

    @property
    def has_words(self) -> bool:
        return bool(self.all_of)

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for."""
        return bool(
            self.all_of or self.none_of or self.names or self.after or self.before or self.states
            or self.languages or self.other_languages
        )  # fmt: skip


@dataclass(slots=True)
class _Reading:
    """What has been understood so far."""

    all_of: list[list[Words]] = field(default_factory=list)
    none_of: list[Words] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    states: dict[str, bool] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    other_languages: list[str] = field(default_factory=list)
    after: date | None = None
    before: date | None = None
    troubles: list[str] = field(default_factory=list)
    either: bool = False  # the last word was OR


def read(text: str) -> Query:
    """Understand what was typed."""
    reading, said = _Reading(), text.replace("\x00", "").strip()
    if len(said) > MOST_CHARACTERS:
        said = said[:MOST_CHARACTERS].rstrip()
        words = _("Only the first %(n)d characters were read; the rest was left out.")
        reading.troubles.append(words % {"n": MOST_CHARACTERS})
    for number, term in enumerate(_terms(said)):
        if number == MOST_TERMS:
            reading.troubles.append(_("Only the first %(n)d words were looked for.") % {"n": MOST_TERMS})
            break
        _take(reading, term)
    return Query(
        said=said,
        all_of=tuple(map(tuple, reading.all_of)),
        none_of=tuple(reading.none_of),
        names=tuple(dict.fromkeys(reading.names)),
        after=reading.after,
        before=reading.before,
        states=tuple(reading.states.items()),
        languages=tuple(dict.fromkeys(reading.languages)),
        other_languages=tuple(dict.fromkeys(reading.other_languages)),
        troubles=tuple(dict.fromkeys(reading.troubles)),
    )


def _terms(said: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(said):
        if said[at].isspace():
            at += 1
            continue
        term = _term.match(said, at)
        if term is None or term.end() == at:
            at += 1
            continue
        yield term
        at = term.end()


def _take(reading: _Reading, term: re.Match[str]) -> None:
    """One word, phrase or operator."""
    key, value = term["key"], term["quoted"] if term["bare"] is None else term["bare"]
    value, without, quoted = value or "", bool(term["minus"]), term["quoted"] is not None
    meaning = KEYS.get((key or "").lower(), "")
    if key is None and not quoted and value == "OR":
        reading.either = bool(reading.all_of)
        return
    if key is None or not meaning:
        _take_words(reading, f"{key}:{value}" if key else value, without=without, quoted=quoted)
        if key and not meaning and value and not value.startswith("//"):
            said = {"what": f"{key}:", "words": f"{key} {value}"}
            reading.troubles.append(
                _("“%(what)s” means nothing here, so “%(words)s” was looked for as it stands.") % said
            )
    elif not value.strip():
        reading.troubles.append(_("Nothing stands after “%(what)s”, so it was left out.") % {"what": f"{key}:"})
    elif meaning == "title":
        _take_words(reading, value, without=without, quoted=quoted, in_title=True)
    else:
        _take_operator(reading, meaning, value.strip(), term[0], without=without)
    reading.either = False


def _take_operator(reading: _Reading, meaning: str, value: str, said: str, *, without: bool) -> None:
    if meaning in NAMES:
        reading.names.append(Named(meaning, value, without))
    elif meaning == "is":
        _take_state(reading, value, said, without=without)
    elif meaning == "lang":
        _take_language(reading, value, said, without=without)
    else:
        _take_day(reading, meaning, value, said, without=without)


def _take_words(reading: _Reading, value: str, *, without: bool, quoted: bool, in_title: bool = False) -> None:
    begun = not quoted and value.endswith("*")
    words, is_open = asked(value, beginning=begun)
    if not words:
        if value.strip("-*. "):
            reading.troubles.append(_("There is no word in “%(what)s”, so it was left out.") % {"what": value[:60]})
        return
    if begun and not is_open:
        said = {"what": value[:60], "n": SHORTEST_BEGINNING}
        reading.troubles.append(
            _("“%(what)s” is too short: a beginning of a word needs %(n)d letters. It was read as a whole word.")
            % said
        )
    found = Words(value, words, is_open, in_title)
    if without:
        reading.none_of.append(found)
    elif reading.either:
        reading.all_of[-1].append(found)
    else:
        reading.all_of.append([found])


def _take_state(reading: _Reading, value: str, said: str, *, without: bool) -> None:
    state, so = STATES.get(value.lower(), ("", True))
    if not state:
        words = _("“%(what)s” was not understood: is: takes kept, unread, read, noted, short, audio or video.")
        reading.troubles.append(words % {"what": said[:60]})
        return
    reading.states[state] = so != without


def _take_language(reading: _Reading, value: str, said: str, *, without: bool) -> None:
    code = value.lower().replace("_", "-")
    if not _language.fullmatch(code):
        words = _("“%(what)s” was not understood: a language is written with two letters, as in lang:de.")
        reading.troubles.append(words % {"what": said[:60]})
        return
    (reading.other_languages if without else reading.languages).append(code)


def _take_day(reading: _Reading, meaning: str, value: str, said: str, *, without: bool) -> None:
    day = day_of(value)
    if day is None:
        words = _("“%(what)s” was not understood: a day is written 2026-03-14, a month 2026-03, a year 2026.")
        reading.troubles.append(words % {"what": said[:60]})
        return
    if (meaning == "after") != without:
        reading.after = max(reading.after or day, day)
    else:
        reading.before = min(reading.before or day, day)


def day_of(value: str) -> date | None:
    """The first day of a day, a month or a year; None when it is none."""
    found = _day.fullmatch(value) if value.isascii() else None
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
