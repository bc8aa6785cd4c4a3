"""An address as somebody typed or pasted it → one spelling of it that can be asked for, or why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from ..fetching.addresses import BadAddress, odd_host

LONGEST = 2000  # as the columns that hold addresses
FEED_SCHEMES = ("feed", "rss", "pcast", "podcast", "itpc", "itms-podcasts", "view-source")
DEFAULT_PORTS = {"http": 80, "https": 443}
INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
ACCOUNT = re.compile(r"(?:acct:)?@?([\w.-]+)@([^\s@/:]+(?::\d+)?)")
HOSTNAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
KEPT = "!$%&'()*+,/:;=@~-._"  # what already stands escaped, or need not be, in a path


@dataclass(frozen=True, slots=True)
class Typed:
    """An address one can ask for. `sure_of_scheme` is false where https was only supposed."""

    url: str
    sure_of_scheme: bool = True


@dataclass(frozen=True, slots=True)
class NoAddress:
    """What was typed is no address; `why` is a sentence for whoever typed it."""

    why: str


def normalise(text: str) -> Typed | NoAddress:
    """Read what a person gave: a full or bare address, feed://…, or an account as @name@host."""
    text = "".join(text.translate(INVISIBLE).split("\n")).strip().strip("<>\"'“”‘’ \t\r").rstrip(",;")
    if not text:
        return NoAddress(_("Nothing was given. Paste the address of a site, a feed or a profile."))
    if len(text) > LONGEST:
        return NoAddress(_("That is too long for an address."))
    if re.search(r"\s", text):
        return NoAddress(_("That has spaces in it, which addresses have not. Give one address at a time."))
    if text.startswith(("@", "acct:")):
        return _account(text)
    if ACCOUNT.fullmatch(text):
        return NoAddress(_("That looks like a mail address. For a Mastodon account write it as @name@host."))
    return _address(text)


def tidy(url: str) -> str:
    """An http(s) address in the one spelling all tables use; empty when it is none.

    Scheme and host in lower case, host as IDNA, no default port, no fragment, non-ASCII escaped; path and
    query otherwise byte for byte, since some servers tell `%7E` from `~`.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = ascii_host(parts.hostname or "")
    if parts.scheme not in DEFAULT_PORTS or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    userinfo, at, _rest = parts.netloc.rpartition("@")
    odd = f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme]) else ""
    path = quote(parts.path or "/", safe=KEPT)
    tidied = urlunsplit((parts.scheme, userinfo + at + shown + odd, path, quote(parts.query, safe=KEPT + "?"), ""))
    return tidied if len(tidied) <= LONGEST else ""


def host_of(url: str) -> str:
    """Host and, if odd, port of an address: what manners are kept towards; empty for no address."""
    return urlsplit(tidy(url)).netloc.rpartition("@")[2]


def site_of(url: str) -> str:
    """Scheme and host of an address, without a slash at the end; empty for no address."""
    tidied = tidy(url)
    return f"{urlsplit(tidied).scheme}://{host_of(tidied)}" if tidied else ""


def with_www(url: str) -> set[str]:
    """The address' host, and the one it may well call itself: with or without www."""
    host = host_of(url)
    return {host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"}


def ascii_host(host: str) -> str:
    """A host name as it goes over the wire (UTS 46), or an IP address; empty when it can be neither."""
    host = host.rstrip(".").lower()
    if not HOSTNAME.fullmatch(host):
        try:
            host = odd_host(host)
        except BadAddress:
            return ""
    return host if len(host) <= 253 and (":" in host or HOSTNAME.fullmatch(host)) else ""


def _account(text: str) -> Typed | NoAddress:
    found = ACCOUNT.fullmatch(text)
    if found:
        url = tidy(f"https://{found[2]}/@{found[1]}")
        return Typed(url, False) if url else NoAddress(_("The part after the last @ is no host name."))
    handle = text.removeprefix("@")
    if "." in handle and ascii_host(handle):  # Bluesky's accounts are host names
        return Typed(f"https://bsky.app/profile/{ascii_host(handle)}")
    return NoAddress(_("An account needs its host too: @name@host."))


def _address(text: str) -> Typed | NoAddress:
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if colon and scheme in FEED_SCHEMES:
        return normalise(rest.removeprefix("//"))
    if text.startswith("//"):
        return _address(text[2:])
    if colon and scheme in DEFAULT_PORTS:
        url = tidy(f"{scheme}://{rest.lstrip('/')}")
        return Typed(url) if url else _none(text)
    if colon and not re.match(r"\d+(/|\?|#|$)", rest) and re.fullmatch(r"[a-z][a-z0-9+-]*", scheme):
        return NoAddress(_("Addresses here begin with http:// or https://, not with {}:.").format(scheme))
    url = tidy(f"https://{text}")
    host = urlsplit(url).hostname or ""
    if not url or not ("." in host or ":" in host or host == "localhost"):
        return _none(text)
    return Typed(url, False)


def _none(text: str) -> NoAddress:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return NoAddress(
        _("“{}” is no address. An address looks like example.org or https://example.org/blog.").format(shown)
    )
