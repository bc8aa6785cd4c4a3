"""Dates as publishers write them: only forms meant as dates are believed, and only years a feed can speak of."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, date, datetime
from functools import lru_cache

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()  # before the web, a date is a default that was forgotten
AHEAD = 5 * 366 * 86400  # seconds past now; announcements lie ahead, but not for ever

_MONTHS = {
    m: i
    for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
# Hours east of Greenwich; only names that mean one zone to nearly everybody who writes them in feeds.
_ZONES = {
    "": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "cest": 2,
    "mest": 2, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "et": -5, "ct": -6, "mt": -7, "pt": -8, "akst": -9, "akdt": -8, "hst": -10, "jst": 9,
    "kst": 9, "sgt": 8, "hkt": 8, "aest": 10, "aedt": 11, "awst": 8, "acst": 9.5, "acdt": 10.5, "nzst": 12,
    "nzdt": 13, "ist": 5.5, "nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3, "brt": -3, "art": -3,
}  # fmt: skip

# RFC 822, 1123, 2822 and what is made of them: day names in any language, one-digit days, two-digit years,
# no seconds, no zone, no time at all.
_rfc822 = re.compile(
    r"(?:[^\W\d_]{2,}\.?,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{4}|\d{2})"
    r"(?:[\sT,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?"
    r"\s*(?:\(?(?:GMT|UTC|UT)?([+-]\d{1,2}:?\d{2}|[+-]\d{1,2}|[A-Za-z]{0,5})\)?)?(?:\s*\(.*\))?)?\s*"
)
# ISO 8601, RFC 3339 and relatives: a space for the T, fractions, zones in any spelling.
_iso8601 = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:(?:GMT|UTC)?([+-]\d{1,2}:?\d{2}|[+-]\d{1,2}|[A-Za-z]{0,5}))?)?\s*",
)
_year = re.compile(r"(?<!\d)(?:19|20)\d\d")
MAX_LENGTH = 80  # longer strings are no dates


def parse(text: str) -> float | None:
    """Epoch seconds of a date as written, or None when it is not one that can be believed to be meant."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    return _parse(text)


def believed(moment: float | None, now: float) -> float | None:
    """The moment, unless no feed can mean it: before 1990, or years ahead."""
    if moment is None or moment < EARLIEST or moment > now + AHEAD:
        return None
    return moment


@lru_cache(maxsize=4096)
def _parse(text: str) -> float | None:
    if match := _rfc822.fullmatch(text):
        day, month, year, hour, minute, second, half, zone = match.groups()
        number = _MONTHS.get(month.lower())
        if number:
            return _moment(_full_year(year), number, int(day), _hour(hour, half), minute, second, zone)
    if match := _iso8601.fullmatch(text):
        year, month, day, hour, minute, second, zone = match.groups()
        return _moment(int(year), int(month), int(day), int(hour or 0), minute, second, zone)
    return _slowly(text)


def _full_year(year: str) -> int:
    """RFC 2822, 4.3: two digits below 50 are this century's."""
    number = int(year)
    if len(year) > 2:
        return number
    return number + (2000 if number < 50 else 1900)


def _hour(hour: str | None, half: str | None) -> int:
    number = int(hour or 0)
    if half and number <= 12:
        return number % 12 + (12 if half.lower() == "pm" else 0)
    return number


def _moment(
    year: int, month: int, day: int, hour: int, minute: str | None, second: str | None, zone: str | None
) -> float | None:
    offset = _offset(zone or "")
    minutes, seconds = int(minute or 0), int(second or 0)
    if offset is None or hour > 24 or minutes > 59 or seconds > 60:
        return None
    if (month, day) == (2, 29) and year % 4:
        day = 28  # a leap day in a year without one: known from real feeds
    try:
        start = timegm(date(year, month, day).timetuple())
    except ValueError:
        return None
    return float(start + hour * 3600 + minutes * 60 + seconds - offset)


def _offset(zone: str) -> int | None:
    """Seconds east of Greenwich; None for what is no zone. Names nobody knows count as none given."""
    if zone[:1] not in ("+", "-"):
        return round(_ZONES.get(zone.lower(), 0) * 3600)
    digits = zone[1:].replace(":", "")
    if len(digits) <= 2:
        digits += "00"
    hours, minutes = int(digits[:-2]), int(digits[-2:])
    if hours > 15 or minutes > 59:
        return None
    seconds = hours * 3600 + minutes * 60
    return seconds if zone[0] == "+" else -seconds


def _slowly(text: str) -> float | None:
    """feedparser's own handlers: week dates, Perforce, MSSQL, asctime, Greek, Hungarian and Korean dates."""
    from feedparser.datetimes import _parse_date

    years = _year.findall(text)
    if not years or text.isdigit():
        return None  # these handlers, too, make dates up: of 12:30 they make today
    try:
        parsed = _parse_date(text)
    except (ValueError, OverflowError, TypeError, LookupError):
        return None
    if parsed is None or str(parsed[0]) not in years:
        return None
    return float(timegm(parsed))
