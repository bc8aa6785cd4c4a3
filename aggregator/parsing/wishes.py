"""Numbers as publishers write them: how often to come, how long it runs, how many there are."""

from __future__ import annotations

import re

LONGEST = 7 * 86400  # seconds; a wish to be asked less often than weekly is taken for weekly

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_clock = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:\.\d+)?")


def seconds(wish: int) -> int:
    """A lower bound for the time between polls; 0 for nonsense."""
    return min(wish, LONGEST) if wish > 0 else 0


def hours(written: list[str]) -> int:
    """Bit h for each hour GMT named; 0 when they cover the day. 24 is written for 0."""
    bits = 0
    for text in written[:24]:
        if text.strip().isdigit() and text.isascii() and int(text) <= 24:
            bits |= 1 << int(text) % 24
    return 0 if bits == 2**24 - 1 else bits


def days(written: list[str]) -> int:
    """Bit d for each weekday named, Monday 0; 0 when they cover the week."""
    bits = 0
    for text in written[:7]:
        if text.strip().lower() in _DAYS:
            bits |= 1 << _DAYS.index(text.strip().lower())
    return 0 if bits == 2**7 - 1 else bits


def duration(written: object) -> int:
    """Seconds of `1:02:03`, `62:03` or `3723`; 0 when it is none of these or longer than a week."""
    found = _clock.fullmatch(str(written).strip()) if written else None
    if not found:
        return 0
    hour, minute, second = (int(part or 0) for part in found.groups())
    total = hour * 3600 + minute * 60 + second
    return total if total <= 7 * 86400 else 0


def count(written: object) -> int:
    """A whole number that fits the tables, else 0."""
    text = str(written or "").strip().replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
