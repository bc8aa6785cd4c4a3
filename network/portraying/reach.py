"""Ways to reach somebody, as a member wrote them down: one a line, and a link where one is safe to make."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from aggregator.finding.typed import Typed, normalise

from ..follow import a_name

MOST, LONGEST = 20, 300  # lines, and characters of one
MAIL = re.compile(r"(?:mailto:)?([^\s@/:?&]+@[^\s@/:?&]+\.[^\s@/:?&]+)")
PHONE = re.compile(r"(?:tel:)?(\+[\d ()/.-]{5,30})")
OTHERS = ("xmpp:", "sip:", "matrix:")


class TooMuch(Exception):
    """Says in a sentence what was too much."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way: as it was written, and where a click leads; empty when nowhere."""

    words: str
    url: str


def read(text: str) -> list[str]:
    """The lines of a field, empty ones left out; TooMuch when they are too many or too long."""
    lines = [line for written in text.splitlines()[: 50 * MOST] if (line := a_name(written, LONGEST + 1))]
    if len(lines) > MOST:
        raise TooMuch(_("Up to %(n)d ways, one a line, please.") % {"n": MOST})
    if any(len(line) > LONGEST for line in lines):
        raise TooMuch(_("One of the lines is longer than %(n)d characters.") % {"n": LONGEST})
    return lines


def ways(lines: Iterable[object]) -> list[Way]:
    return [Way(str(line), _leads_to(str(line))) for line in lines]


def _leads_to(line: str) -> str:
    if mail := MAIL.fullmatch(line):
        return f"mailto:{mail[1]}"
    if phone := PHONE.fullmatch(line):
        return f"tel:{re.sub('[^+0-9]', '', phone[1])}"
    if line.lower().startswith(OTHERS) and not re.search(r"\s", line):
        return line
    if " " in line or not re.search(r"[.@]", line):
        return ""
    address = normalise(line)
    return address.url if isinstance(address, Typed) else ""
