"""Pictures through this instance, where it is switched on: in a text their addresses lead here, each with a seal.

The seal says that this address stood in this entry's text when a page was made of it, so nobody can have other
addresses fetched; whoever asks must be able to read the entry.
"""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

_element = re.compile(r'<(?:img|source) [^>]*>|<a class="zoom" [^>]*>')
_address = re.compile(r' (src|href)="(https?://[^"]*)"')
_set = re.compile(r' srcset="([^"]*)"')


def through_here(html: str, entry: int) -> str:
    """A cleaned text whose pictures come through this instance; the same text where that is off."""
    if not settings.IMAGE_PROXY or "<img" not in html:
        return html
    return _element.sub(lambda found: _led_here(found.group(), entry), html)


def address(url: str, entry: int) -> str:
    """Where a picture of an entry is; its own address where the proxy is off."""
    if not settings.IMAGE_PROXY or not url.startswith(("http://", "https://")):
        return url
    return f"{reverse('picture', args=[seal(url, entry)])}?{urlencode({'entry': entry, 'of': url})}"


def seal(url: str, entry: int) -> str:
    return salted_hmac("plnet.picture", f"{entry} {url}", algorithm="sha256").hexdigest()[:32]


def is_sealed(code: str, url: str, entry: int) -> bool:
    return constant_time_compare(code, seal(url, entry))


def _led_here(element: str, entry: int) -> str:
    element = _address.sub(lambda found: f' {found[1]}="{_here(found[2], entry)}"', element)
    return _set.sub(lambda found: f' srcset="{_all_here(found[1], entry)}"', element)


def _here(written: str, entry: int) -> str:
    return escape(address(unescape(written), entry))


def _all_here(written: str, entry: int) -> str:
    """Of several sizes each; as sanitize.py writes them, a comma and a space stand between."""
    parts = (each.partition(" ") for each in written.split(", "))
    return ", ".join(f"{_here(url, entry)} {size}".rstrip() for url, _, size in parts)
