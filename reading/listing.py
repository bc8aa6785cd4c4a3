"""A list as a page shows it: rows under their days, and what its links and forms carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from aggregator.models import EntryBody
from plnet.templatetags.times import heading

from .asked import Where, view_of
from .timeline import A_PAGE, Cursor, Page, Shown, page, place_text

if TYPE_CHECKING:
    from network.models import Source, User

SIZE_FULL = 10  # rows a page of whole texts


@dataclass(frozen=True)
class Day:
    """The rows under one heading."""

    name: str
    shown: list[Shown]
    again: bool  # the page before ended under the same heading


def listing(
    user: User,
    there: Where,
    before: Cursor | None,
    now: datetime,
    after_day: str = "",
    only: Source | None = None,
) -> dict[str, Any]:
    """What `_list.html` and `_more.html` show of a list; `only` is its one source, if that is known already."""
    got = page(replace(view_of(there, user), only=only), before, SIZE_FULL if there.density == "full" else A_PAGE)
    if there.density == "full":
        fill_bodies(got.shown)
    days = by_day(got.shown, now, after_day)
    return {
        "there": there,
        "days": days,
        "top": got.top,
        "here": last_place(got),
        "older": older_link(there, got, days),
        "first": before is None,
        "now": now,
    }


def by_day(shown: Iterable[Shown], now: datetime, after_day: str) -> list[Day]:
    groups = groupby(shown, key=lambda each: heading(each.entry.sorted_at, now))
    return [Day(name, list(group), name == after_day) for name, group in groups]


def last_place(got: Page) -> str:
    """The place of the last row, for marking what is above it."""
    if not got.shown:
        return ""
    last = got.shown[-1].entry
    return place_text(last.sorted_at, last.pk)


def older_link(there: Where, got: Page, days: list[Day]) -> str:
    if got.older is None:
        return ""
    return there.link(before=place_text(*got.older), day=days[-1].name)


def fill_bodies(shown: list[Shown]) -> None:
    """The texts, for the density that shows them whole; one query."""
    bodies = EntryBody.objects.in_bulk([each.entry.pk for each in shown])
    for each in shown:
        if each.entry.pk in bodies:
            each.entry.body = bodies[each.entry.pk]
