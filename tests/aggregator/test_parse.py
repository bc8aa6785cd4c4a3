"""What plnet takes from a document, whoever reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape

import pytest

from aggregator.parse import parse_feed
from aggregator.parsed import NotParsed, ParsedEnclosure, ParsedEntry, ParsedFeed
from aggregator.parsing.hashes import uid_hash

URL = "https://site.example/blog/feed.xml"
NOW = datetime(2024, 6, 1, tzinfo=UTC).timestamp()
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    ' xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:source="http://source.scripting.com/"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:georss="http://www.georss.org/georss"'
)


def read(document: str | bytes, content_type: str = "", window: bytes = b"") -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    feed = parse_feed(URL, content_type, body, window, NOW)
    assert isinstance(feed, ParsedFeed), feed
    return feed


def rss(*items: str, head: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel><title>Site</title>{head}{inside}</channel></rss>'


def atom(*entries: str, head: str = "", attributes: str = "") -> str:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>Site</title>{head}{inside}</feed>'


def entry(document: str | bytes) -> ParsedEntry:
    return read(document).entries[0]


PLAIN = """<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title><link>https://site.example/</link>
<item><title>One &amp;amp; only</title><link>https://site.example/1</link><guid isPermaLink="false">tag:1</guid>
<pubDate>Mon, 20 May 2024 10:00:00 GMT</pubDate><category>Tea</category><category>Tea</category>
<description>&lt;p&gt;Hello &lt;b&gt;you&lt;/b&gt;&lt;/p&gt;</description>
<enclosure url="/a.mp3" length="12" type="audio/mpeg"/></item></channel></rss>"""


def test_plain_rss_is_read_by_the_fast_parser_and_all_of_it_is_there() -> None:
    feed = read(PLAIN)
    assert (feed.parser, feed.format, feed.title, feed.site_url) == ("fast", "rss", "Site", "https://site.example/")
    one = feed.entries[0]
    assert (one.uid, one.title, one.link) == ("tag:1", "One & only", "https://site.example/1")
    assert (one.html, one.text, one.words) == ("<p>Hello <b>you</b></p>", "Hello you", 2)
    assert one.published == datetime(2024, 5, 20, 10, tzinfo=UTC).timestamp()
    assert one.terms == ["Tea"]
    assert one.enclosures == [ParsedEnclosure("https://site.example/a.mp3", "audio/mpeg", 12)]


def test_both_readers_of_good_xml_say_the_same_of_a_plain_feed() -> None:
    fast = read(PLAIN)
    other = read(PLAIN.replace("<channel>", "<channel><ttl>60</ttl>").replace("<rss ", f"<rss {NAMESPACES} "))
    assert other.parser == "lxml"
    assert other.entries == fast.entries
    assert other.window == fast.window


def test_a_feed_that_breaks_for_a_day_is_the_same_feed_to_the_patient_parser() -> None:
    good = read(PLAIN)
    broken = read(PLAIN.replace("<channel>", "<channel><a></b>"))
    assert broken.parser == "feedparser"
    assert broken.window == good.window


def test_a_date_is_never_made_up_from_what_is_none() -> None:
    for guid in ("1", "20240101", "12:30", "May"):
        one = entry(rss(f"<title>a</title><link>https://site.example/1</link><guid>{guid}</guid>"))
        assert (one.published, one.updated) == (None, None)
    no_date = PLAIN.replace("Mon, 20 May 2024 10:00:00 GMT", "1")
    assert entry(no_date).published is None


def test_an_entry_without_id_is_known_by_its_link() -> None:
    one = entry(rss("<title>a</title><link>/posts/1</link>"))
    assert (one.uid, one.link) == ("https://site.example/posts/1", "https://site.example/posts/1")


def test_an_entry_with_nothing_but_words_is_an_entry() -> None:
    one, two = read(rss("<description>First words</description>", "<title>Title</title>")).entries
    assert one.uid.startswith("digest:")
    assert (one.title, one.link, one.published, one.text) == ("", "", None, "First words")
    assert two.uid != one.uid
    assert two.title == "Title"


def test_a_long_id_is_hashed_and_kept_whole_beside() -> None:
    long = "x" * 400
    one = entry(rss(f"<guid>{long}</guid>"))
    assert one.uid.startswith("hash:")
    assert len(one.uid) <= 255
    assert one.extra["id"] == long


def test_of_two_entries_with_one_id_the_newer_stays_else_the_first() -> None:
    old = "<guid>1</guid><title>old</title><pubDate>Mon, 20 May 2024 10:00:00 GMT</pubDate>"
    new = "<guid>1</guid><title>new</title><pubDate>Tue, 21 May 2024 10:00:00 GMT</pubDate>"
    assert [one.title for one in read(rss(old, new)).entries] == ["new"]
    assert [
        one.title for one in read(rss("<guid>1</guid><title>a</title>", "<guid>1</guid><title>b</title>")).entries
    ] == ["a"]


def test_an_id_that_all_entries_bear_names_none_of_them() -> None:
    items = [f"<guid>https://site.example/</guid><link>/{n}</link><title>{n}</title>" for n in range(3)]
    assert [one.uid for one in read(rss(*items)).entries] == [f"https://site.example/{n}" for n in range(3)]


def test_a_link_that_entries_without_id_share_names_none_of_them() -> None:
    feed = read(rss("<link>/news</link><title>a</title>", "<link>/news</link><title>b</title>"))
    assert len({one.uid for one in feed.entries}) == 2


def test_only_the_two_thousand_newest_entries_are_kept() -> None:
    items = [
        f"<guid>{n}</guid><pubDate>{n % 28 + 1} Jan {1991 + n // 70} 10:00:00 GMT</pubDate>" for n in range(2_100)
    ]
    feed = read(rss(*items))
    assert len(feed.entries) == 2_000
    assert len(feed.window) == 16 * 2_000
    assert feed.entries[-1].uid == "2099"


def test_entries_that_stand_unchanged_are_left_out_and_changed_ones_are_not() -> None:
    items = [f"<guid>{n}</guid><title>{n}</title><slash:comments>{n}</slash:comments>" for n in range(3)]
    first = read(rss(*items))
    items[1] = items[1].replace("<title>1", "<title>one")
    items[2] = items[2].replace("<slash:comments>2", "<slash:comments>77")
    again = read(rss(*items), window=first.window)
    assert [one.uid for one in again.entries] == ["1"]
    assert len(again.window) == 3 * 16
    assert again.window[:8] == uid_hash("0").to_bytes(8, "big", signed=True)


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("<title>a &lt; b</title>", "a < b"),
        ("<title>AT&amp;T</title>", "AT&T"),
        ("<title>&lt;b&gt;Bold&lt;/b&gt; &amp;amp; &lt;i&gt;more&lt;/i&gt;</title>", "Bold & more"),
        ("<title><![CDATA[<em>x</em> &#8217; &hellip;]]></title>", "x ’ …"),
        ("<title>List&amp;lt;T&amp;gt;</title>", "List<T>"),
        ("<title>  two\n lines </title>", "two lines"),
        ("<title>&lt;script&gt;alert(1)&lt;/script&gt;safe</title>", "safe"),
    ],
)
def test_a_title_is_plain_text(title: str, plain: str) -> None:
    assert entry(rss(title)).title == plain


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ('<title type="text">&lt;b&gt; is bold</title>', "<b> is bold"),
        ('<title type="html">&lt;b&gt;is&lt;/b&gt; &amp;amp; bold</title>', "is & bold"),
        ('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>is</b> bold</div></title>', "is bold"),
    ],
)
def test_the_type_of_an_atom_title_is_obeyed(title: str, plain: str) -> None:
    assert entry(atom(title)).title == plain


def test_whole_content_is_preferred_and_the_summary_kept() -> None:
    one = entry(
        rss("<description>In short.</description><content:encoded><![CDATA[<p>At length.</p>]]></content:encoded>")
    )
    assert (one.html, one.gist, one.extra["summary"]) == ("<p>At length.</p>", "In short.", "In short.")


def test_a_gist_is_three_hundred_characters_at_most() -> None:
    one = entry(rss(f"<description>{'word ' * 200}</description>"))
    assert len(one.gist) <= 300
    assert one.gist.endswith("word…")
    assert one.words == 200


def test_characters_without_spaces_between_them_count_as_parts_of_words() -> None:
    assert entry(rss(f"<description>{'字' * 300}</description>")).words == 230


def test_xhtml_content_and_its_base_are_read() -> None:
    content = (
        '<link href="/p/1"/><content type="xhtml" xml:lang="de"><div xmlns="http://www.w3.org/1999/xhtml">'
        '<p>Und <a href="more">mehr</a><br/></p></div></content>'
    )
    one = entry(atom(content, attributes='xml:base="https://other.example/a/"'))
    assert one.link == "https://other.example/p/1"
    assert one.html.startswith('<p>Und <a href="https://other.example/a/more"')
    assert one.links == ["https://other.example/a/more"]


def test_addresses_are_relative_to_the_entrys_page() -> None:
    one = entry(
        rss('<link>https://site.example/2024/post/</link><description>&lt;img src="a.png"&gt;</description>')
    )
    assert 'src="https://site.example/2024/post/a.png"' in one.html


def test_json_feed_is_read() -> None:
    top = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "home_page_url": "https://j.example/",
        "feed_url": "https://j.example/feed.json",
        "language": "en",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {"id": 7, "url": "/7", "content_html": "<p>Hi <script>x</script></p>", "authors": [{"name": "Ann"}],
             "date_published": "2024-05-20T12:00:00+02:00", "tags": ["a", "a", 3], "image": "/i.png",
             "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "duration_in_seconds": 60}]},
            {"content_text": "one\n\ntwo < three"},
        ],
    }  # fmt: skip
    feed = read(b"\xef\xbb\xbf" + json.dumps(top).encode(), "application/feed+json")
    one, two = feed.entries
    assert (feed.format, feed.parser, feed.title, feed.hub_url) == ("json", "json", "J", "https://hub.example/")
    assert (one.uid, one.link, one.html, one.author) == ("7", "https://j.example/7", "<p>Hi </p>", "Ann")
    assert one.published == datetime(2024, 5, 20, 10, tzinfo=UTC).timestamp()
    assert one.terms == ["a", "3"]
    assert one.enclosures[0].duration == 60
    assert one.extra["image"] == "https://j.example/i.png"
    assert two.html == "<p>one</p><p>two &lt; three</p>"


def test_half_characters_do_not_spoil_a_json_feed() -> None:
    item = b'{"id":"1","title":"cut \\ud83d","content_html":"a\\u0000b"}'
    feed = read(b'{"version":"https://jsonfeed.org/version/1","items":[' + item + b"]}")
    assert feed.entries[0].title == "cut"
    assert feed.entries[0].html == "ab"


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"hello", b'{"a":1}', b"[]", b"<opml/>", b"<html><body>x</body></html>"]
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    answer = parse_feed(URL, "", body, now=NOW)
    assert isinstance(answer, NotParsed)
    assert answer.why.endswith(".")
    assert answer.is_html == (b"<html" in body)


def test_cleaning_happens_on_the_way_in() -> None:
    hostile = escape('<p onclick="x">a<script>alert(1)</script><a href="javascript:x">b</a></p>')
    assert entry(rss(f"<description>{hostile}</description>")).html == (
        '<p>a<a rel="noopener noreferrer nofollow">b</a></p>'
    )
