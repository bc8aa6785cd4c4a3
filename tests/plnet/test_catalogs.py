"""Every word there is stands in every catalog, put into that language whole: docs/languages.md."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from plnet import words
from tests.plnet.test_words import blanks

CATALOGS = words.catalogs()


@pytest.fixture(scope="module")
def said() -> Catalog:
    return words.sources()


def forms(words: object) -> list[str]:
    return [words] if isinstance(words, str) else [str(each) for each in words]  # type: ignore[attr-defined]


def wrong(message: Message) -> str:
    """What is not as it should be with a word; the form for one may leave out the number."""
    if not words.whole(message.string):
        return "not translated"
    if message.fuzzy:
        return "fuzzy"
    wanted, found = forms(message.id), forms(message.string)
    if len(wanted) != len(found):
        return "not in all its numbers"
    for n, (ours, theirs) in enumerate(zip(wanted, found, strict=True)):
        may_lack = blanks(wanted[-1]) if n == 0 and len(wanted) > 1 else Counter[str]()
        if blanks(theirs) - blanks(ours) - may_lack or blanks(ours) - blanks(theirs) - may_lack:
            return f"not the same blanks or tags: {theirs}"
    return ""


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_word_is_translated_with_all_that_belongs_into_it(path: Path, said: Catalog) -> None:
    catalog = words.read(path)
    ours, theirs = ({(each.context, each.id) for each in some if each.id} for some in (said, catalog))
    assert not ours - theirs, "not gathered: run make words, and translate them"
    assert not theirs - ours, "nobody says these any more: run make words"
    found = {str(each.id): wrong(each) for each in catalog if each.id}
    assert not {word: why for word, why in found.items() if why}


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_a_catalog_is_written_the_same_way_every_time(path: Path) -> None:
    assert words.written(words.read(path)) == path.read_bytes()


def test_german_and_french_are_there() -> None:
    assert [path.parts[-3] for path in CATALOGS] == ["de", "fr"]
