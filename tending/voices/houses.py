"""Whose house an address stands in: a host, or on a platform somebody's own place there. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from network.portraying.words import of as listed

NOBODYS = listed("nobodys")
SHARED = tuple(f".{host}" for host in listed("shared"))
# where somebody's own place is the first piece of the path; `@ann` and `~ann` are so anywhere
PLACES = (
    "medium.com",
    "github.com",
    "gitlab.com",
    "dev.to",
    "write.as",
    "hachyderm.io",
    "mastodon.social",
    "sr.ht",
)
_AT = re.compile(r"^/([@~][\w.-]{2,40})(?:/|$)")
_DATED = re.compile(r"/(?:19|20)\d\d(?:/|-|$)")
_BLOG = re.compile(r"/(?:blog|posts?|notes|journal|weblog|archives?|essays?|writing)(?:/|$)|^blog\.", re.I)
_SERVICE = re.compile(
    r"^(?:docs?|api|shop|store|help|support|developers?|status|www2|cdn|news|press|status|forums?)\.|"
    r"\.(?:gov|mil|edu)(?:\.|$)|/(?:wiki|docs?|api|products?|shop|cart|watch)(?:/|$)",
    re.IGNORECASE,
)
_NAME = re.compile(r"^[^\W\d_][\w’'.-]+(?: [^\W\d_][\w’'.-]*){1,3}$")


def house_of(url: str) -> str:
    """`ann.example`, `medium.com/@ann`; empty for what is nobody's house, or no address of the web."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "." not in host or len(url) > 2000:
        return ""
    own = _AT.match(parts.path)
    if own:
        return f"{host}/{own[1]}"
    first = parts.path.split("/")[1] if parts.path.count("/") else ""
    if host in PLACES:
        return f"{host}/{first}" if first and host not in ("github.com", "gitlab.com") else ""
    if host.endswith(SHARED):
        return host
    known = host in NOBODYS or ".".join(host.split(".")[-2:]) in NOBODYS
    return "" if known else host


def front_door(house: str) -> str:
    return f"https://{house}/"


def voice(urls: list[str], anchors: list[str], share: float) -> float:
    """How likely a house is somebody's rather than an institution's, from 0.05 to 1, by how it is linked to.

    `share` is the part of a roster that points there.
    """
    score = 0.35
    score += 0.2 * any(_DATED.search(urlsplit(url).path) for url in urls)
    score += 0.15 * any(_BLOG.search(urlsplit(url).path) or _BLOG.search(urlsplit(url).netloc) for url in urls)
    names = [anchor for anchor in anchors if _NAME.match(anchor) and anchor.istitle() and len(anchor) < 40]
    score += 0.2 * bool(names)
    hosts = {urlsplit(url).netloc.casefold() for url in urls}
    tokens = {word.casefold() for anchor in anchors for word in re.findall(r"[^\W\d_]{3,}", anchor)}
    score += 0.2 * any(token in host.rpartition(".")[0] for token in tokens for host in hosts)
    score -= 0.35 * any(
        _SERVICE.search(urlsplit(url).netloc) or _SERVICE.search(urlsplit(url).path) for url in urls
    )
    score -= 0.3 * (share > 0.35)
    return min(1.0, max(0.05, score))
