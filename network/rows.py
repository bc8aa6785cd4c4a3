"""The rows of the roster: searched, filtered, sorted, and each one's state in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, Value, When, prefetch_related_objects
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aggregator import health
from aggregator.desk.by_health import in_state
from aggregator.finding.typed import host_of
from aggregator.models import Feed

from .models import Source, User
from .models.person import SourceSet

PAGE = 200
BY_HEALTH = ("well", "sleeping", "trouble", "new")
BY_WISH = {"trial": Source.State.TRIAL, "paused": Source.State.PAUSED, "retired": Source.State.RETIRED}
ICONS = {"podcast": "pod", "video": "watch", "microblog": "globe", "releases": "code", "comments": "reply"}
SORTS = {
    "name": (Lower("person__name"), "person_id", "pk"),
    "last": (F("feed__newest_at").desc(nulls_last=True), "pk"),
    "added": ("-created_at", "-pk"),
}
NEEDED = (
    *(
        f"feed__{column}"
        for column in (*health.NEEDS, "url", "title", "site_url", "language", "kind", "entry_count")
    ),
    *(
        "person__name",
        "person__kind",
        "person__roster",
        "title",
        "state",
        "until",
        "reason",
        "created_at",
        "roster",
    ),
)


@dataclass(frozen=True, slots=True)
class View:
    """What of the roster is asked for."""

    q: str = ""
    circle: int = 0
    state: str = ""
    sort: str = "name"
    page: int = 1

    def link(self, **changes: object) -> str:
        """The query string of this view with something changed."""
        asked = {"q": self.q, "circle": self.circle, "state": self.state, "sort": self.sort, "page": self.page}
        usual = {"q": "", "circle": 0, "state": "", "sort": "name", "page": 1}
        asked |= {"page": 1} | changes
        return "?" + urlencode({key: value for key, value in asked.items() if value != usual[key]})


@dataclass(frozen=True, slots=True)
class Row:
    """One source and how it is."""

    source: Source
    state: str  # well, sleeping, trouble, new, paused, trial, retired
    words: str
    advice: str = ""

    @property
    def named(self) -> str:
        """What the source is called: as its reader wished, as it calls itself, else by its address."""
        return self.source.title or self.source.feed.title or host_of(self.source.feed.url)

    @property
    def icon(self) -> str:
        return ICONS.get(self.source.feed.kind, "feed")


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of rows."""

    rows: list[Row]
    total: int
    pages: int


def view(asked: Mapping[str, str]) -> View:
    """From a query string; what is nonsense in it is as if it were not there."""
    state, sort = asked.get("state", ""), asked.get("sort", "")
    return View(
        q=asked.get("q", "").strip()[:200],
        circle=_number(asked.get("circle", "")),
        state=state if state in BY_HEALTH or state in BY_WISH else "",
        sort=sort if sort in (*SORTS, "state") else "name",
        page=max(1, _number(asked.get("page", ""))),
    )


def shown(user: User, asked: View, now: datetime) -> Shown:
    """A page of the roster, in four queries."""
    sources = matching(user, asked, now)
    total = sources.count()
    first = (asked.page - 1) * PAGE
    rows = [row(source, now) for source in sources[first : first + PAGE]]
    prefetch_related_objects([r.source for r in rows], "person__circles")
    return Shown(rows, total, -(-total // PAGE))


def matching(user: User, asked: View, now: datetime) -> SourceSet:
    """The sources a view speaks of, sorted. The retired ones only when they are asked for."""
    sources = Source.objects.of(user).select_related("person", "feed").only(*NEEDED)
    if asked.state in BY_WISH:
        sources = sources.filter(state=BY_WISH[asked.state])
    else:
        sources = sources.exclude(state=Source.State.RETIRED)
    if asked.state in BY_HEALTH:
        sources = sources.filter(state=Source.State.FOLLOWING, feed__in=feeds_in(user, asked.state, now))
    for word in asked.q.split():
        names = Q(person__name__icontains=word) | Q(title__icontains=word)
        sources = sources.filter(names | Q(feed__title__icontains=word) | Q(feed__url__icontains=word))
    if asked.circle:
        sources = sources.filter(person__circles=asked.circle)
    if asked.sort == "state":
        return sources.order_by(worst_first(user, now), *SORTS["name"])
    return sources.order_by(*SORTS[asked.sort])


def feeds_in(user: User, state: str, now: datetime) -> QuerySet[Feed]:
    """The member's feeds in a state of health."""
    theirs = Feed.objects.filter(sources__roster__owner=user)
    return in_state(theirs, cast(health.State, state), now)


def worst_first(user: User, now: datetime) -> Case:
    """What needs somebody before what rests before what is well."""
    rested = When(~Q(state=Source.State.FOLLOWING), then=Value(3))
    ranks = (("trouble", 0), ("sleeping", 1), ("new", 2))
    return Case(
        rested, *(When(feed__in=feeds_in(user, state, now), then=Value(n)) for state, n in ranks), default=4
    )


def row(source: Source, now: datetime) -> Row:
    """How a source is: first what its reader wished, then how the feed fares."""
    if source.state == Source.State.PAUSED:
        return Row(source, "paused", _until(_("Paused by you"), _("back by itself on %(day)s"), source.until))
    if source.state == Source.State.RETIRED:
        return Row(source, "retired", _("Retired") + (f": {source.reason}" if source.reason else ""))
    if source.state == Source.State.TRIAL:
        return Row(source, "trial", _until(_("On trial"), _("it ends by itself on %(day)s"), source.until))
    feed = source.feed
    return Row(source, health.state(feed, now), health.sentence(feed, now), health.what_to_do(feed, now))


def _until(words: str, then: str, until: datetime | None) -> str:
    if until is None:
        return words
    return f"{words}; {then % {'day': date_format(localtime(until), 'j F')}}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0
