"""Players and other embedded pages become links. Runs before cleaning: what it makes is not trusted."""

from __future__ import annotations

import re
from html import escape, unescape

from .addresses import host, join

_any = re.compile(r"<(?:[iI][fF]|[vV]ideo|VIDEO|[aA]udio|AUDIO|[eE][mM][bB]|[oO][bB][jJ]|lite-y|amp-y)")
_framed = re.compile(
    r"<(iframe|video|audio|object|lite-youtube|amp-youtube)\b([^<>]*)>(.*?)(?:</\1\s*>|$)", re.I | re.S
)
_embed = re.compile(r"<embed\b([^<>]*)>", re.I)
_address = re.compile(r"""\b(?:data-)?(?:src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.I)
_inner_address = re.compile(
    r"""<(?:source|embed|iframe)\b[^<>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.I
)
_movie = re.compile(
    r"""<param\b[^<>]*?name\s*=\s*["']?(?:movie|src)["']?[^<>]*?value\s*=\s*["']?([^\s"'<>]+)""", re.I
)
_video_id = re.compile(r"""\bvideo-?id\s*=\s*["']?([\w-]+)""", re.I)

_pages = (
    (re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/([\w-]{6,})", re.I), "https://www.youtube.com/watch?v="),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d+)", re.I), "https://vimeo.com/"),
    (re.compile(r"https?://www\.dailymotion\.com/embed/video/(\w+)", re.I), "https://www.dailymotion.com/video/"),
    (re.compile(r"https?://open\.spotify\.com/embed/((?:track|album|episode|show|playlist)/\w+)", re.I), "https://open.spotify.com/"),
    (re.compile(r"https?://embed\.ted\.com/talks/([\w/-]+)", re.I), "https://www.ted.com/talks/"),
)  # fmt: skip


def to_links(html: str, base: str) -> str:
    """The HTML with every embedded thing replaced by a paragraph with a link to it, or by nothing."""
    if not _any.search(html):
        return html
    html = _framed.sub(lambda match: _link(*match.groups(), base), html)
    return _embed.sub(lambda match: _link("embed", match.group(1), "", base), html)


def _link(kind: str, attributes: str, inside: str, base: str) -> str:
    address = (
        _first(_address.search(attributes))
        or _first(_inner_address.search(inside))
        or _first(_movie.search(inside))
    )
    if not address and (video := _video_id.search(attributes)):
        address = "https://www.youtube.com/watch?v=" + video.group(1)
    address = page_of(join(base, address))
    if not address:
        return ""
    name = host(address) if kind.lower() not in ("video", "audio") else address.rpartition("/")[2] or host(address)
    return f'<p><a href="{escape(address)}">▶ {escape(name)}</a></p>'


def page_of(address: str) -> str:
    """The page to watch or hear it on, where an embedding address tells it."""
    for pattern, page in _pages:
        if found := pattern.match(address):
            return page + found.group(1)
    return address


def _first(match: re.Match[str] | None) -> str:
    return unescape(next((group for group in match.groups() if group), "")) if match else ""
