"""How an arrival is told in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from aggregator import health
from aggregator.finding.typed import host_of
from aggregator.models import Feed, Lookup
from aggregator.retold import retold

from ..models import Arrival
from .arrival_cards import Card, cards
from .arrivals import PENDING, Stage


@dataclass(frozen=True, slots=True)
class Line:
    """One arrival as it is shown."""

    arrival: Arrival
    stage: str
    name: str
    found: str  # what was found, or what went wrong
    advice: str = ""
    language: str = ""
    card: Card | None = None

    @property
    def icon(self) -> str:
        if self.stage == Stage.IN:
            return "link" if self.arrival.joined else "check"
        return {Stage.BAD: "warn", Stage.CHOOSE: "feed"}.get(Stage(self.stage), "clock")

    @property
    def css(self) -> str:
        return {Stage.IN: "ok", Stage.BAD: "bad"}.get(Stage(self.stage), "")

    @property
    def pending(self) -> bool:
        return self.stage in PENDING


def lines(arrivals: Sequence[Arrival], now: datetime) -> list[Line]:
    """All of them; those who have just come in with a card."""
    newest = cards(arrivals, now)
    return [replace(line(arrival, now), card=newest.get(arrival.pk)) for arrival in arrivals]


def line(arrival: Arrival, now: datetime) -> Line:
    """`arrival` comes from `arrivals.on_the_way` with lookup, feed and source__person."""
    feed, lookup = arrival.feed, arrival.lookup
    stage: str = arrival.stage  # type: ignore[attr-defined]
    name = _name(arrival)
    if stage == Stage.IN and feed:
        return Line(arrival, stage, name, _came(arrival, feed), language=feed.language)
    if stage == Stage.BAD:
        if lookup and lookup.state != Lookup.State.FOUND:
            return Line(arrival, stage, name, retold(lookup.error) or lookup.get_state_display())
        if feed:
            return Line(arrival, stage, name, health.sentence(feed, now), health.what_to_do(feed, now))
    if stage == Stage.CHOOSE and lookup:
        words = ngettext("one feed, but is it the right one?", "%(n)d feeds. Which one?", len(lookup.candidates))
        return Line(arrival, stage, name, words % {"n": len(lookup.candidates)})
    if stage == Stage.FETCHING:
        return Line(arrival, stage, name, _("being read") if feed and feed.lease else _("waiting to be read"))
    return Line(
        arrival, stage, name, _("looking for its feed") if stage == Stage.LOOKING else _("waiting its turn")
    )


def _name(arrival: Arrival) -> str:
    if arrival.source:
        return arrival.source.person.name
    return arrival.title or (arrival.lookup and arrival.lookup.title) or host_of(arrival.address) or arrival.address


def _came(arrival: Arrival, feed: Feed) -> str:
    if arrival.joined:
        return _("the same as %(feed)s, joined") % {"feed": feed.title or feed.url}
    words = in_words(feed)
    if feed.failing_since:
        return _("%(what)s; the last visit failed") % {"what": words}
    return words


def in_words(feed: Feed) -> str:
    """ "a blog in Arabic, 12 entries"."""
    return ", ".join(filter(None, (_what(feed), _how_many(feed))))


def _what(feed: Feed) -> str:
    """ "a blog", "a podcast in Arabic"."""
    kind = {
        Feed.Kind.BLOG: _("a blog"),
        Feed.Kind.PODCAST: _("a podcast"),
        Feed.Kind.VIDEO: _("a video channel"),
        Feed.Kind.MICROBLOG: _("short posts"),
        Feed.Kind.RELEASES: _("releases"),
        Feed.Kind.COMMENTS: _("comments"),
    }.get(Feed.Kind(feed.kind), _("a feed"))
    code = feed.language.replace("_", "-").partition("-")[0].lower()
    if not code or code == (get_language() or "en").partition("-")[0]:
        return kind
    try:
        language = get_language_info(code)["name_translated"]
    except KeyError:
        return kind
    return _("%(kind)s in %(language)s") % {"kind": kind, "language": language}


def _how_many(feed: Feed) -> str:
    n = feed.entry_count
    if not n:
        return _("nothing in it yet")
    say: dict[str, Callable[[], str]] = {
        Feed.Kind.PODCAST: lambda: ngettext("%(n)d episode", "%(n)d episodes", n),
        Feed.Kind.VIDEO: lambda: ngettext("%(n)d video", "%(n)d videos", n),
        Feed.Kind.RELEASES: lambda: ngettext("%(n)d release", "%(n)d releases", n),
    }
    words = say.get(feed.kind, lambda: ngettext("%(n)d entry", "%(n)d entries", n))()
    return words % {"n": n}
