"""Words as the search index holds them: small letters without accents, and scripts without spaces in pairs.

Both databases are given the same words, and a question is folded as the texts were; so both find the same, and
what is found does not hang on how somebody types an accent. No words are stemmed: that goes wrong in every language
but one. Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese stand in pairs of neighbouring characters, since
where their words begin is not written down: 日本語 is 日本, 本語 and, at the end of the run, 語.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Of ASCII only letters and digits are words; everything else in it parts them.
_ASCII = bytes(c if c > 127 else ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(256))
_RUN = re.compile("[^\x00-\x7f]+")
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3031-\u3035\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_unspaced = re.compile(f"[{UNSPACED}]+")
_piece = re.compile(f"[{UNSPACED}]+|[^\\s{UNSPACED}]+")

# Accents and vowel signs one writes or leaves out: European, Hebrew, Arabic. Those of Indian and South-East Asian
# scripts, and the two dots of kana, are letters to who reads them.
_LEFT_OUT = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
)
_AS_WRITTEN = {"й": "й", "Й": "й"}  # a letter, no accented и
_APART = {"\u200b", "\u2028", "\u2029"}  # invisible, and yet a gap
_STRETCH = "\u0640"  # widens an Arabic word and says nothing
_HALF_DOTS = ("\uff9e", "\uff9f")  # of narrow kana: characters of their own

LONGEST_WORD = 100  # characters; what is longer is no word anybody looks for
MOST_CHARACTERS = 200_000  # of a text; PostgreSQL refuses what has more than a megabyte of words
MOST_WORDS = 60_000
SHORTEST_BEGINNING = 3  # characters of a word one looks for with an asterisk


class _Fold(dict[int, str]):
    """Character by character, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    if character in _AS_WRITTEN:
        return _AS_WRITTEN[character]
    if character in _APART:
        return " "
    if character == _STRETCH:
        return ""
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", character.casefold()))
    return "".join(_letter(each) for each in unicodedata.normalize("NFC", plain.casefold()))


def _letter(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind[0] in "LNM":
        return character if character not in "ƿƒ" else "wf"["ƿƒ".index(character)]  # two the index needs itself
    return "" if kind == "Cf" else " "


_FOLD = _Fold()


@lru_cache(maxsize=20_000)
def _run(text: str) -> str:
    return text.translate(_FOLD)


@lru_cache(maxsize=20_000)
def _run_in_pairs(text: str) -> str:
    return _unspaced.sub(lambda run: f" {' '.join(_pairs(run[0], ends=True))} ", text.translate(_FOLD))


def folded(text: str) -> str:
    """Words with blanks between them."""
    if text.isascii():
        return text.encode().translate(_ASCII).decode()
    text = _RUN.sub(lambda run: _run(run[0]), _composed(text))
    return text.encode("utf-8", "replace").translate(_ASCII).decode()


def in_pairs(text: str) -> str:
    """The same, with scripts that have no spaces in pairs: what the index is given of a text."""
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS]
    if text.isascii():
        return _bounded(text.encode().translate(_ASCII).decode())
    text = _RUN.sub(_in_pairs, _composed(text))
    return _bounded(text.encode("utf-8", "replace").translate(_ASCII).decode())


def _composed(text: str) -> str:
    """Every letter in one character, however it was typed."""
    narrow = any(dots in text for dots in _HALF_DOTS)
    return unicodedata.normalize("NFKC" if narrow else "NFC", text)


def _in_pairs(run: re.Match[str]) -> str:
    """Long runs do not come twice, so they are not remembered."""
    return _run_in_pairs(run[0]) if len(run[0]) < 20 else _run_in_pairs.__wrapped__(run[0])


def _bounded(words: str) -> str:
    """Of a book as many words as both databases can hold."""
    return words if len(words) < MOST_WORDS else " ".join(words.split()[:MOST_WORDS])


def _pairs(run: str, *, ends: bool) -> list[str]:
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return [*pairs, run[-1]] if ends else pairs


def pieces(text: str) -> Iterator[str]:
    """The words and the runs without spaces of a question, folded, in order."""
    return (piece[0] for piece in _piece.finditer(folded(text)))


def asked(text: str, *, beginning: bool = False) -> tuple[tuple[str, ...], bool]:
    """The words in a row that a text must hold to hold this, and whether the last may go on.

    Of a single character without spaces any pair that begins with it will do. `beginning` says that the last word
    is only the beginning of one.
    """
    parts = list(pieces(text))
    words: list[str] = []
    for number, part in enumerate(parts):
        if not _unspaced.match(part):
            words.append(part)
        elif number < len(parts) - 1:
            words += _pairs(part, ends=True)
        else:
            words += _pairs(part, ends=False) or [part]
    words = [word for word in words if len(word) <= LONGEST_WORD]
    alone = bool(parts) and bool(_unspaced.match(parts[-1])) and len(parts[-1]) == 1
    long_enough = bool(parts) and not _unspaced.match(parts[-1]) and len(parts[-1]) >= SHORTEST_BEGINNING
    return tuple(words), bool(words) and (alone or (beginning and long_enough))
