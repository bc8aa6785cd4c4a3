"""A year of somebody's writing as 52 small bars, and the same in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateformat import format as in_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aggregator.spans import how_often

from .writing import WEEK, WEEKS

WIDTH, STEP, BAR = 592, 11.45, 7  # of the drawing
FLOOR, TALLEST, LOWEST = 44, 40, 6
FEW = 3  # entries; fewer have no rhythm
SIDE = 6  # weeks; a rhythm that has held for less is no new one
CHANGE = 2.0  # so many times more, or less, is a change of rhythm


@dataclass(frozen=True, slots=True)
class Bar:
    """One week; places are text, since a template would write a comma for the point."""

    x: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Label:
    x: str
    month: str
    second: bool  # every other one goes where there is little room


@dataclass(frozen=True, slots=True)
class Strip:
    """What a rhythm strip is drawn from."""

    bars: list[Bar]
    labels: list[Label]
    sentence: str


def strip(weeks: Sequence[int], newest: datetime | None, now: datetime) -> Strip | None:
    """None where there is nothing to draw at all."""
    if newest is None:
        return None
    return Strip(bars(weeks), labels(now), sentence(weeks, newest, now))


def bars(weeks: Sequence[int]) -> list[Bar]:
    """Weeks without anything have none; the busiest reaches the top."""
    most = max(weeks, default=0)
    heights = [(n, LOWEST + (TALLEST - LOWEST) * count / most) for n, count in enumerate(weeks) if count]
    return [Bar(f"{n * STEP:.2f}", f"{FLOOR - height:.1f}", f"{height:.1f}") for n, height in heights]


def labels(now: datetime) -> list[Label]:
    """The months, each under the first week that begins in it."""
    found: list[Label] = []
    last = 0
    for n in range(WEEKS - 1):  # under the last there is no room
        begins = localtime(now - (WEEKS - n) * WEEK)
        if begins.month != last and (last or begins.day <= 7):
            found.append(Label(f"{n * STEP:.1f}", in_format(begins, "M"), len(found) % 2 == 1))
        last = begins.month
    return found


def sentence(weeks: Sequence[int], newest: datetime, now: datetime) -> str:
    """In words: "About weekly; quieter since June"."""
    total, first = sum(weeks), next((n for n, count in enumerate(weeks) if count), WEEKS)
    if not total:
        return _("Nothing for a year; the last was in %(month)s.") % {"month": in_format(localtime(newest), "F Y")}
    if total == 1:
        return _("One piece in the year, in %(month)s.") % {"month": _month(first, now)}
    known = weeks[first:]
    rhythm = capfirst(how_often(total / (7 * max(len(known), 4))))
    change = _change(known, first, now)
    return (_("%(rhythm)s; %(change)s.") if change else _("%(rhythm)s.")) % {"rhythm": rhythm, "change": change}


def _change(known: Sequence[int], first: int, now: datetime) -> str:
    """Where the weeks fall apart in two, a busier and a quieter part; empty where they do not."""
    if sum(known) < FEW or len(known) < 2 * SIDE:
        return ""
    at = min(range(SIDE, len(known) - SIDE + 1), key=lambda n: _unevenness(known[:n]) + _unevenness(known[n:]))
    before, since = _mean(known[:at]), _mean(known[at:])
    month = _month(first + at, now)
    if not since:
        return _("silent since %(month)s") % {"month": month}
    if before >= CHANGE * since:
        return _("quieter since %(month)s") % {"month": month}
    if since >= CHANGE * before and sum(known[:at]) >= FEW:
        return _("more since %(month)s") % {"month": month}
    return ""


def _unevenness(counts: Sequence[int]) -> float:
    mean = _mean(counts)
    return sum((count - mean) ** 2 for count in counts)


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)


def _month(week: int, now: datetime) -> str:
    """The month the middle of a week is in."""
    return in_format(localtime(now - (WEEKS - week - 0.5) * WEEK), "F")
