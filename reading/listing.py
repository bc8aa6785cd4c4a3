"""A list as a page shows it: rows under their days or one for each person, and what its links and forms carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from aggregator.models import EntryBody
from plnet.templatetags.times import heading

from .asked import Where, view_of
from .by_person import A_PAGE as VOICES
from .by_person import voices
from .timeline import A_PAGE, Cursor, Page, Shown, page, place_text

if TYPE_CHECKING:
    from network.models import Source, User

SIZE_FULL = 10  # rows a page of whole texts
SIZE_SKIM = 50


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
    opened: int = 0,
) -> dict[str, Any]:
    """What `_list.html` and `_more.html` show of a list; `only` is its one source, if that is known already, and
    `opened` whoever's further entries are wanted where there is one row a person."""
    if there.by == "person":
        return by_person(user, there, before, now, opened)
    got = page(replace(view_of(there, user), only=only), before, size_of(there))
    fill(there, got.shown)
    days = by_day(got.shown, now, after_day)
    return {
        "there": there,
        "days": days,
        "top": got.top,
        "here": last_place([each.entry for each in got.shown]),
        "older": older_link(there, got, days),
        "first": before is None,
        "now": now,
    }


def by_person(user: User, there: Where, before: Cursor | None, now: datetime, opened: int) -> dict[str, Any]:
    """The same, one row a person. The place of a row is that of its newest entry."""
    got = voices(view_of(there, user), before, SIZE_FULL if there.density == "full" else VOICES, opened)
    fill(there, [each for voice in got.voices for each in (voice.shown, *voice.opened)])
    return {
        "there": there,
        "voices": got.voices,
        "top": got.top,
        "here": last_place([voice.shown.entry for voice in got.voices]),
        "older": there.link(before=place_text(*got.older)) if got.older else "",
        "this_page": page_of(there, before),
        "first": before is None,
        "now": now,
    }


def page_of(there: Where, before: Cursor | None) -> str:
    """The address of this page, to which whoever is to be opened can be added."""
    link = there.link(before=place_text(*before)) if before else there.link()
    return link + ("&" if "?" in link else "?")


def size_of(there: Where) -> int:
    if there.kind == "skim":
        return SIZE_SKIM
    return SIZE_FULL if there.density == "full" else A_PAGE


def by_day(shown: Iterable[Shown], now: datetime, after_day: str) -> list[Day]:
    groups = groupby(shown, key=lambda each: heading(each.entry.sorted_at, now))
    return [Day(name, list(group), name == after_day) for name, group in groups]


def last_place(entries: list[Any]) -> str:
    """The place of the last row, for marking what is above it."""
    return place_text(entries[-1].sorted_at, entries[-1].pk) if entries else ""


def older_link(there: Where, got: Page, days: list[Day]) -> str:
    if got.older is None:
        return ""
    return there.link(before=place_text(*got.older), day=days[-1].name)


def fill(there: Where, shown: list[Shown]) -> None:
    """The texts, for lists that show them whole; one query."""
    if there.density == "full" or there.kind == "skim":
        fill_bodies(shown)


def fill_bodies(shown: list[Shown]) -> None:
    bodies = EntryBody.objects.in_bulk([each.entry.pk for each in shown])
    for each in shown:
        each.entry.body = bodies.get(each.entry.pk) or EntryBody(entry=each.entry)
