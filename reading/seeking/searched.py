"""A search as its page shows it: how it is asked, rows with what was looked for marked, and what stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from aggregator.models import Entry, EntryBody

from ..asked import DENSITIES, SHOWS
from ..models import SavedSearch
from ..timeline import Shown
from . import search
from .marked import finder, marked, snippet
from .notes_found import Beside, beside_entries
from .query import Query, read

if TYPE_CHECKING:
    from network.models import User

SIZE_FULL = 10  # rows a page of whole texts
ORDERS = ("best", "newest")


@dataclass(frozen=True)
class Ask:
    """A search and how its results are shown: what its links carry on."""

    query: Query
    order: str = "best"
    show: str = "all"
    density: str = "cards"
    saved: SavedSearch | None = None
    usual: Mapping[str, str] = field(default_factory=dict)  # what is so without saying

    @property
    def path(self) -> str:
        return reverse("saved_search", args=[self.saved.pk]) if self.saved else reverse("search")

    @property
    def wanted(self) -> Query:
        """The question with what the switch adds to it."""
        if self.show != "unread":
            return self.query
        states = dict(self.query.states) | {"read": False}
        return replace(self.query, states=tuple(states.items()))

    def link(self, **more: object) -> str:
        """Its address, shown otherwise where that is said."""
        said: dict[str, object] = {"order": self.order, "show": self.show, "density": self.density}
        query = {name: value for name, value in (said | more).items() if value != self.usual.get(name)}
        if not self.saved:
            query = {"q": self.query.said} | query
        return f"{self.path}?{urlencode(query)}" if query else self.path


def ask_of(data: Mapping[str, str], user: User, saved: SavedSearch | None = None) -> Ask:
    """From an address or a form; what is nonsense in it is as if it were not there."""
    within, said = data.get("within", ""), saved.query if saved else data.get("q", "")
    query = read(f"{within} {said}".strip() if within and said.strip() and not saved else said)
    usual = {"order": "newest" if saved and saved.newest_first else "best", "show": "all", "density": user.density}
    order, show, density = (data.get(name, usual[name]) for name in ("order", "show", "density"))
    return Ask(
        query,
        order if order in ORDERS else usual["order"],
        show if show in SHOWS else usual["show"],
        density if density in DENSITIES else usual["density"],
        saved,
        usual,
    )


def searched(user: User, ask: Ask, place: search.Place | None, now: datetime) -> dict[str, Any]:
    """What `_found.html` shows of a search: at most eight queries with those of every page."""
    size = SIZE_FULL if ask.density == "full" else search.PAGE
    found = search.matches(user, ask.wanted, now, newest_first=ask.order == "newest", place=place, size=size)
    shown = search.shown(user, found.entries)
    dress(shown, ask.query)
    if ask.density == "full":
        in_full(shown)
    return {
        "ask": ask,
        "shown": shown,
        "beside": Beside() if place else beside_entries(user, ask.query),
        "missing": found.missing and not shown,
        "troubles": [*ask.query.troubles, *found.missing],
        "older": ask.link(place=found.older) if found.older else "",
        "cut": found.cut,
        "first": place is None,
        "top": max((each.entry.pk for each in shown), default=0),
        "now": now,
    }


def one_row(user: User, ask: Ask, entry: Entry) -> Shown:
    """One of its rows anew."""
    rows = search.shown(user, search.rows(user, [entry.pk]))
    dress(rows, ask.query)
    if ask.density == "full":
        in_full(rows)
    return rows[0]


def dress(shown: list[Shown], query: Query) -> None:
    """Mark what was looked for, in the title and in a passage of the text that stands in the gist's place."""
    in_text, in_title = finder(query.plain, in_title=False), finder(query.plain, in_title=True)
    for each in shown:
        told = vars(each.entry)
        title = each.entry.title or each.entry.gist
        if in_title and title:
            told["marked_title"] = marked(title, in_title)
        if in_text and each.entry.title:
            told["marked"] = snippet(told.get("looked_in") or "", in_text)


def in_full(shown: list[Shown]) -> None:
    """Whole texts instead; one query."""
    bodies = EntryBody.objects.in_bulk([each.entry.pk for each in shown])
    for each in shown:
        each.entry.body = bodies.get(each.entry.pk) or EntryBody(entry=each.entry)
        vars(each.entry)["whole"] = True
