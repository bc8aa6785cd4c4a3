"""Bytes to UTF-8 XML: which encoding they really are in, and what stands before and inside that no parser takes."""

from __future__ import annotations

import codecs
import re
from html.entities import html5

from . import sections

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_declaration = re.compile(rb"\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]+)", re.I)
_declaration_text = re.compile(r"^\s*<\?xml\b[^>]{0,500}?\?>", re.I)
_meta_charset = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)|<meta[^>]{0,200}?content=[^>]{0,100}?charset=([\w-]+)",
    re.I,
)
_charset = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.I)
# What is declared, and what is meant by it (WHATWG Encoding, 4.2).
_MEANT = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "iso8859-1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "windows-1252": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "x-sjis": "cp932",
    "shift_jis": "cp932", "shift-jis": "cp932", "big5": "big5hkscs", "x-euc-jp": "euc_jp", "unicode": "utf-16",
}  # fmt: skip
_ASCII_SHAPED = re.compile(r"(?:utf-?7|iso-2022|hz-?gb)", re.I)  # other scripts in seven bits
_EBCDIC = b"\x4c\x6f\xa7\x94"  # <?xm

_start = re.compile(r"<(?:\?xml\s|!DOCTYPE\s+(?!html)|(?:\w{1,20}:)?(?:rss|feed|rdf|channel)[\s>])", re.I)
_feed_start = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf|channel|item|entry)[\s>/]", re.I)
_html_start = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.I)
_c1 = re.compile("[\x80-\x9f]|&#(12[89]|1[345][0-9]);")
_c1_bytes = re.compile(rb"\xc2[\x80-\x9f]")
_c1_written = re.compile(rb"&#1[2345][0-9];")
_doctype = re.compile(r"<!DOCTYPE\s[^>\[]{0,2000}(\[)?", re.I)
_doctype_end = re.compile(r"\]\s*>")

_controls = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_loose_ampersand = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(#?[a-zA-Z0-9]{1,32};?)?")


def utf8(body: bytes, content_type: str) -> bytes:
    """The document in UTF-8, from its first element or declaration on, without document type."""
    if plain := _plain(body):
        return plain
    text = _c1.sub(_meant_as_windows, _decode(body, content_type))
    if start := _start.search(text, 0, 65536):
        text = text[start.start() :]
    text = _without_doctype(_declaration_text.sub("", text, count=1))
    return text.encode("utf-8", "replace")


def json(body: bytes, content_type: str) -> bytes:
    """A JSON document in UTF-8 without mark and blank space before it."""
    text = _decode(body, content_type) if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in body[:4] else ""
    return text.encode("utf-8", "replace") if text else body.lstrip(b"\xef\xbb\xbf \t\r\n\0")


def page(body: bytes, content_type: str) -> str:
    """An HTML page as text: by its mark, what the server says, its own meta element, else UTF-8."""
    said = _charset.search(content_type)
    meta = _meta_charset.search(body[:4096])
    declared = (meta.group(1) or meta.group(2)).decode("ascii", "replace") if meta else ""
    return _decode(body, f"text/html; charset={said.group(1) if said else declared or 'utf-8'}")


def may_be_feed(document: bytes) -> bool:
    """Whether an element of a feed begins somewhere near the start, and before any of a web page."""
    found = _feed_start.search(document, 0, 65536)
    return found is not None and _html_start.search(document, 0, found.start()) is None


def _plain(body: bytes) -> bytes | None:
    """The bytes themselves when they are what most are: UTF-8, saying nothing else, starting as they should."""
    head = body[:300].lstrip()
    if not head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf:RDF")) or b"<!DOCTYPE" in body[:8000]:
        return None
    declared = _declaration.match(head)
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8"):
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    odd = _c1_bytes.search(body) or (b"&#1" in body and _c1_written.search(body))
    return None if odd else body.lstrip()


def _decode(body: bytes, content_type: str) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    declared = _declaration.match(body[:600])
    said = _charset.search(content_type)
    names = [said.group(1) if said else "", declared.group(1).decode("ascii") if declared else ""]
    if body.startswith(_EBCDIC):
        names.insert(0, "cp037")
    names += [_wide(body), "" if any(map(_ASCII_SHAPED.match, names)) else "utf-8"]
    names.sort(key=lambda name: name != "utf-8" or 0)
    for name in filter(None, names):
        try:
            return body.decode(_MEANT.get(name.lower(), name))
        except (LookupError, ValueError):
            continue
    best = next((name for name in names if name and name.lower() not in ("utf-8", "utf8") and _known(name)), "")
    return body.decode(_MEANT.get(best.lower(), best), "replace") if best else _guess(body)


def _guess(body: bytes) -> str:
    """UTF-8 with faults, or Windows-1252, by which of the two more of the odd bytes are."""
    text = body.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    right = len(text) - len(text.encode("ascii", "ignore")) - faults
    return text if right >= faults else body.decode("cp1252", "replace")


def _meant_as_windows(match: re.Match[str]) -> str:
    """A control character nobody means: what Windows puts at its place, as all browsers read it."""
    code = int(match.group(1)) if match.group(1) else ord(match.group())
    return bytes((code,)).decode("cp1252", "ignore")


def _wide(body: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, by where the zeros of the first `<` stand."""
    shapes = {b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be", b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}
    return shapes.get(body[:4], "")


def _known(name: str) -> bool:
    try:
        codecs.lookup(_MEANT.get(name.lower(), name))
    except (LookupError, ValueError):
        return False
    return True


def _without_doctype(text: str) -> str:
    """No document type, so no entity is ever declared and none can be resolved."""
    found = _doctype.search(text, 0, 20_000)
    if not found:
        return text
    if not found.group(1):
        end = text.find(">", found.end() - 1 if text[found.end() - 1] == ">" else found.end())
        return text[: found.start()] + (text[end + 1 :] if end >= 0 else "")
    closing = _doctype_end.search(text, found.end())
    return text[: found.start()] + text[closing.end() :] if closing else text[: found.start()]


def mend(document: bytes) -> bytes:
    """The document without what breaks strict parsers: control characters, loose ampersands, HTML entities."""
    text = _controls.sub("", document.decode("utf-8", "replace"))
    parts = (part if kept else _loose_ampersand.sub(_ampersand, part) for part, kept in sections.split(text))
    return "".join(parts).encode()


def _ampersand(match: re.Match[str]) -> str:
    """A character for an HTML entity or a legal reference, an escaped ampersand for anything else."""
    name = match.group(1) or ""
    if name.startswith("#") and name.endswith(";"):
        digits = name[1:-1]
        try:
            code = int(digits[1:], 16) if digits[:1] in "xX" else int(digits)
        except ValueError:
            return "&amp;" + name
        legal = (
            code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
        )
        return f"&#{code};" if legal else ""
    if name.endswith(";") and name in html5:
        return html5[name].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "&amp;" + name


def cut_short(document: bytes) -> bytes | None:
    """A document that ends in the middle of an entry, ended after the last whole one; None when it has none."""
    for closer, root in ((b"</item>", b"rss"), (b"</entry>", b"feed"), (b"</rss:item>", b"rss")):
        at = document.rfind(closer)
        if at < 0:
            continue
        whole = document[: at + len(closer)]
        if root == b"feed":
            return whole + b"</feed>"
        if re.search(rb"<rdf:RDF[\s>]", whole[:4000], re.I):
            return whole + b"</rdf:RDF>"
        return whole + (b"</channel></rss>" if b"<channel" in whole else b"</rss>")
    return None
