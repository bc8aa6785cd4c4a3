"""Reads a web page for what it says about feeds, profiles and icons; never for its text."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..cleaning.addresses import join
from ..cleaning.plain import door, shorten, squeeze
from ..parsed import FoundLink, NotParsed, ParsedPage
from . import decode
from .language import declared

MOST_BYTES = 3 * 2**20  # what matters stands at the start of a page
MOST_LINKS = 300
MAYBE = "maybe-feed"

_RELS_OF_INTEREST = "alternate feed me icon apple-touch-icon blogroll hub canonical self webmention author"
_META_OF_INTEREST = """
    og:site_name og:title og:image og:url og:type application-name description author title
    twitter:site twitter:creator fediverse:creator generator
"""
_RELS = frozenset(_RELS_OF_INTEREST.split())
_META = frozenset(_META_OF_INTEREST.split())
_ADDRESSED = ("og:image", "og:url")
_feed_like = re.compile(
    r"\.(?:rss|xml|atom|rdf)(?:$|[?#])|/(?:feed|feeds|rss|atom)(?:/|\.|$|[?#])|[?&](?:feed|format)=(?:rss|atom|xml)"
    r"|/feed\.json$|//feeds?\.|//rss\.",
    re.I,
)
_feed_words = re.compile(r"\b(?:rss|atom|feed|json feed)\b", re.I)
_microformat = re.compile(r"\bh-(?:feed|entry)\b")


def read(url: str, content_type: str, body: bytes) -> ParsedPage | NotParsed:
    """What the page at `url` says; every address absolute."""
    html = decode.page(body[:MOST_BYTES], content_type)
    if "<" not in html:
        return NotParsed("This is no web page.")
    tree = LexborHTMLParser(html)
    base = _base(tree, url)
    links = _links(tree, base)
    canonical = next((link.url for link in links if link.rel == "canonical"), "")
    meta = _meta(tree, base)
    root = tree.root
    spoken = root.attributes.get("lang") if root is not None else ""
    title = tree.css_first("title")
    return ParsedPage(
        title=shorten(squeeze(door(title.text() if title is not None else "")), 500),
        base=base,
        canonical=canonical,
        language=declared(spoken or ""),
        links=links,
        generator=meta.pop("generator", ""),
        has_h_feed=_microformat.search(html) is not None and _has_h_feed(tree),
        meta=meta,
    )


def _base(tree: LexborHTMLParser, url: str) -> str:
    found = tree.css_first("base[href]")
    return (join(url, found.attributes.get("href") or "") if found is not None else "") or url


def _links(tree: LexborHTMLParser, base: str) -> list[FoundLink]:
    """Links with a rel of interest first, then anchors that look like feeds; each once per rel."""
    found: dict[tuple[str, str], FoundLink] = {}
    for node in tree.css("link[rel][href], a[rel][href], area[rel][href]"):
        for rel in sorted(_RELS.intersection((node.attributes.get("rel") or "").lower().split())):
            _add(found, node, base, rel)
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        if _feed_like.search(href) or (len(href) < 300 and _feed_words.search(node.text()[:60])):
            _add(found, node, base, MAYBE)
    return list(found.values())[:MOST_LINKS]


def _add(found: dict[tuple[str, str], FoundLink], node: LexborNode, base: str, rel: str) -> None:
    address = join(base, node.attributes.get("href") or "")
    if not address or (address, rel) in found:
        return
    title = node.attributes.get("title") or (node.text()[:200] if node.tag == "a" else "")
    kind = (node.attributes.get("type") or "").strip().lower()
    found[address, rel] = FoundLink(address, rel, kind[:100], squeeze(door(title))[:200])


def _meta(tree: LexborHTMLParser, base: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or "").strip().lower()
        content = squeeze(door(attributes.get("content") or ""))
        if name in _ADDRESSED:
            content = join(base, content)
        if content and name not in found and name in _META:
            found[name] = shorten(content, 500)
    return found


def _has_h_feed(tree: LexborHTMLParser) -> bool:
    """h-feed, or entries standing by themselves."""
    return tree.css_first(".h-feed, .h-entry") is not None
