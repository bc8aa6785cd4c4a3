"""Documents made to crash, hang or fill a parser; small recipes for large bytes."""

from __future__ import annotations

import random
from collections.abc import Callable
from html import escape

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{}</channel></rss>'
ITEM = "<item><title>a</title><link>http://x.example/1</link>{}</item>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{}</feed>'


def rss(inside: str) -> bytes:
    return RSS.format(inside).encode()


def described(html: str) -> bytes:
    """A feed of one entry with this HTML."""
    return rss(ITEM.format(f"<description>{escape(html)}</description>"))


def attributes(count: int) -> str:
    return " ".join(f'a{number}="1"' for number in range(count))


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def laughs() -> bytes:
    entities = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f"<!DOCTYPE rss [{entities}]>".encode() + rss(ITEM.format("<description>&l9;</description>"))


def outside(target: str) -> bytes:
    document = rss(ITEM.format("<description>&x;</description>"))
    return f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{target}">]>'.encode() + document.partition(b"?>")[2]


MADE: dict[str, Callable[[], bytes]] = {
    "attributes on one element": lambda: rss(f"<item {attributes(100_000)}><title>a</title></item>"),
    "attributes without quotes": lambda: rss(f"<item {'a=b ' * 100_000}><title>a</title></item>"),
    "attributes in HTML": lambda: described(f"<p {attributes(100_000)}>hi</p>"),
    "attributes in CDATA": lambda: rss(
        ITEM.format(f"<description><![CDATA[<p {attributes(100_000)}>hi</p>]]></description>")
    ),
    "namespaces on one element": lambda: rss(
        "<item {}><title>a</title></item>".format(" ".join(f'xmlns:n{n}="http://n/{n}"' for n in range(50_000)))
    ),
    "categories": lambda: rss(ITEM.format("<category>c</category>" * 100_000)),
    "categories, broken": lambda: rss(ITEM.format("<category>c" * 100_000)),
    "enclosures": lambda: rss(ITEM.format('<enclosure url="http://x.example/a.mp3" type="audio/mpeg"/>' * 20_000)),
    "entries": lambda: rss("<item><title>a</title></item>" * 30_000),
    "entries with links": lambda: rss(
        "".join(f"<item><title>a</title><link>http://x.example/{n}</link></item>" for n in range(20_000))
    ),
    "authors": lambda: ATOM.format("<entry>" + "<author><name>a</name></author>" * 50_000 + "</entry>").encode(),
    "nested div": lambda: described("<div>" * 60_000),
    "nested div, closed": lambda: described("<div>" * 60_000 + "</div>" * 60_000),
    "nested formatting": lambda: described("<b><i><u>" * 20_000 + "x"),
    "nested formatting and paragraphs": lambda: described("<b><p>" * 20_000 + "x"),
    "nested anchors": lambda: described('<a href="/">' * 30_000 + "x"),
    "nested tables": lambda: described("<table>" * 30_000 + "x"),
    "nested tables with cells": lambda: described("<table><tr><td>" * 10_000 + "x"),
    "nested lists": lambda: described("<ul><li>" * 20_000 + "x"),
    "nested definitions": lambda: described("<dl><dd>" * 20_000 + "x"),
    "unclosed paragraphs": lambda: described("<p>x" * 100_000),
    "unclosed font": lambda: described("<font color=red>" * 250 + "<p>x" * 20_000),
    "nested xml": lambda: rss("<a>" * 100_000 + "</a>" * 100_000),
    "nested xml in an entry": lambda: rss(ITEM.format("<x>" * 100_000)),
    "nested xhtml": lambda: ATOM.format(
        '<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">' + "<div>" * 50_000
        + "</content></entry>"
    ).encode(),
    "nested channels": lambda: (b"<rss>" + b"<channel>" * 50_000),
    "nested entries": lambda: rss("<item>" * 50_000),
    "a million entities": laughs,
    "quadratic entities": lambda: b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 50_000 + b'">]>' + rss(
        ITEM.format("<description>" + "&a;" * 50_000 + "</description>")
    ),
    "a file as entity": lambda: outside("file:///etc/passwd"),
    "an address as entity": lambda: outside("http://127.0.0.1:9/x"),
    "a document type without end": lambda: b"<!DOCTYPE rss [" + b"<!ENTITY a 'b'>" * 50_000,
    "garbage": lambda: noise(3_000_000),
    "garbage in a feed": lambda: b"<rss><channel><item><title>" + noise(1_000_000),
    "zeros": lambda: b"\0" * 10_000_000,
    "spaces": lambda: b" " * 10_000_000,
    "open brackets": lambda: b"<" * 2_000_000,
    "open brackets in a feed": lambda: b"<rss><channel><item>" + b"<" * 500_000,
    "ampersands": lambda: rss(ITEM.format("<description>" + "&" * 500_000 + "</description>")),
    "entities of HTML": lambda: rss(ITEM.format("<description>" + "&nbsp;" * 200_000 + "</description>")),
    "bad references": lambda: rss(ITEM.format("<description>" + "&#0;&#xD800;" * 100_000 + "</description>")),
    "comments": lambda: rss("<!--" * 500_000),
    "instructions": lambda: rss("<?a " * 500_000),
    "sections": lambda: rss("<![CDATA[" * 300_000),
    "sections, closed": lambda: rss(ITEM.format("<description>" + "<![CDATA[a]]>" * 100_000 + "</description>")),
    "JSON nested": lambda: b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 1_000_000,
    "JSON objects nested": lambda: b'{"items":[{"id":' + b'{"a":' * 500_000,
    "JSON numbers": lambda: b'{"items":[{"id":' + b"9" * 1_000_000 + b"}]}",
    "JSON exponents": lambda: b'{"items":[{"id":1e999999,"title":1e308}]}',
    "JSON surrogates": lambda: b'{"items":[{"id":"\\ud800","title":"\\u0000a\\udfff"}]}',
    "JSON entries": lambda: b'{"items":[' + b'{"id":"1"},' * 50_000 + b'{"id":"2"}]}',
    "scripts in HTML": lambda: described("<script>" * 100_000),
    "frames in HTML": lambda: described('<iframe src="http://x.example/">' * 20_000),
    "images in HTML": lambda: described('<img src="/a.png" srcset="/b 1x, /c 2x">' * 10_000),
    "a set of images": lambda: described('<img src="/a.png" srcset="' + "/b 1x, " * 50_000 + '">'),
    "links in HTML": lambda: described('<a href="/a?utm_source=x&utm_medium=y">a</a>' * 20_000),
    "empty elements": lambda: described("<p><b><i></i></b></p>" * 20_000),
    "a long address": lambda: described('<a href="http://x.example/' + "a/../" * 200_000 + '">a</a>'),
    "a long title": lambda: rss("<item><title>" + "&lt;b" * 200_000 + "</title></item>"),
    "a long title of marks": lambda: rss("<item><title>" + escape("<!-- " * 200_000) + "</title></item>"),
    "a long date": lambda: rss(ITEM.format("<pubDate>" + "1" * 1_000_000 + "</pubDate>")),
    "a date of commas": lambda: rss(ITEM.format("<pubDate>" + "1, " * 25 + "</pubDate>")),
    "a page": lambda: b"<!doctype html><html><body class=h-feed>" + b"<div class=h-entry>" * 50_000,
    "a page of entries": lambda: (
        b"<!doctype html><html><body>" + b"<div class=h-entry><p class=e-content>x</div>" * 20_000
    ),
    "a page of tables": lambda: b"<!doctype html><html><body class=h-feed>" + b"<table>" * 50_000,
    "utf-16 halves": lambda: b"\xff\xfe" + b"\x00\xd8" * 300_000,
    "utf-7": lambda: b'<?xml version="1.0" encoding="utf-7"?>' + b"+ADw-rss+AD4-" * 10_000,
    "an encoding nobody knows": lambda: (
        b'<?xml version="1.0" encoding="' + b"x" * 190 + b'"?><rss><channel/></rss>'
    ),
    "base64 as an encoding": lambda: b'<?xml version="1.0" encoding="base64"?><rss><channel/></rss>',
    "base64 content": lambda: ATOM.format(
        '<entry><content type="image/x" mode="base64">' + "QUFB" * 500_000 + "</content></entry>"
    ).encode(),
    "prefixes nobody declared": lambda: rss(
        "<item>" + "".join(f"<p{n}:x>1</p{n}:x>" for n in range(50_000)) + "</item>"
    ),
    "names of a megabyte": lambda: rss(f"<{'a' * 1_000_000}>1</{'a' * 1_000_000}>"),
}  # fmt: skip
