"""Addresses as feeds write them, made absolute and safe: http, https, and in texts mailto; nothing else goes on."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

MAX_LENGTH = 2000  # what the tables hold; a longer one would be cut into another address

_good = re.compile(
    r"https?://[^\s/?#<>\"\\^`{|}\x00-\x1f\x7f]+(?:[/?#][^\s<>\"\x00-\x1f\x7f\ud800-\udfff]*)?", re.I
)
_plain_path = re.compile(r"(?:/[\w~%+=@-][\w.~%+=@-]*)+/?", re.A)  # as browsers would leave it
_inner_space = re.compile(r"[\t\r\n]+")
_odd = {" ": "%20", '"': "%22", "<": "%3C", ">": "%3E"}
_odd_character = re.compile('[ "<>]')
_utm = re.compile(r"([?&])utm_[a-z_]+=[^&#]*&?", re.I)
_scheme = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def join(base: str, address: str) -> str:
    """The address, absolute by `base`; empty when it is none of http or https, or too long to keep."""
    address = address.strip()
    if len(address) > MAX_LENGTH or not address:
        return ""
    if address[0] == "/" and _plain_path.fullmatch(address) and (origin := _parts(base)[0]):
        return origin + address
    if not address.startswith(("http://", "https://")) or not _good.fullmatch(address):
        address = _mend(base, address)
        if len(address) > MAX_LENGTH or not _good.fullmatch(address):
            return ""
    return _without_tracking(address) if "utm_" in address else address


def join_any(base: str, address: str) -> str:
    """As join, but lets mailto addresses through."""
    if address[:7].lower() == "mailto:":
        return "" if len(address) > MAX_LENGTH or _odd_character.search(address) else address
    return join(base, address)


def host(address: str) -> str:
    """The host's name as people say it, without www."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def looks_absolute(address: str) -> bool:
    """Whether this is the whole address of a page, as ids and guids may be."""
    return address[:8].lower().startswith(("http://", "https://")) and _good.fullmatch(address) is not None


def _mend(base: str, address: str) -> str:
    """What a browser would make of it: line ends fall out, spaces are escaped, `http:/x` is completed."""
    address = _inner_space.sub("", address).replace("\\", "/")
    address = _odd_character.sub(lambda match: _odd[match.group()], address)
    if scheme := _scheme.match(address):
        if scheme.group().lower() not in ("http:", "https:"):
            return ""
        return scheme.group().lower() + "//" + address[scheme.end() :].lstrip("/")
    return _beside(base, address)


def _beside(base: str, address: str) -> str:
    """urljoin, ten times quicker where no dots have to be followed."""
    if "." not in address[:2] and "/." not in address and address[:2] != "//":
        origin, path, folder = _parts(base)
        if origin:
            if address[0] == "/":
                return origin + address
            if address[0] == "#":
                return path + address
            if address[0] != "?":
                return folder + address
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


@lru_cache(maxsize=256)
def _parts(base: str) -> tuple[str, str, str]:
    """The origin of a base, its address without fragment, and its folder; empty ones when it is no base."""
    try:
        scheme, netloc, path, _, _ = urlsplit(base)
    except ValueError:
        return "", "", ""
    if not netloc:
        return "", "", ""
    origin = f"{scheme}://{netloc}"
    return origin, base.partition("#")[0], origin + (path.rpartition("/")[0] or "") + "/"


def _without_tracking(address: str) -> str:
    """Without utm parameters, which say only through which feed somebody came."""
    whole, mark, fragment = address.partition("#")
    whole = _utm.sub(r"\1", whole).rstrip("?&")
    if "?" not in whole and "&" in whole and "?" in address:
        whole = whole.replace("&", "?", 1)
    return whole + mark + fragment
