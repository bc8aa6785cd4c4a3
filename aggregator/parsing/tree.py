"""Reads RSS, Atom and RDF from a tree of lxml: all that plnet knows of in a feed, in one walk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from . import elements, heads
from .names import short
from .raw import RawEntry, RawFeed

Element = Any  # lxml.etree._Element; lxml ships no types

MOST_ENTRIES = 20_000  # no more are looked at; parse.py keeps the newest of them
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_ENTRIES = frozenset(("item", "entry"))
_ROOTS = {"rss": "rss", "feed": "atom", "rdf:rdf": "rdf", "rdf": "rdf", "channel": "rss"}


def parser(*, recover: bool = False) -> Any:
    """A parser that resolves nothing, loads nothing and gives up on nothing but bad syntax."""
    return etree.XMLParser(
        recover=recover, resolve_entities=False, load_dtd=False, no_network=True, collect_ids=False, huge_tree=True,
        remove_comments=True, remove_pis=True, strip_cdata=True,
    )  # fmt: skip


_NO_MEMORY = 2  # XML_ERR_NO_MEMORY (libxml2's xmlerror.h)
_strict = parser()
_lenient = parser(recover=True)


def grow(document: bytes, *, recover: bool = False) -> Element | None:
    """The root element, or None when the bytes are no XML (with `recover`: when nothing can be made of them)."""
    chosen = _lenient if recover else _strict
    try:
        return etree.fromstring(document, chosen)
    except (etree.XMLSyntaxError, ValueError):
        return None
    finally:
        if any(error.type == _NO_MEMORY for error in chosen.error_log):
            raise MemoryError  # half a tree is no document: the child ends, and the document counts as unread


def only_names_were_wrong() -> bool:
    """Whether the last lenient reading lost nothing: all that was wrong were prefixes nobody declared."""
    return all(error.domain_name == "NAMESPACE" for error in _lenient.error_log)


def read(root: Element, document: bytes, url: str, name: str) -> RawFeed | None:
    """The whole document, or None when its root is that of no feed. `name` goes into RawFeed.parser."""
    format = _ROOTS.get(short(root.tag)) if isinstance(root.tag, str) else None
    if format is None or root.tag == "CHANNEL":  # CDF is feedparser's
        return None
    feed = RawFeed(format, name)
    based, spoken = b"xml:base" in document, b"xml:lang" in document
    for channel in _channels(root):
        if based and (base := _base(channel, url)):
            feed.base = base
        if spoken and not feed.language:
            feed.language = _language(channel)
        _read_channel(channel, feed)
    for element in _items(root):
        entry = RawEntry()
        if based:
            entry.base = _base(element, url)
        if spoken:
            entry.language = _language(element)
        elements.read_entry(element, entry)
        feed.entries.append(entry)
        if len(feed.entries) >= MOST_ENTRIES:
            break
    feed.subtitle = feed.subtitle or feed.lesser_subtitle
    return feed


def _channels(root: Element) -> Iterator[Element]:
    """The elements that hold what is said of the whole feed."""
    name = short(root.tag)
    yield root
    if name != "feed":
        for child in root:
            if isinstance(child.tag, str) and short(child.tag) == "channel":
                yield child


def _items(root: Element) -> Iterator[Element]:
    """The entries at any depth, but not those inside of entries (Atom's quoted sources)."""
    stack = [iter(root)]
    while stack:
        for child in stack[-1]:
            if not isinstance(child.tag, str):
                continue
            name = short(child.tag)
            if name in _ENTRIES:
                yield child
            elif (
                len(child) and len(stack) < 4 and name in ("channel", "feed", "rss", "items", "entries", "rdf:rdf")
            ):
                stack.append(iter(child))
                break
        else:
            stack.pop()


def _read_channel(channel: Element, feed: RawFeed) -> None:
    for child in channel:
        if not isinstance(child.tag, str):
            continue
        reader = heads.OF_FEED.get(short(child.tag))
        if reader is not None:
            reader(child, feed)


def _base(element: Element, url: str) -> str:
    """The xml:base in force, made absolute; empty when none is."""
    found = []
    while element is not None:
        if base := element.get(_BASE):
            found.append(base)
        element = element.getparent()
    if not found:
        return ""
    from ..cleaning.addresses import join

    for base in reversed(found):
        url = join(url, base) or url
    return url


def _language(element: Element) -> str:
    while element is not None:
        if language := element.get(_LANG):
            return str(language)
        element = element.getparent()
    return ""
