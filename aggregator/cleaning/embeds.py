"""Players and other embedded pages become links. Runs before cleaning: what it makes is not trusted."""

from __future__ import annotations

import re
from html import escape, unescape

from .addresses import host, join

_any = re.compile(r"<(?:[iI][fF]|[vV]ideo|VIDEO|[aA]udio|AUDIO|[eE][mM][bB]|[oO][bB][jJ]|lite-y|amp-y)")
_token = re.compile(
    r"<(/?)(iframe|video|audio|object|embed|source|param|lite-youtube|amp-youtube)\b"
    r"""((?:[^<>"']|"[^"]{0,5000}"|'[^']{0,5000}')*)>""",
    re.I,
)
_address = re.compile(r"""(?:^|[\s"'])(?:data-)?(?:src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.I)
_movie = re.compile(r"""\bname\s*=\s*["']?(?:movie|src)\b.*?\bvalue\s*=\s*["']?([^\s"'<>]+)""", re.I | re.S)
_video_id = re.compile(r"""\bvideo-?id\s*=\s*["']?([\w-]+)""", re.I)
_INNER = ("source", "param")  # mean something only inside of others

_pages = (
    (
        re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/([\w-]{6,})", re.I),
        "https://www.youtube.com/watch?v=",
    ),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d+)", re.I), "https://vimeo.com/"),
    (re.compile(r"https?://www\.dailymotion\.com/embed/video/(\w+)", re.I), "https://www.dailymotion.com/video/"),
    (
        re.compile(r"https?://open\.spotify\.com/embed/((?:track|album|episode|show|playlist)/\w+)", re.I),
        "https://open.spotify.com/",
    ),
    (re.compile(r"https?://embed\.ted\.com/talks/([\w/-]+)", re.I), "https://www.ted.com/talks/"),
)


def to_links(html: str, base: str) -> str:
    """The HTML with every embedded thing replaced by a paragraph with a link to it, or by nothing."""
    first = _any.search(html)
    if not first:
        return html
    parts, at = [], 0
    kind, address = "", ""  # of the element we are in, whose content is only for those who cannot show it
    for token in _token.finditer(html, first.start()):
        closing, name = token.group(1), token.group(2).lower()
        if kind:
            if closing and name == kind:
                parts.append(_link(kind, address, base))
                at, kind = token.end(), ""
            elif not address and not closing:
                address = _address_in(token.group(3))
            continue
        if name in _INNER and not closing:
            continue
        parts.append(html[at : token.start()])
        at = token.end()
        if closing:
            continue
        address = _address_in(token.group(3))
        if name != "embed" and html.rfind("</" + token.group(2)) > at:
            kind = name
        else:
            parts.append(_link(name, address, base))
    if kind:
        parts.append(_link(kind, address, base))
    return "".join(parts) + html[at:]


def page_of(address: str) -> str:
    """The page to watch or hear it on, where an embedding address tells it."""
    for pattern, page in _pages:
        if found := pattern.match(address):
            return page + found.group(1)
    return address


def _address_in(attributes: str) -> str:
    if video := _video_id.search(attributes):
        return "https://www.youtube.com/watch?v=" + video.group(1)
    found = _movie.search(attributes) or _address.search(attributes)
    return unescape(next((group for group in found.groups() if group), "")) if found else ""


def _link(kind: str, address: str, base: str) -> str:
    address = page_of(join(base, address))
    if not address:
        return ""
    name = host(address)
    if kind in ("video", "audio"):
        name = address.partition("?")[0].rpartition("/")[2] or name
    return f'<p><a href="{escape(address)}">▶ {escape(name)}</a></p>'
