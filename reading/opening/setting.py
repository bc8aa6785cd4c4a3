"""How a text is set for reading: its contents, footnotes, pictures that open larger, films that load on a click.

Works on cleaned HTML and adds only elements and attributes of ours; addresses come from the text, checked again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import urldefrag

from django.utils.translation import gettext as _

FEWEST = 3  # headings that make a table of contents
LONG = 900  # words of a text that has one
MOST = 60  # lines of one

_heading = re.compile(r"<(h[23])((?: [^>]*)?)>(.*?)</\1>", re.S)
_id = re.compile(r' id="([^"]*)"')
_any_id = re.compile(r'<[a-z][^>]*? id="(e-[^"]*)"')
_inner = re.compile(r"<[^>]*>")
_to_a_place = re.compile(r'<a ([^>]*?)href="([^"]*#[^"]*)"')
_player = re.compile(r'<a ([^>]*?)href="([^"]*)"([^>]*)>▶ ')
_picture = re.compile(r"<(/?)a[ >]|<picture>.*?</picture>|<img [^>]*>", re.S)
_source = re.compile(r' src="(https?://[^"]*)"')
_alt = re.compile(r' alt="([^"]*)"')
_tiny = re.compile(r' (?:width|height)="\d{1,2}(?:px)?"')
_films = (
    (
        re.compile(
            r"https?://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|shorts/|live/)|youtu\.be/)"
            r"([\w-]{11})(?![\w-])"
        ),
        "https://www.youtube-nocookie.com/embed/{}?autoplay=1",
    ),
    (re.compile(r"https?://vimeo\.com/(\d+)(?!\w)"), "https://player.vimeo.com/video/{}?autoplay=1&dnt=1"),
)
FRAMES = "frame-src https://www.youtube-nocookie.com https://player.vimeo.com"


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the contents."""

    id: str
    text: str
    deep: bool  # of a lower rank than the first ones


@dataclass(frozen=True)
class Set:
    """A text as it is shown."""

    html: str
    contents: list[Heading] = field(default_factory=list)


def set_text(html: str, link: str, words: int) -> Set:
    """The text with everything it takes to read it in comfort."""
    contents: list[Heading] = []
    if words >= LONG:
        html, contents = with_contents(html)
    if "#" in html and 'id="e-' in html:
        html = with_footnotes(html, link)
    if "▶ " in html:
        html = _player.sub(_frame_of, html)
    if "<img" in html:
        html = with_zoom(html)
    return Set(html, contents)


def with_contents(html: str) -> tuple[str, list[Heading]]:
    """Every heading can be led to; the contents are empty where there are few."""
    found: list[Heading] = []
    ranks = set(re.findall(r"<(h[23])[ >]", html))
    top = min(ranks, default="h2")

    def named(match: re.Match[str]) -> str:
        rank, attributes, inner = match.groups()
        text = " ".join(unescape(_inner.sub("", inner)).split())
        known = _id.search(attributes)
        id = unescape(known.group(1)) if known else f"part-{len(found) + 1}"
        if text and len(found) < MOST:
            found.append(Heading(id, text[:120], rank != top))
        return match.group() if known else f'<{rank}{attributes} id="{id}">{inner}</{rank}>'

    html = _heading.sub(named, html)
    return html, found if len(found) >= FEWEST else []


def with_footnotes(html: str, link: str) -> str:
    """Links to places in the same piece lead to these, here."""
    ids, own = set(_any_id.findall(html)), urldefrag(link).url.rstrip("/")

    def here(match: re.Match[str]) -> str:
        page, _hash, place = unescape(match.group(2)).partition("#")
        id = "e-" + place
        if place and id in ids and (page.rstrip("/") == own or not page):
            return f'<a {match.group(1)}href="#{escape(id)}"'
        return match.group()

    return _to_a_place.sub(here, html)


def film_of(address: str) -> str:
    """Where a film plays without cookies; empty for what is none we know."""
    for pattern, frame in _films:
        if found := pattern.match(address):
            return frame.format(found.group(1))
    return ""


def _frame_of(match: re.Match[str]) -> str:
    """A player that was made a link: the link remembers where it would play."""
    frame = film_of(unescape(match.group(2)))
    if not frame:
        return match.group()
    return (
        f'<a {match.group(1)}href="{match.group(2)}"{match.group(3)} class="film" data-frame="{escape(frame)}">▶ '
    )


def with_zoom(html: str) -> str:
    """Pictures lead to themselves, alone on a page; those that lead elsewhere, or are small, stay."""
    linked = 0

    def seen(match: re.Match[str]) -> str:
        nonlocal linked
        whole = match.group()
        if whole.startswith(("<a", "</a")):
            linked += -1 if match.group(1) else 1
            return whole
        return whole if linked else zoomed(whole)

    return _picture.sub(seen, html)


def zoomed(picture: str) -> str:
    found = _source.search(picture)
    if not found or _tiny.search(picture):
        return picture
    alt = _alt.search(picture)
    says = alt.group(1) if alt and alt.group(1) else escape(_("A picture"))
    label = escape(_("Larger:")) + " " + says
    leads = f'href="{found.group(1)}" rel="noopener noreferrer" target="_blank" aria-label="{label}"'
    return f'<a class="zoom" {leads}>{picture}</a>'
