"""What members write comes out as HTML anybody may look at, whatever was typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from network import markdown

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![a picture](https://tracker.example/pixel.gif)",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](//elsewhere.example)",
    "[a](/people/1/rename/)",
    "[a](http://[x)",
    '[a](https://a.example "onmouseover=alert(1)")',
    '[a](https://a.example/"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    "ftp://files.example/x",
    "javascript://a.example/%0aalert(1)",
    "[a]: javascript:alert(1)\n\n[a]",
    "<a href='javascript:x'>a</a>",
    "<style>*{display:none}</style>",
    "<iframe srcdoc='<script>'></iframe>",
    "<!-- --><svg/onload=alert(1)>",
    "</p></div></main><form action=/x>",
    "\x00<scr\x00ipt>",
)


@pytest.mark.parametrize("written", HOSTILE)
def test_nothing_hostile_survives(written: str) -> None:
    harmless(markdown.render(written))


@given(st.text(alphabet=st.sampled_from("<>[]()!\"'`*_~#-&;:/\\ \nabhtpjs.@=") | st.characters(), max_size=300))
def test_whatever_is_written_is_harmless(written: str) -> None:
    harmless(markdown.render(written))


def test_markdown_is_understood() -> None:
    html = markdown.render("Met in **Bodø**, *2025*.\nPrefers mail.\n\n- one\n- ~~two~~\n\n> said\n\n`code`")
    for part in ("<strong>Bodø</strong>", "<em>2025</em>", "<br>", "<li>one</li>", "<s>two</s>", "<blockquote>"):
        assert part in html
    assert "<code>code</code>" in html


def test_an_address_written_out_is_a_link_that_vouches_for_nothing() -> None:
    link = links(markdown.render("see https://shelf.org/about for more"))[0]
    assert link["href"] == "https://shelf.org/about"
    assert set(link["rel"].split()) == {"nofollow", "noopener", "noreferrer"}


def test_a_link_of_ones_own_vouches_for_nothing_either() -> None:
    link = links(markdown.render("[the shelf](https://shelf.org)"))[0]
    assert set(link["rel"].split()) == {"nofollow", "noopener", "noreferrer"}


def test_a_mail_address_is_a_link() -> None:
    assert links(markdown.render("ask ingrid@shelf.org"))[0]["href"] == "mailto:ingrid@shelf.org"


def test_addresses_in_code_stay_as_they_are() -> None:
    assert links(markdown.render("`https://shelf.org`")) == []


def test_a_picture_is_a_link_to_it_and_nothing_is_fetched() -> None:
    html = markdown.render("![a cat](https://cats.example/1.jpg)")
    assert "<img" not in html
    assert links(html)[0]["href"] == "https://cats.example/1.jpg"


def test_a_heading_ranks_below_those_of_the_page() -> None:
    assert "<h3>How we met</h3>" in markdown.render("# How we met")


def test_html_stays_text_one_can_read() -> None:
    assert "&lt;b&gt;bold&lt;/b&gt;" in markdown.render("<b>bold</b>")


def test_a_text_of_a_megabyte_is_shown_as_far_as_it_is_bounded() -> None:
    assert len(markdown.render("word " * 200_000)) < markdown.LONGEST + 100


def test_nesting_ends_somewhere() -> None:
    for deep in (">" * 20_000, "> - " * 10_000, "[" * 20_000, "**a*_" * 5_000, "(" * 20_000, "a@" * 20_000):
        html = markdown.render(deep)
        assert html.count("<blockquote>") + html.count("<ul>") <= 40
        harmless(html)


# ---- the words


def harmless(html: str) -> None:
    tree = LexborHTMLParser(f"<body>{html}</body>").body
    assert tree is not None
    for node in tree.traverse(include_text=False):
        assert node.tag in {*markdown.TAGS, "body"}
        for name, value in node.attributes.items():
            assert name in ("href", "title", "rel", "start")
            if name == "href":
                assert re.match("(?i)(https?|mailto):", value or "")


def links(html: str) -> list[dict[str, str]]:
    return [{k: v or "" for k, v in a.attributes.items()} for a in LexborHTMLParser(html).css("a")]


@pytest.mark.parametrize("address", ["https:settings/", "http:/settings/", "HTTPS:x", "//evil.example", "/", "x"])
def test_a_link_never_leads_to_a_page_of_ours_by_chance(address: str) -> None:
    assert markdown.render(f"[x]({address})") == "<p>x</p>\n"
