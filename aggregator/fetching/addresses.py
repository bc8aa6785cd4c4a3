"""Which addresses may be connected to, and how one is read from what somebody wrote."""

from __future__ import annotations

import base64
import re
import socket
from bisect import bisect_right
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from yarl import URL

PORTS = frozenset({80, 443, 8080, 8443})  # and settings.EXTRA_PORTS

# IANA's special-purpose registries and what is not plainly public besides. What IPv6 hides of IPv4 needs no
# unpacking: a translated or tunnelled address is never the plain public address of a web server.
REFUSED_4 = {
    "0.0.0.0/8": gettext_noop("stands for this machine"),
    "10.0.0.0/8": gettext_noop("belongs to a private network"),
    "100.64.0.0/10": gettext_noop("belongs to a provider's inner network"),
    "127.0.0.0/8": gettext_noop("is this machine itself"),
    "169.254.0.0/16": gettext_noop("belongs to the local link"),
    "172.16.0.0/12": gettext_noop("belongs to a private network"),
    "192.0.0.0/24": gettext_noop("is reserved for protocols"),
    "192.0.2.0/24": gettext_noop("exists in documentation only"),
    "192.88.99.0/24": gettext_noop("belongs to a relay"),
    "192.168.0.0/16": gettext_noop("belongs to a private network"),
    "198.18.0.0/15": gettext_noop("is reserved for measurements"),
    "198.51.100.0/24": gettext_noop("exists in documentation only"),
    "203.0.113.0/24": gettext_noop("exists in documentation only"),
    "224.0.0.0/4": gettext_noop("is a group of machines"),
    "240.0.0.0/4": gettext_noop("is reserved"),
}
REFUSED_6 = {  # within 2000::/3; everything outside of it is refused
    "2001::/23": gettext_noop("is reserved for protocols"),  # Teredo, ORCHID, benchmarking
    "2001:db8::/32": gettext_noop("exists in documentation only"),
    "2002::/16": gettext_noop("hides another address"),  # 6to4
    "3ffe::/16": gettext_noop("is reserved"),  # 6bone, given back
    "3fff::/20": gettext_noop("exists in documentation only"),
}
OUTSIDE_6 = {
    "::/128": gettext_noop("stands for this machine"),
    "::1/128": gettext_noop("is this machine itself"),
    "::/96": gettext_noop("hides another address"),  # IPv4-compatible
    "::ffff:0:0/96": gettext_noop("hides another address"),  # IPv4-mapped
    "::ffff:0:0:0/96": gettext_noop("hides another address"),  # SIIT
    "64:ff9b::/96": gettext_noop("hides another address"),  # NAT64
    "64:ff9b:1::/48": gettext_noop("hides another address"),  # NAT64 of a site's own
    "fc00::/7": gettext_noop("belongs to a private network"),
    "fe80::/10": gettext_noop("belongs to the local link"),
    "fec0::/10": gettext_noop("belongs to a private network"),  # site-local, given up
    "ff00::/8": gettext_noop("is a group of machines"),
}
GLOBAL_6 = IPv6Network("2000::/3")
ISATAP = {0x00005EFE, 0x02005EFE}  # the upper half of an interface identifier that hides an IPv4 address (RFC 5214)


def judge(ip: IPv4Address | IPv6Address) -> str | None:
    """Why one must not connect to this address, to follow "That address"; None if it is plainly public."""
    if settings.ALLOW_PRIVATE_ADDRESSES:
        return None
    if isinstance(ip, IPv4Address):
        reason = within(int(ip), RANGES_4)
    elif ip in GLOBAL_6:
        hidden = (int(ip) >> 32) & 0xFFFFFFFF in ISATAP
        reason = gettext_noop("hides another address") if hidden else within(int(ip), RANGES_6)
    else:
        reason = next((why for net, why in OUTSIDE if ip in net), gettext_noop("is reserved"))
    return _(reason) if reason else None


def judge_port(port: int) -> bool:
    """Whether a web server may be looked for at this port."""
    return port in PORTS or settings.ALLOW_PRIVATE_ADDRESSES or port in settings.EXTRA_PORTS


