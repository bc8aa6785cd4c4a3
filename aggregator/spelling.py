"""One address, however it is spelled: http or https, www or not, trailing slash, tracking parameters, fragment."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from hashlib import blake2b

PARTS = re.compile(r"^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#]*)([^?#]*)\??([^#]*)", re.IGNORECASE)
TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_hs(enc|mi)|ref|ref_src|cmpid|ncid|yclid)$",
    re.IGNORECASE,
)
INDEX = re.compile(r"/(?:index|default|home)\.(?:x?html?|php|aspx?)$", re.IGNORECASE)
USERS = re.compile(r"/users/([^/?]+)$")  # what programs of the fediverse call an account, whose page is /@name
DEFAULT_PORT = re.compile(r":(80|443)$")


def plain_spelling(url: str) -> str:
    """The address without what does not tell pages apart; not for fetching. Other schemes stay as they are."""
    match = PARTS.match(url)
    if not match:
        return url
    host, path, query = match.groups()
    host = host.lower()
    if ":" in host:
        host = DEFAULT_PORT.sub("", host)
    path = path.rstrip("/")
    if not query:
        return host + path
    kept = sorted(pair for pair in query.split("&") if pair and not TRACKING.match(pair.partition("=")[0]))
    return f"{host}{path}?{'&'.join(kept)}" if kept else host + path


def page_spelling(url: str) -> str:
    """As `plain_spelling`, for whose page it is: index.html is its folder, and /users/ann is /@ann."""
    path, mark, query = plain_spelling(url).partition("?")
    return USERS.sub(r"/@\1", INDEX.sub("", path)) + mark + query


def page_key(url: str) -> int:
    """Signed 64 bits of a page's address however it is spelled."""
    return link_key(page_spelling(url))


def is_one_of(urls: Iterable[str], spelled: Collection[str]) -> bool:
    """Whether one of these pages is among those, already spelled."""
    return any(page_spelling(url) in spelled for url in urls)


def link_key(url: str) -> int:
    """Signed 64 bits of the address however it is spelled."""
    spelled = plain_spelling(url).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(spelled, digest_size=8).digest(), "big", signed=True)
