"""Puts marks and notes into a cleaned text, on the server, so that they are there without JavaScript.

The text is taken apart at its tags (in what sanitize.py writes `<` begins a tag and nothing else does) and no tag
is touched: a mark is put around each run of words of its quote, over the borders of elements, in tables too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import pairwise

from django.utils.safestring import SafeString

from .anchors import Span

_token = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>|[^<]+|<')
_name = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")
_CLOSED_FIRST = """
    a abbr acronym address b bdi bdo big cite code del details dfn dl em figure h1 h2 h3 h4 h5 h6 i ins kbd mark
    math picture pre q ruby s samp small span strike strong sub summary sup table tt u var
"""
CLOSED_FIRST = frozenset(_CLOSED_FIRST.split())  # a note has lines and links of its own, so it waits for these


@dataclass(frozen=True)
class Put:
    """One mark: where, the attributes of its element, and the note to stand right after it."""

    span: Span
    id: str
    attributes: str = ""
    note: SafeString | str = ""


@dataclass
class Open:
    """What is open at a place of the text."""

    names: list[str] = field(default_factory=list)

    def read(self, tag: str) -> None:
        found = _name.match(tag)
        name = found.group(1).lower() if found else ""
        if not name or name in VOID or tag.endswith("/>"):
            return
        if not tag.startswith("</"):
            self.names.append(name)
        elif name in self.names:
            del self.names[len(self.names) - 1 - self.names[::-1].index(name) :]

    @property
    def has_math(self) -> bool:
        return "math" in self.names

    @property
    def takes_notes(self) -> bool:
        return not CLOSED_FIRST.intersection(self.names)


def tokens(html: str) -> Iterator[str]:
    """Tags and the text between them, nothing left out."""
    return (found.group() for found in _token.finditer(html))


def is_tag(token: str) -> bool:
    return token[0] == "<" and len(token) > 1


def text_of(html: str) -> str:
    """The visible text, in which positions are counted."""
    return "".join(unescape(token) for token in tokens(html) if not is_tag(token))


def put(html: str, marks: Iterable[Put]) -> str:
    """The text with its marks; those that begin first lie outside."""
    left = sorted(marks, key=lambda each: (each.span.start, -each.span.end))
    out: list[str] = []
    waiting: list[Put] = []
    begun: set[str] = set()
    at, here = 0, Open()
    for token in tokens(html):
        if is_tag(token):
            here.read(token)
            out.append(token)
            write_notes(out, waiting, here)
            continue
        words = unescape(token)
        inside = [each for each in left if each.span.start < at + len(words) and at < each.span.end]
        for piece, ended in pieces(words, at, inside, begun, plain=here.has_math):
            out.append(piece)
            waiting += [each for each in ended if each.note]
            write_notes(out, waiting, here)
        at += len(words)
        left = [each for each in left if each.span.end > at]
    return "".join(out + [each.note for each in waiting])


def write_notes(out: list[str], waiting: list[Put], here: Open) -> None:
    """The notes that wait, as soon as the place takes them."""
    if waiting and here.takes_notes:
        out.extend(each.note for each in waiting)
        waiting.clear()


def pieces(
    words: str, at: int, inside: list[Put], begun: set[str], *, plain: bool
) -> Iterator[tuple[str, list[Put]]]:
    """The words of one run, cut where marks begin and end, and the marks that end with each piece."""
    cuts = {0, len(words)} | {edge - at for each in inside for edge in (each.span.start, each.span.end)}
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(words))
    for start, end in pairwise(edges):
        piece = escape(words[start:end], quote=False)
        over = [each for each in inside if each.span.start <= at + start and at + end <= each.span.end]
        if over and not plain and not words[start:end].isspace():  # blanks between rows take no element
            for each in reversed(over):
                id = "" if each.id in begun else f' id="{each.id}"'
                begun.add(each.id)
                piece = f"<mark{id}{each.attributes}>{piece}</mark>"
        yield piece, [each for each in over if each.span.end == at + end]
