"""Marks are put around the words they are about, and nothing else of the text is touched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.annotating.anchors import Anchor, Span, Text, find
from reading.annotating.annotate import Put, put, text_of

NOTE = '<span role="note">!</span>'
PARTS = ["<p>", "</p>", "<em>", "</em>", "<table>", "</td>", "word", " ", "a &amp; b", "<br>", "\n"]


def marked(html: str, *quotes: str, note: str = "") -> str:
    text = Text(text_of(html))
    spans = [find(text, Anchor(quote)) for quote in quotes]
    return put(html, [Put(span, f"a-{n}", note=note) for n, span in enumerate(spans) if span])


def unmarked(html: str) -> str:
    return re.sub(r"</?mark[^>]*>", "", html).replace(NOTE, "")


def test_words_within_a_paragraph() -> None:
    assert marked("<p>One two three.</p>", "two") == '<p>One <mark id="a-0">two</mark> three.</p>'


def test_escapes_and_odd_characters_stay_as_they_were() -> None:
    html = "<p>1 &lt; 2 &amp; 3 \U0001f33f four</p>"
    assert text_of(html) == "1 < 2 & 3 \U0001f33f four"
    assert marked(html, "2 & 3 \U0001f33f") == ('<p>1 &lt; <mark id="a-0">2 &amp; 3 \U0001f33f</mark> four</p>')


def test_over_the_borders_of_elements_one_mark_for_each_run_and_one_id() -> None:
    html = "<p>One <em>two</em> three.</p><p>Four.</p>"
    assert marked(html, "two three. Four") == (
        '<p>One <em><mark id="a-0">two</mark></em><mark> three.</mark></p><p><mark>Four</mark>.</p>'
    )


def test_across_a_table_no_element_stands_where_none_may() -> None:
    html = "<table>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table><p>End.</p>"
    shown = marked(html, "1 2 End", note=NOTE)
    assert shown == (
        '<table>\n<tbody>\n<tr>\n<td><mark id="a-0">1</mark></td>\n<td><mark>2</mark></td>\n</tr>\n</tbody>\n'
        f"</table><p><mark>End</mark>{NOTE}.</p>"
    )


@pytest.mark.parametrize(
    ("html", "quote", "shown"),
    [
        ("<p>a <em>b</em> c</p>", "b", f'<p>a <em><mark id="a-0">b</mark></em>{NOTE} c</p>'),
        ('<p>a <a href="/x">b</a> c</p>', "b", f'<p>a <a href="/x"><mark id="a-0">b</mark></a>{NOTE} c</p>'),
        ("<h2>b <i>c</i></h2><p>d</p>", "c", f'<h2>b <i><mark id="a-0">c</mark></i></h2>{NOTE}<p>d</p>'),
        (
            "<table><tbody><tr><td>b</td></tr></tbody></table>c",
            "b",
            f'<table><tbody><tr><td><mark id="a-0">b</mark></td></tr></tbody></table>{NOTE}c',
        ),
        ("<pre><code>b</code></pre>", "b", f'<pre><code><mark id="a-0">b</mark></code></pre>{NOTE}'),
        ("<math><mi>b</mi></math> c", "b", f"<math><mi>b</mi></math>{NOTE} c"),
        (
            '<p>a b <img src="/x" alt="c > d"> e</p>',
            "b",
            f'<p>a <mark id="a-0">b</mark>{NOTE} <img src="/x" alt="c > d"> e</p>',
        ),
    ],
)
def test_a_note_stands_right_after_its_mark_where_it_may(html: str, quote: str, shown: str) -> None:
    assert marked(html, quote, note=NOTE) == shown


def test_marks_over_one_another_lie_within_one_another() -> None:
    assert marked("<p>One two three four.</p>", "One two three", "two three four") == (
        '<p><mark id="a-0">One </mark><mark><mark id="a-1">two three</mark></mark><mark> four</mark>.</p>'
    )


@given(
    st.lists(st.sampled_from(PARTS), max_size=30),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=4),
)
def test_without_its_marks_a_text_is_what_it_was(parts: list[str], places: list[tuple[int, int]]) -> None:
    html = "".join(parts)
    marks = [Put(Span(start, start + length), f"a-{n}", note=NOTE) for n, (start, length) in enumerate(places)]
    shown = put(html, marks)
    assert unmarked(shown) == html
    assert text_of(shown.replace(NOTE, "")) == text_of(html)
    assert len(re.findall(r' id="(a-\d+)"', shown)) == len(set(re.findall(r' id="(a-\d+)"', shown)))
