"""One address, however it is spelled: http or https, www or not, trailing slash, tracking parameters, fragment."""

from __future__ import annotations

import re
from hashlib import blake2b

PARTS = re.compile(r"^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#]*)([^?#]*)\??([^#]*)", re.IGNORECASE)
TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_hs(enc|mi)|ref|ref_src|cmpid|ncid|yclid)$",
    re.IGNORECASE,
)
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


def link_key(url: str) -> int:
    """Signed 64 bits of the address however it is spelled."""
    spelled = plain_spelling(url).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(spelled, digest_size=8).digest(), "big", signed=True)
