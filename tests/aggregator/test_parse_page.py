"""What a web page says about feeds, profiles and icons."""

from aggregator.parse import parse_page
from aggregator.parsed import FoundLink, NotParsed, ParsedPage

URL = "https://site.example/about/"


def read(html: str, content_type: str = "text/html") -> ParsedPage:
    page = parse_page(URL, content_type, html.encode())
    assert isinstance(page, ParsedPage)
    return page


def test_the_head_of_a_page_is_read() -> None:
    page = read(
        """<!doctype html><html lang="de-AT"><head><title> Ann\n writes </title><base href="/blog/">
        <link rel=canonical href="https://site.example/about"><meta name=generator content="Press 6">
        <meta property="og:site_name" content="Ann"><meta property="og:image" content="/i.png">
        <meta name=description content="All of it"><meta name=viewport content="x"></head>"""
    )
    assert (page.title, page.base, page.language) == ("Ann writes", "https://site.example/blog/", "de-at")
    assert (page.canonical, page.generator) == ("https://site.example/about", "Press 6")
    assert page.meta == {
        "og:site_name": "Ann",
        "og:image": "https://site.example/i.png",
        "description": "All of it",
    }


def test_links_are_found_by_what_they_are_to_the_page() -> None:
    page = read(
        """<link rel="alternate" type="application/rss+xml" title="Posts" href="feed.xml">
        <link rel="shortcut icon" href="/icon.png"><link rel=stylesheet href=/a.css>
        <link rel="alternate" href="javascript:x">
        <a rel="me nofollow" href="https://social.example/@ann">me</a><a rel=blogroll href=/roll>roll</a>"""
    )
    assert page.links == [
        FoundLink("https://site.example/about/feed.xml", "alternate", "application/rss+xml", "Posts"),
        FoundLink("https://site.example/icon.png", "icon"),
        FoundLink("https://social.example/@ann", "me", "", "me"),
        FoundLink("https://site.example/roll", "blogroll", "", "roll"),
    ]


def test_anchors_that_look_like_feeds_are_marked_as_maybe() -> None:
    page = read(
        '<a href="/feed/">here</a><a href="/x.rss">y</a><a href="/?feed=rss2">z</a><a href="/subscribe">RSS</a>'
        '<a href="/index.xml#a">i</a><a href="/feedback">no</a><a href="/essay">no</a>'
        '<a href="mailto:a@b.example">no</a>'
    )
    assert {link.rel for link in page.links} == {"maybe-feed"}
    assert [link.url.removeprefix("https://site.example") for link in page.links] == [
        "/feed/", "/x.rss", "/?feed=rss2", "/subscribe", "/index.xml#a",
    ]  # fmt: skip


def test_a_page_that_is_a_feed_itself_says_so() -> None:
    assert read('<div class="h-entry">x</div>').has_h_feed
    assert not read("<p>about h-entry</p>").has_h_feed


def test_the_encoding_of_a_page_is_what_it_says() -> None:
    body = '<meta charset="windows-1251"><title>Привет</title>'.encode("cp1251")
    page = parse_page(URL, "text/html", body)
    assert isinstance(page, ParsedPage)
    assert page.title == "Привет"


def test_what_is_no_page_is_said_to_be_none() -> None:
    assert isinstance(parse_page(URL, "text/plain", b"hello"), NotParsed)
