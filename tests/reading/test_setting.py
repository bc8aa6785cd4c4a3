"""A text is set with what it takes to read it: contents, footnotes, larger pictures, films on a click."""

import pytest

from aggregator.sanitize import clean
from reading.opening.setting import film_of, set_text

LINK = "https://shelf.example/piece/"


def test_a_long_text_with_headings_has_contents() -> None:
    html = '<h2 id="e-one">One</h2><p>a</p><h3>One &amp; a <em>half</em></h3><h2>Two</h2>'
    shown = set_text(html, LINK, 2000)
    assert [(line.id, line.text, line.deep) for line in shown.contents] == [
        ("e-one", "One", False),
        ("part-2", "One & a half", True),
        ("part-3", "Two", False),
    ]
    assert '<h3 id="part-2">' in shown.html
    assert set_text(html, LINK, 200).contents == []
    assert set_text("<h2>One</h2><h2>Two</h2>", LINK, 2000).contents == []


def test_footnotes_lead_to_their_place_here_and_back() -> None:
    html = (
        '<p>Text<sup id="fnref1"><a href="#fn1">1</a></sup> and <a href="#nowhere">no place</a>.</p>'
        '<ol><li id="fn1">A note. <a href="#fnref1">back</a></li></ol>'
    )
    shown = set_text(clean(html, LINK).html, LINK, 100).html
    assert 'href="#e-fn1"' in shown and 'id="e-fn1"' in shown
    assert 'href="#e-fnref1"' in shown and 'id="e-fnref1"' in shown
    assert f'href="{LINK}#nowhere"' in shown
    elsewhere = '<p><a href="https://other.example/#fn1">there</a></p><p id="fn1">here</p>'
    assert 'href="https://other.example/#fn1"' in set_text(clean(elsewhere, LINK).html, LINK, 100).html


def test_pictures_lead_to_themselves_unless_they_lead_elsewhere_or_are_small() -> None:
    big, small = (
        '<img src="https://x.example/a.png" alt="A &amp; B">',
        '<img src="https://x.example/i.png" width="16">',
    )
    shown = set_text(f'<p>{big}</p><p><a href="https://y.example/">{big}</a>{small}</p>', LINK, 100).html
    assert shown.count('class="zoom"') == 1
    assert '<p><a class="zoom" href="https://x.example/a.png"' in shown
    assert 'aria-label="Larger: A &amp; B"' in shown
    picture = f'<picture><source srcset="https://x.example/a.webp">{big}</picture>'
    assert set_text(picture, LINK, 100).html.startswith('<a class="zoom"')


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        (
            "https://www.youtube.com/watch?v=abcdefghijk",
            "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1",
        ),
        ("https://youtu.be/abcdefghijk?t=3", "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1"),
        (
            "https://www.youtube.com/shorts/abcdefghijk",
            "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1",
        ),
        ("https://vimeo.com/12345", "https://player.vimeo.com/video/12345?autoplay=1&dnt=1"),
        ("https://www.youtube.com/@somebody", ""),
        ("https://evil.example/?https://vimeo.com/12345", ""),
        (
            'https://www.youtube.com/watch?v=abcdefghijk"onload=x',
            "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1",
        ),
    ],
)
def test_films_play_without_cookies(address: str, frame: str) -> None:
    assert film_of(address) == frame


def test_a_player_in_a_text_is_a_link_that_knows_where_it_plays() -> None:
    player = '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>'
    html = clean(f'{player}<p><a href="https://vimeo.com/1">x</a></p>', LINK)
    shown = set_text(html.html, LINK, 100).html
    assert shown.count("data-frame=") == 1
    assert 'class="film" data-frame="https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1">▶ ' in shown
