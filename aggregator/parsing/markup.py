"""What an element says, as HTML or as text, by the rules of Atom (RFC 4287, 3.1 and 4.1.3), Atom 0.3 and RSS."""

from __future__ import annotations

import base64
import binascii
import re
from html import escape
from typing import Any

from lxml import etree

from ..cleaning.plain import to_html
from .raw import HTML, MAYBE, TEXT

Element = Any  # lxml.etree._Element; lxml ships no types

_name = re.compile(r"[A-Za-z_][\w.-]*")


def text_of(element: Element) -> str:
    """All characters in an element, in order."""
    if len(element) == 0:
        return (element.text or "").strip()
    return "".join(element.itertext(with_tail=True)).strip() if element.tag else ""


def line(element: Element) -> tuple[str, str]:
    """A title or subtitle as (value, kind), kind as raw.TEXT, raw.HTML or raw.MAYBE."""
    kind = (element.get("type") or "").lower()
    if len(element):
        return inner(element), HTML
    value = (element.text or "").strip()
    if element.get("mode") == "base64" or (kind and _is_base64_type(kind)):
        return unbase64(value), HTML
    if kind in ("html", "text/html", "xhtml", "application/xhtml+xml"):
        return value, HTML
    return value, TEXT if kind in ("text", "text/plain") else MAYBE


def html(element: Element) -> str:
    """A content, summary or description as HTML."""
    kind = (element.get("type") or "").lower()
    if len(element):
        return inner(element)
    value = (element.text or "").strip()
    if not value:
        return ""
    if element.get("mode") == "base64" or (kind and _is_base64_type(kind)):
        value = unbase64(value)
    if kind in ("text", "text/plain"):
        # Many say text and mean HTML; what has no tag in it is text by any reading.
        return value if _looks_escaped(value) else to_html(value)
    return value


def inner(element: Element) -> str:
    """The markup in an element as HTML, without the wrapping div of XHTML content."""
    _plain_names(element)
    if len(element) == 1 and element[0].tag == "div" and not (element.text or "").strip():
        element = element[0]
    parts = [escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts).strip()


def _plain_names(element: Element) -> None:
    """Takes prefixes and namespaces off the elements below, so that they serialise as HTML."""
    for below in element.iterdescendants():
        tag = below.tag
        if isinstance(tag, str) and tag[:1] == "{":
            local = tag.rpartition("}")[2]
            below.tag = local if _name.fullmatch(local) else "span"
    etree.cleanup_namespaces(element)


def _is_base64_type(kind: str) -> bool:
    """RFC 4287, 4.1.3.3: a media type that is neither text nor XML holds Base64."""
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml", "html"))


def _looks_escaped(value: str) -> bool:
    return "</" in value or "/>" in value or "<p>" in value or "<br>" in value


def unbase64(value: str) -> str:
    """Decoded, or as it was when it is no Base64 of a text."""
    try:
        return base64.b64decode(value, validate=False).decode("utf-8")
    except (binascii.Error, ValueError):
        return value
