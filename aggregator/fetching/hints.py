"""What an answer's headers say about when to come back and where else to look. Pure functions over header texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

RETRY_CAP = 7 * 86400  # seconds
AGE_CAP = 86400
LINKS = 100  # of one answer


def retry_after(header: str, date: str, now: float) -> int | None:
    """Seconds to wait (RFC 9110 10.2.3): a number, or a date compared with the server's own if it gave one.

    `now` is epoch seconds by our clock. None when absent, past or garbage; never more than seven days.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:12]), RETRY_CAP) or None
    return remaining(text, date, now, RETRY_CAP)


def max_age(cache_control: str, expires: str, date: str, now: float) -> int | None:
    """Seconds for which the publisher says the document stays as it is (RFC 9111 4.2.1); None without hint.

    `no-cache`, `no-store` and `max-age=0` are no hint. Never more than a day.
    """
    said = cache_control.lower()
    if said:
        if "no-cache" in said or "no-store" in said:
            return None
        if found := MAX_AGE.search(said):
            return min(int(found[1][:12]), AGE_CAP) or None
    return remaining(expires, date, now, AGE_CAP) if expires else None


MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d+)')


def remaining(until: str, date: str, now: float, cap: int) -> int | None:
    """Seconds from the Date header, else from now, until an HTTP date."""
    then = moment(until)
    if then is None:
        return None
    since = moment(date)
    left = int(then - (now if since is None else since))
    return min(left, cap) if left > 0 else None


def moment(text: str) -> float | None:
    """An HTTP date as epoch seconds; None for what is no date."""
    try:
        when = parsedate_to_datetime(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def links(headers: list[str], base: str) -> list[tuple[str, str, str]]:
    """HTTP Link headers (RFC 8288) as (rel, absolute address, type), one for each rel, http and https only."""
    return [link for header in headers for link in one_header(header, base)][:LINKS]


def one_header(header: str, base: str) -> Iterator[tuple[str, str, str]]:
    for found in LINK.finditer(header):
        given: dict[str, str] = {}
        for name, quoted, plain in PARAMETER.findall(found[2]):
            given.setdefault(name.lower(), quoted or plain)
        if "anchor" in given:
            continue  # says something about another document
        try:
            address = urljoin(base, found[1].strip())
        except ValueError:
            continue
        if address.startswith(("http://", "https://")):
            for rel in given.get("rel", "").lower().split():
                yield rel, address, given.get("type", "").lower()


LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*!#$&+.^`|~-]+(?:\s*=\s*(?:"[^"]*"|[^",;\s]*))?)*)')
PARAMETER = re.compile(r';\s*([\w*!#$&+.^`|~-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]*))')
