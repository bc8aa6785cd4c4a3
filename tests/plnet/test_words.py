"""The words of the sources are all found, and come out of the catalogs as each language counts."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from django.utils.translation import ngettext, override

from plnet import words

BLANK = re.compile(r"%\(\w+\)[sdg]|%[sdg%]|(?<!\{)\{\w*\}(?!\})|</?[a-z]\w*[^<>]*>")


def blanks(text: str) -> Counter[str]:
    """What is filled in, and the tags around words."""
    return Counter(BLANK.findall(text))


def said_in(tmp_path: Path, name: str, text: str) -> list[object]:
    (tmp_path / name).write_text(text)
    return [(word, context) for word, context, _notes in words.words_in(tmp_path / name)]


def test_words_of_a_template_are_found_as_django_says_them(tmp_path: Path) -> None:
    text = """{% load i18n %}<p title="{% translate 'Over it' %}">{% translate "May" context "a month" %}
      {% blocktranslate count n=n with name=who trimmed %}
        {{ name }} has one.
      {% plural %}{{ name }} has {{ n }} %.{% endblocktranslate %}{{ x|default:_("None") }}</p>"""
    assert said_in(tmp_path, "page.html", text) == [
        ("Over it", None),
        ("May", "a month"),
        (("%(name)s has one.", "%(name)s has %(n)s %%."), None),
        ("None", None),
    ]


def test_words_of_python_are_found(tmp_path: Path) -> None:
    text = '_("A" "B"); N_("C"); ngettext("one", "%d", 3); npgettext_lazy("x", "a", "b", 1); other("D")'
    assert said_in(tmp_path, "page.py", text) == [
        ("AB", None),
        ("C", None),
        (("one", "%d"), None),
        (("a", "b"), "x"),
    ]


def test_no_word_stands_inside_an_f_string_where_nobody_finds_it() -> None:
    """Python before 3.12 keeps an f-string whole, so whoever gathers words sees none of its calls."""
    for path in (path for room in words.rooms() for path in sorted(room.rglob("*.py"))):
        for text in (each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.JoinedStr)):
            called = {call.func.id for call in ast.walk(text) if isinstance(call, ast.Call) and named(call.func)}
            assert not called & set(words.CALLS), f"{path}:{text.lineno}: {ast.unparse(text)}"


def named(function: ast.expr) -> bool:
    return isinstance(function, ast.Name)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 days", "1 day", "2 days", "11 days"]),
        ("de", ["0 Tagen", "1 Tag", "2 Tagen", "11 Tagen"]),
        ("fr", ["0 jour", "1 jour", "2 jours", "11 jours"]),
    ],
)
def test_each_language_counts_in_its_own_way(language: str, said: list[str]) -> None:
    with override(language):
        assert [ngettext("%(n)d day", "%(n)d days", n) % {"n": n} for n in (0, 1, 2, 11)] == said


def test_blanks_are_told_from_percents_and_tags_from_signs() -> None:
    assert blanks('<a href="%(url)s"><bdi>{{ name }}</bdi></a> {who} of %d, 5 %%, a < b') == blanks(
        '%d {who} 5 %% <bdi></bdi> <a href="%(url)s"></a>'
    )
    assert blanks("%(a)s") != blanks("%(b)s")
    assert blanks("<b>x</b>") != blanks("x")
