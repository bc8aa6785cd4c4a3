"""One address under many spellings."""

import pytest

from aggregator.spelling import link_key, plain_spelling


@pytest.mark.parametrize(
    "url",
    [
        "http://ann.example/2026/11/post",
        "https://ann.example/2026/11/post/",
        "https://www.ann.example/2026/11/post",
        "HTTPS://WWW.ANN.EXAMPLE/2026/11/post",
        "https://ann.example:443/2026/11/post",
        "http://ann.example:80/2026/11/post",
        "https://ann.example/2026/11/post#comments",
        "https://ann.example/2026/11/post?utm_source=rss&utm_medium=feed",
        "https://ann.example/2026/11/post/?fbclid=abc#top",
        "https://user@ann.example/2026/11/post",
    ],
)
def test_spellings_of_one_page_are_one(url):
    assert plain_spelling(url) == "ann.example/2026/11/post"
    assert link_key(url) == link_key("https://ann.example/2026/11/post")


@pytest.mark.parametrize(
    "url",
    [
        "https://ann.example/2026/11/Post",
        "https://ann.example/2026/11/post?p=1",
        "https://ann.example:8080/2026/11/post",
        "https://bob.example/2026/11/post",
        "mailto:ann@ann.example",
    ],
)
def test_other_pages_are_others(url):
    assert link_key(url) != link_key("https://ann.example/2026/11/post")


def test_the_order_of_parameters_says_nothing():
    assert link_key("https://a.example/?b=2&a=1") == link_key("https://a.example/?a=1&b=2&gclid=x")