def ranges(table: dict[str, str]) -> tuple[list[int], list[tuple[int, str]]]:
    """The networks by their first number, each with its last number and reason."""
    nets = sorted((ip_network(net), why) for net, why in table.items())
    return [int(net[0]) for net, _why in nets], [(int(net[-1]), why) for net, why in nets]


def within(number: int, table: tuple[list[int], list[tuple[int, str]]]) -> str | None:
    """The reason of the range that holds the number."""
    starts, ends = table
    at = bisect_right(starts, number) - 1
    return ends[at][1] if at >= 0 and number <= ends[at][0] else None


RANGES_4 = ranges(REFUSED_4)
RANGES_6 = ranges(REFUSED_6)
OUTSIDE = [(IPv6Network(net), why) for net, why in OUTSIDE_6.items()]


class BadAddress(ValueError):
    """What was written is no web address; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Address:
    """A web address taken apart. `url` has no credentials and no fragment; else it stands as it was written."""

    url: str
    scheme: str
    host: str  # lower case, ASCII, without trailing dot: the one for whom manners are kept
    port: int
    authorization: str = ""  # the header for the credentials that stood in the address
    userinfo: str = ""  # those credentials as they were written

    @property
    def with_credentials(self) -> str:
        """The address with the credentials back in it; it tells secrets."""
        return self.url.replace("://", f"://{self.userinfo}@", 1) if self.userinfo else self.url

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


def read(written: str) -> Address:
    """Take a web address apart. BadAddress when it cannot be one; nothing is judged here but its spelling."""
    try:
        parts = urlsplit(written.strip())
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise BadAddress(_("That is not a web address.")) from None
    scheme = parts.scheme
    if scheme not in ("http", "https"):
        raise BadAddress(_("Only addresses that begin with http:// or https:// can be fetched."))
    if port == 0 or ("[" in parts.netloc and ":" not in host):
        raise BadAddress(_("That is not a web address."))
    if PLAIN_HOST.fullmatch(host) is None:
        host = odd_host(host)
    if NUMBER.fullmatch(host):
        host = number(host)
    userinfo, at, _rest = parts.netloc.rpartition("@")
    shown = f"[{host}]" if ":" in host else host
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    target = UNSENDABLE.sub(lambda found: quote(found[0], errors="surrogateescape"), path + query)
    url = f"{scheme}://{shown}{f':{port}' if port is not None else ''}{target}"
    port = port or (443 if scheme == "https" else 80)
    name = host.rstrip(".")
    return Address(url, scheme, name, port, basic(userinfo) if at else "", userinfo if at else "")


PLAIN_HOST = re.compile(r"[a-z0-9_-][a-z0-9._-]*")
NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")  # a name cannot end in a number
UNSENDABLE = re.compile(r"[^\x21-\x7e]+")


def odd_host(host: str) -> str:
    """An IPv6 literal or an international name as it goes over the wire."""
    try:
        if ":" in host:
            return str(ip_address(host))
        name = URL.build(scheme="http", host=host).raw_host or ""
    except ValueError:
        name = ""
    if PLAIN_HOST.fullmatch(name) is None:
        raise BadAddress(_("There can be no server of that name."))
    return name


def number(host: str) -> str:
    """An IPv4 address as we write it, from decimal, octal, hexadecimal or short forms."""
    try:
        return str(IPv4Address(socket.inet_aton(host.rstrip("."))))
    except OSError:
        raise BadAddress(_("There can be no server of that name.")) from None


def basic(userinfo: str) -> str:
    """The Authorization header for credentials in an address (RFC 7617)."""
    user, _colon, password = userinfo.partition(":")
    return "Basic " + base64.b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode()


def follow(base: Address, location: str) -> Address:
    """Where a redirect leads. Credentials it names are dropped; ours go with it only within their origin."""
    try:
        joined = urljoin(base.url, location.strip())
    except ValueError:
        raise BadAddress(_("That is not a web address.")) from None
    target = read(joined)
    if target.origin == base.origin:
        return replace(target, authorization=base.authorization, userinfo=base.userinfo)
    return replace(target, authorization="", userinfo="")
