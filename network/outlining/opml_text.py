"""From the bytes of a file somebody brought to text an XML reader can do something with."""

from __future__ import annotations

import codecs
import html.entities
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.I)
# What a file may declare: real charsets only. Python also knows codecs that take hours over a few megabytes.
CHARSETS = re.compile(r"^(iso8859|iso2022|cp\d|koi8|mac|gb|big5|shift_jis|euc_|tis|ptcp)")
SEVEN_BIT = "iso2022"  # looks like ASCII, and so like UTF-8

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PROLOG = re.compile(r"[^<]*(<\?xml\b[^>]*>)?\s*(<!DOCTYPE\b[^>\[]*(\[[^\]]*\]\s*)?>)?", re.I)
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});")
BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")


def decode(content: bytes) -> str:
    """The text of a file: by its byte order mark, as UTF-8 if it is, as it declares, else as Windows-1252."""
    for mark, charset in BOMS:
        if content.startswith(mark):
            return content.decode(charset, "replace").removeprefix("\ufeff")
    declared = _declared(content)
    for charset in [declared, "utf-8"] if declared.startswith(SEVEN_BIT) else ["utf-8", declared]:
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("cp1252", "replace")


def mend(text: str) -> str:
    """XML without what breaks readers: bare ampersands, HTML's entities, a document type, comments, odd characters.

    Every line keeps its number. No entity but XML's own five is left, so none can be made to grow. Every step
    is linear in the length of the text.
    """
    text = _without_comments(NOT_XML.sub("", text))
    text = PROLOG.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    return BARE.sub("&amp;", ENTITY.sub(_entity, text))


def is_binary(text: str) -> bool:
    """Whether this is no text at all: more than one in a hundred of its first characters are none."""
    start = text[:20_000]
    odd = sum(1 for c in start if c == "\ufffd" or (c < " " and c not in "\t\n\r\f"))
    return odd * 100 > len(start)


def _declared(content: bytes) -> str:
    found = DECLARED.search(content[:1000])
    if not found:
        return "utf-8"
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return "utf-8"
    return name if CHARSETS.match(name) else "utf-8"


def _without_comments(text: str) -> str:
    """A comment nobody ends is left to the reader."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join(kept) + text[at:]


def _entity(found: re.Match[str]) -> str:
    """The character HTML means by a name, a numbered one if XML has it; else what stood there."""
    name = found[1]
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return f"&#{number};" if number <= 0x10FFFF and not NOT_XML.match(chr(number)) else ""
    meant = html.entities.html5.get(f"{name};", "")
    return meant if meant and meant not in "<>&\"'" else found[0]
