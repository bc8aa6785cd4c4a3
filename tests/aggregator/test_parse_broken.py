"""Feeds that are not what they should be are read as far as they can be."""

from __future__ import annotations

import codecs

import pytest

from aggregator.parse import parse_feed
from aggregator.parsed import NotParsed, ParsedEntry, ParsedFeed

URL = "https://site.example/feed"
NOW = 1_717_000_000.0
ITEM = "<item><guid>{0}</guid><title>{0}</title><link>/{0}</link><description>words of {0}</description></item>"


def read(body: bytes, content_type: str = "") -> ParsedFeed:
    feed = parse_feed(URL, content_type, body, now=NOW)
    assert isinstance(feed, ParsedFeed), feed
    return feed


def rss(*items: str, declaration: str = '<?xml version="1.0"?>') -> str:
    return f'{declaration}<rss version="2.0"><channel><title>Site</title>{"".join(items)}</channel></rss>'


def titled(title: str) -> str:
    return rss(f"<item><guid>1</guid><title>{title}</title></item>")


def first(body: bytes | str, content_type: str = "") -> ParsedEntry:
    return read(body.encode() if isinstance(body, str) else body, content_type).entries[0]


@pytest.mark.parametrize(
    "before",
    [
        b"\n\n  ",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbf\n",
        b"<br />\n<b>Warning</b>:  Undefined variable $x in <b>/www/feed.php</b> on line <b>3</b><br />\n",
        b"Notice: something\n",
        b"<!-- cached --> ",
    ],
)
def test_what_stands_before_the_document_is_passed_over(before: bytes) -> None:
    feed = read(before + rss(ITEM.format(1)).encode())
    assert [entry.title for entry in feed.entries] == ["1"]
    assert feed.parser in ("lxml", "fast")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tom & Jerry", "Tom & Jerry"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("caf&eacute; &nbsp;au lait &mdash; &hellip;", "café au lait — …"),
        ("it&#146;s &#150; &#8217;", "it’s – ’"),
        ("control \x0b\x1f\x00 characters", "control characters"),
        ("bad &#0; &#xD800; &#99999999; references", "bad references"),
        ("&lt;b&gt;Bold&lt;/b&gt; & brash", "Bold & brash"),
        ("<![CDATA[R&D <b>now</b>]]> & then", "R&D now & then"),
    ],
)
def test_what_xml_forbids_is_read_as_it_was_meant(written: str, meant: str) -> None:
    assert first(titled(written)).title == meant


def test_nothing_of_what_is_forbidden_needs_the_slow_parser() -> None:
    body = titled("a & b &nbsp; \x0b c").encode()
    assert read(body).parser == "lxml"


def test_a_document_cut_short_keeps_its_whole_entries() -> None:
    whole = rss(*(ITEM.format(n) for n in range(5))).encode()
    feed = read(whole[: whole.index(b"words of 3") + 4])
    assert [entry.uid for entry in feed.entries] == ["0", "1", "2"]
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id></entry><entry><id>2</id><title>cut'
    assert [entry.uid for entry in read(atom).entries][:1] == ["1"]


def test_a_prefix_nobody_declared_is_understood() -> None:
    body = (
        "<rss><channel><item><guid>1</guid><dc:creator>Ann</dc:creator><foo:bar>x</foo:bar></item></channel></rss>"
    )
    feed = read(body.encode())
    assert feed.entries[0].author == "Ann"
    assert feed.parser == "lxml"


def test_markup_that_should_have_been_escaped_is_content() -> None:
    entry = first(rss("<item><guid>1</guid><description><p>One<br>two</p> <b>three</b></description></item>"))
    assert entry.text == "One two three"


