"""Lists of feeds are read, whatever they are and however broken."""

from __future__ import annotations

import codecs
import os

import pytest

from network.outlining import opml
from network.outlining.listed import Listed, NotAList


def read(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> Listed:
    return opml.read(
        f"{head}<opml version='2.0'><head><title>T</title></head><body>\n{body}\n</body></opml>".encode()
    )


def addresses(listed: Listed) -> list[str]:
    return list(listed.outlines)


def only(listed: Listed) -> opml.Outline:
    (outline,) = listed.outlines.values()
    return outline


# ---- what OPML says


@pytest.mark.parametrize(
    "attributes",
    [
        'type="rss" text="Slow" xmlUrl="https://slow.example/feed"',
        'TYPE="RSS" title="Slow" XMLURL="https://slow.example/feed"',
        'text="Slow" xmlurl=" https://slow.example/feed "',
        'text="Slow" type="rss" url="https://slow.example/feed"',
        'text="Slow" xmlUrl="feed://slow.example/feed"',
        'text="Slow" xmlUrl="feed:https://slow.example/feed"',
        'text="Slow" xmlUrl="slow.example/feed"',
        'text="Slow" xmlUrl="https://slow.example/feed#top"',
        'text="Slow" xmlUrl="https://SLOW.example:443/feed" htmlUrl="javascript:alert(1)"',
    ],
)
def test_an_address_is_read_however_it_is_written(attributes: str) -> None:
    outline = only(read(f"<outline {attributes}/>"))
    assert (outline.address, outline.title, outline.is_feed, outline.home) == (
        "https://slow.example/feed",
        "Slow",
        True,
        "",
    )


def test_the_innermost_folder_and_the_categories_are_circles() -> None:
    listed = read(
        """<outline text="Reading"><outline text="Small libraries">
        <outline text="Slow" xmlUrl="https://slow.example/" category="/Boston/Weather,Tags, ,/"/></outline>
        <outline text="Otherwise"/></outline>"""
    )
    assert only(listed).circles == ("Small libraries", "Weather", "Tags")
    assert list(listed.circles) == ["Small libraries", "Weather", "Tags"]
    assert [(bad.line, bad.text) for bad in listed.bad] == [(5, "Otherwise")]


def test_a_feed_in_several_folders_is_one_in_several_circles() -> None:
    listed = read(
        """<outline text="A"><outline xmlUrl="https://slow.example/feed"/></outline>
        <outline text="B"><outline text="Slow" xmlUrl="https://slow.example/feed"/></outline>"""
    )
    assert (only(listed).circles, only(listed).title, listed.doubles) == (("A", "B"), "Slow", 1)


def test_a_page_without_a_feed_is_to_be_looked_behind() -> None:
    listed = read(
        '<outline text="Slow" htmlUrl="https://slow.example/"/><outline type="link" url="https://b.example"/>'
    )
    assert [(o.address, o.is_feed) for o in listed.outlines.values()] == [
        ("https://slow.example/", False),
        ("https://b.example/", False),
    ]


def test_bad_lines_are_told_with_their_number_and_nothing_else_is_lost() -> None:
    listed = read(
        """<outline text="Good" xmlUrl="https://good.example/"/>
        <outline text="Script" xmlUrl="javascript:alert(1)"/>
        <outline text="Empty" type="rss" xmlUrl=""/>
        <outline text="More" type="include" url="https://more.example/list.opml"/>
        <outline text="Mail" xmlUrl="someone@example.org"/>
        <outline text="Last" xmlUrl="https://last.example/"/>"""
    )
    assert addresses(listed) == ["https://good.example/", "https://last.example/"]
    assert [bad.line for bad in listed.bad] == [4, 5, 6, 7]
    assert all(bad.why for bad in listed.bad)


# ---- what OPML should not be


def test_bare_ampersands_html_entities_and_brackets_do_no_harm() -> None:
    listed = read('<outline text="Tom & J&eacute;r&ocirc;me &lt;3" xmlUrl="https://a.example/?b=1&c=2&copy=3"/>')
    assert (only(listed).title, only(listed).address) == ("Tom & Jérôme <3", "https://a.example/?b=1&c=2&copy=3")


def test_a_file_cut_short_is_read_to_its_end() -> None:
    whole = "".join(f'<outline text="n{n}" xmlUrl="https://h{n}.example/"/>\n' for n in range(50))
    cut = f"<opml><body>\n{whole}<outline text='half' xmlUrl='https://half.ex".encode()
    listed = opml.read(cut)
    assert len(listed.outlines) == 50
    assert listed.bad[-1].line in (51, 52)
    assert "damaged" in listed.bad[-1].why


@pytest.mark.parametrize(
    "damage",
    [
        '<outline text="a < b" xmlUrl="https://lost.example/"/>',
        '<outline text="quote \'and" more" xmlUrl="https://lost.example/"/>',
        '</outline><outline text=x xmlUrl="https://lost.example/"/>',
        '<outline text="deep"' * 400 + '><outline xmlUrl="https://lost.example/"/>',
    ],
)
def test_what_an_xml_reader_would_lose_is_saved(damage: str) -> None:
    listed = read(f'<outline xmlUrl="https://one.example/"/>\n{damage}\n<outline xmlUrl="https://two.example/"/>')
    assert set(listed.outlines) == {"https://one.example/", "https://lost.example/", "https://two.example/"}
    assert listed.bad


def test_what_stands_in_a_comment_is_not_there() -> None:
    listed = read(
        '<!-- <outline xmlUrl="https://old.example/"/> -->\n<outline xmlUrl="https://new.example/"/><broken'
    )
    assert addresses(listed) == ["https://new.example/"]
    assert listed.outlines["https://new.example/"].line == 4


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "utf-16", "no-such-thing", "zlib", ""])
def test_the_encoding_is_found_whatever_is_declared(charset: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = f'{head}<opml><body><outline text="Zoë" xmlUrl="https://zoe.example/"/></body></opml>'
    assert only(opml.read(text.encode(charset))).title == "Zoë"


def test_a_declared_encoding_is_believed_where_the_bytes_are_no_utf_8() -> None:
    text = '<?xml version="1.0" encoding="shift_jis"?><opml><outline text="小さな道具" xmlUrl="https://a.example/"/></opml>'
    assert only(opml.read(text.encode("shift_jis"))).title == "小さな道具"


def test_no_entity_grows_and_no_file_is_read() -> None:
    bomb = (
        '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<opml><body><outline text="&b;&f;" xmlUrl="https://a.example/"/></body></opml>'
    )
    assert only(opml.read(bomb.encode())).title == "&b;&f;"


# ---- what is no OPML


def test_a_plain_list_has_one_address_a_line() -> None:
    listed = opml.read(
        b"# my people\n\nhttps://slow.example/\nThe Parish, https://parish.example/feed\nvacuum.example\n"
        b"@ingrid@hylle.example\nnothing of the kind\n"
    )
    assert [(o.address, o.title, o.is_feed) for o in listed.outlines.values()] == [
        ("https://slow.example/", "", False),
        ("https://parish.example/feed", "The Parish", False),
        ("https://vacuum.example/", "", False),
        ("https://hylle.example/@ingrid", "", False),
    ]
    assert [(bad.line, bad.text) for bad in listed.bad] == [(7, "nothing of the kind")]


def test_bookmarks_keep_their_folders() -> None:
    listed = opml.read(
        b"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
        <DL><p><DT><H3 ADD_DATE="1">Libraries &amp; ferries</H3><DL><p>
        <DT><A HREF="https://slow.example/?a=1&amp;b=2" ICON="data:image/png;base64,AA">The Slow Shelf</A>
        <DT><A FEEDURL="https://live.example/rss" HREF="https://live.example/">Live</A>
        <DT><A HREF="place:sort=8">Recent</A></DL>"""
    )
    slow, live = listed.outlines.values()
    assert (slow.address, slow.title, slow.is_feed, slow.line) == (
        "https://slow.example/?a=1&b=2",
        "The Slow Shelf",
        False,
        3,
    )
    assert (live.address, live.is_feed, live.circles) == (
        "https://live.example/rss",
        True,
        ("Libraries & ferries",),
    )


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "No address"),
        (b"<opml version='2.0'><head/><body/></opml>", "No address"),
        (b"<rss version='2.0'><channel/></rss>", "Paste its address"),
        (b"<!doctype html><html><body>hello</body></html>", "Paste its address"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "not text"),
        (os.urandom(5 * 2**20), "not text"),
        (b"nonsense and more nonsense " * 200_000, "No address"),
        (b"a" * (opml.MAX_BYTES + 1), "larger than 10 MB"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8" * 5000, "not text"),
    ],
    ids=["empty", "empty opml", "feed", "page", "image", "noise", "words", "large", "surrogates"],
)
def test_what_is_no_list_is_refused_with_a_clear_word(content: bytes, word: str) -> None:
    with pytest.raises(NotAList, match=word):
        opml.read(content)


def test_more_addresses_than_anybody_reads_are_refused() -> None:
    many = "".join(f'<outline xmlUrl="https://h{n}.example/"/>' for n in range(20_001))
    with pytest.raises(NotAList, match="smaller files"):
        read(many)


@pytest.mark.parametrize(
    "hostile",
    [
        b"<opml>" + b"<outline text='a'>" * 400_000,
        b"<opml><outline " + b" ".join(b"a%d='x'" % n for n in range(150_000)) + b"/></opml>",
        b"<opml>" + b"<!--" * 2_000_000,
        b"<!DOCTYPE [" * 800_000 + b"<opml>",
        b"<opml>" + b"&" * 8_000_000,
        b"<opml>" + b"<outline xmlUrl='" * 500_000,
        b"netscape-bookmark" + b"<a " * 3_000_000,
        b"https://" * 1_000_000,
        b"\xfc" * 9_000_000,
        b"<opml>" + b"\n" * 9_000_000,
    ],
    ids=[
        "nested",
        "attributes",
        "comments",
        "doctypes",
        "ampersands",
        "quotes",
        "links",
        "schemes",
        "one line",
        "lines",
    ],
)
def test_nothing_keeps_the_reader_long(hostile: bytes) -> None:
    """Each of these once took minutes with one or another way of reading; the suite's own limit would stop it."""
    with pytest.raises(NotAList):
        opml.read(hostile)
