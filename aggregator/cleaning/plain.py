"""Plain text out of what was marked up: titles, gists, searchable text, and how many words there are to read."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape

# Inside a word these leave no gap, as every other element does. By first letters: a flat list takes twice the time.
INLINE = (
    r"(?:a(?:bbr|cronym)?|b(?:d[io]|ig)?|c(?:ite|ode)|d(?:el|fn)|em|font|i(?:ns)?|kbd|mark|q|r(?:uby|b)"
    r"|s(?:amp|mall|pan|trike|trong|u[bp])?|t(?:ime|t)|u|var|wbr)"
)
_inline_tag = re.compile(rf"</?{INLINE}(?: [^>]*)?>".encode())
_any_tag = re.compile(rb"<[^>]*>")
_ESCAPED = ((b"&nbsp;", b" "), (b"&lt;", b"<"), (b"&gt;", b">"), (b"&amp;", b"&"))  # all that nh3 writes

# For markup nobody has cleaned: a tag begins with a letter right after the bracket, so `a < b` is none.
_foreign_markup = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)|</?[a-zA-Z][^<>]*>", re.S | re.I)
_foreign_inline = re.compile(rf"</?{INLINE}(?:[\s/][^<>]*)?>", re.I)
_known_tag = re.compile(
    rf"</?(?:{INLINE}|p|br|hr|div|img|h[1-6]|ul|ol|li|blockquote|pre|center|table|tr|td|th|tbody|script|style|svg|math"
    r"|video|audio|iframe|nobr)(?:[\s/][^<>]*)?>",
    re.I,
)
_reference = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")

# Written without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
_unspaced = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
UNSPACED_WORD = 230 / 300  # a reader takes 300 such characters in the time of 230 words

# What has no place in a text: controls, lone surrogates, noncharacters, and marks that turn the line around.
_unwanted = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\ufdd0-\ufdef]")


def door(text: str) -> str:
    """The text without NULs, control characters and lone surrogates, which neither database would take."""
    if text.isascii() and text.isprintable():
        return text
    return _unwanted.sub("", text)


def squeeze(text: str) -> str:
    """One line, words one space apart."""
    return " ".join(text.split())


def from_clean(html: str) -> tuple[str, int]:
    """The text of HTML that sanitize.py made, on one line, and how many words it has.

    There `<` begins a tag and nothing else does. Characters of scripts without spaces are 230/300 of a word each.
    """
    data = html.encode("utf-8", "replace")  # bytes, since they are searched and split a quarter quicker
    if b"<" in data:
        data = _any_tag.sub(b" ", _inline_tag.sub(b"", data))
    if b"&" in data:
        for written, meant in _ESCAPED:
            data = data.replace(written, meant)
    parts = data.split()
    text = b" ".join(parts).decode()
    return text, len(parts) if text.isascii() else _count(text, len(parts))


def _count(text: str, parts: int) -> int:
    """Words of a text that may be in a script without spaces; a stray word of one among many is one word."""
    sample = len(_unspaced.findall(text[::5]))
    if sample * 100 < len(text):
        return parts
    rest, unspaced = _unspaced.subn(" ", text)
    return len(rest.split()) + round(unspaced * UNSPACED_WORD)


def from_markup(value: str) -> str:
    """The words of HTML nobody has cleaned, on one line."""
    if "<" in value:
        value = _foreign_markup.sub(" ", _foreign_inline.sub("", value))
    return squeeze(door(unescape(value) if "&" in value else value))


def from_maybe(value: str) -> str:
    """The words of a title that may or may not be HTML: only what is hardly meant as text is markup."""
    if "<" in value and _known_tag.search(value):
        return from_markup(value)
    if "&" in value and _reference.search(value):
        value = unescape(value)
        if "<" in value and _known_tag.search(value):  # escaped twice
            return from_markup(value)
    return squeeze(door(value))


def from_kind(value: str, kind: str) -> str:
    """One line of plain text from a value whose meaning a reader has told: text, html or maybe."""
    if "<" not in value and "&" not in value:
        return squeeze(door(value))
    if kind == "text":
        return squeeze(door(value))
    return from_markup(value) if kind == "html" else from_maybe(value)


@lru_cache(maxsize=1024)
def author_name(value: str) -> str:
    """`me@example.com (Example Author)`, `Example Author <me@example.com>` → Example Author."""
    value = squeeze(door(from_markup(value) if "&" in value else value))
    if "@" in value:
        address, _, name = value.partition("(")
        if name.endswith(")") and "@" in address:
            return name[:-1].strip() or address.strip()
        if "@" in name and name.endswith(")"):
            return address.strip()
        before, bracket, rest = value.partition("<")
        if bracket and "@" in rest and before.strip():
            return before.strip().strip('"')
    return value[:200]


def to_html(text: str) -> str:
    """Plain text as HTML: paragraphs at empty lines, breaks at line ends."""
    paragraphs = [part for part in re.split(r"\n\s*\n", escape(text.strip(), quote=False)) if part]
    return "".join("<p>" + part.strip().replace("\n", "<br>") + "</p>" for part in paragraphs)


def shorten(text: str, limit: int = 300) -> str:
    """At most `limit` characters, cut at a word where there is one nearby."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at = cut.rfind(" ", limit * 2 // 3)
    return (cut[:at] if at > 0 else cut).rstrip(" ,;:.") + "…"