def test_tags_closed_in_the_wrong_order_lose_no_entry() -> None:
    one = "<item><guid>1</guid><title>a</link></title></item>"
    two = "<item><guid>2</guid><description><p>b</description></item>"
    feed = read(rss(one, two).encode())
    assert [entry.uid for entry in feed.entries] == ["1", "2"]


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "", "text/xml"),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),  # says one thing, is another
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", "windows-1252", ""),
        ("cp1252", "", "application/rss+xml; charset=ISO-8859-1"),
        ("cp1252", "", ""),
        ("cp1252", "utf-8", "text/xml; charset=utf-8"),  # says UTF-8, is none
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "utf-16", ""),
        ("utf-16-be", "", ""),
        ("utf-32-le", "utf-32", ""),
    ],
)
def test_the_encoding_is_what_it_is_not_what_it_is_said_to_be(
    encoding: str, declared: str, content_type: str
) -> None:
    said = f' encoding="{declared}"' if declared else ""
    document = rss("<item><title>Zoë’s café</title></item>", declaration=f'<?xml version="1.0"{said}?>')
    assert first(document.encode(encoding), content_type).title == "Zoë’s café"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("koi8-r", "Привет"),
        ("shift_jis", "こんにちは"),
        ("gb2312", "你好世界"),
        ("euc-kr", "안녕"),
        ("big5", "您好"),
    ],
)
def test_other_scripts_are_read_in_their_declared_encodings(encoding: str, text: str) -> None:
    document = rss(
        f"<item><title>{text}</title></item>", declaration=f'<?xml version="1.0" encoding="{encoding}"?>'
    )
    assert first(codecs.encode(document, encoding)).title == text


@pytest.mark.parametrize(
    "content_type", ["text/html", "text/plain; charset=utf-8", "application/octet-stream", "x"]
)
def test_the_content_type_does_not_decide(content_type: str) -> None:
    assert len(read(rss(ITEM.format(1)).encode(), content_type).entries) == 1


@pytest.mark.parametrize(
    ("document", "format"),
    [
        ('<rss version="0.91"><channel><item><title>1</title></item></channel></rss>', "rss"),
        ("<rss><channel/><item><title>1</title></item></rss>", "rss"),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
            ' xmlns="http://my.netscape.com/rdf/simple/0.9/">'
            "<channel><title>t</title></channel><item><title>1</title></item></rdf:RDF>",
            "rdf",
        ),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
            '<channel rdf:about="/"/><item rdf:about="/1"><title>1</title></item></rdf:RDF>',
            "rdf",
        ),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>1</title></entry></feed>', "atom"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>1</title></entry></feed>', "atom"),
        ("<feed><entry><title>1</title></entry></feed>", "atom"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>1</a:title></a:entry></a:feed>', "atom"),
        ('<CHANNEL HREF="/"><ITEM HREF="/1"><TITLE>1</TITLE></ITEM></CHANNEL>', "cdf"),
    ],
)
def test_every_dialect_is_read(document: str, format: str) -> None:
    feed = read(document.encode())
    assert feed.format == format
    assert [entry.title for entry in feed.entries] == ["1"]


def test_an_h_feed_is_a_feed_though_it_is_a_page() -> None:
    page = """<!doctype html><title>Ann</title><main class="h-feed"><h1 class="p-name">Ann writes</h1>
    <article class="h-entry"><h2 class="p-name"><a class="u-url" href="/1">One</a></h2>
    <time class="dt-published" datetime="2024-05-20T10:00:00Z"></time>
    <div class="e-content"><p>Hi <b>you</b></p></div>
    <a class="p-category">tea</a><a class="p-author h-card" href="/">Ann</a></article>
    <article class="h-entry"><p class="e-content p-name">Only a note</p><a class="u-url" href="/2"></a></article>
    </main>"""
    feed = read(page.encode(), "text/html")
    one, two = feed.entries
    assert (feed.format, feed.parser, feed.title) == ("h-feed", "h-feed", "Ann writes")
    assert (one.uid, one.title, one.author, one.terms) == ("https://site.example/1", "One", "Ann", ["tea"])
    assert one.html == "<p>Hi <b>you</b></p>"
    assert (two.title, two.text) == ("", "Only a note")


def test_a_page_without_entries_is_a_page() -> None:
    answer = parse_feed(URL, "text/html", b"<!doctype html><html><body class=h-feed>soon</body></html>", now=NOW)
    assert isinstance(answer, NotParsed)
    assert answer.is_html
