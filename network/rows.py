"""The rows of a roster: searched, filtered, sorted, and each one's state in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, CharField, F, Field, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aggregator import health
from aggregator.desk import by_health
from aggregator.finding.typed import host_of
from aggregator.models import Feed
from plnet.prepared import prepared

from .models import Circle, Roster, Source, Tag
from .models.person import SourceSet

PAGE = 50
BY_HEALTH = ("well", "sleeping", "trouble", "new")
BY_WISH = {"trial": Source.State.TRIAL, "paused": Source.State.PAUSED, "retired": Source.State.RETIRED}
STATES = (*BY_HEALTH, "loud", "moved", *BY_WISH)
RANKS = {"trouble": 0, "sleeping": 1, "new": 2, "trial": 3, "paused": 4}  # what needs somebody first, the well last
ICONS = {"podcast": "pod", "video": "watch", "microblog": "globe", "releases": "code", "comments": "reply"}
SORTS = {
    "name": (Lower("person__name"), "person_id", "pk"),
    "last": (F("feed__newest_at").desc(nulls_last=True), "pk"),
    "often": (F("feed__per_day").desc(), "pk"),
    "added": ("-created_at", "-pk"),
}
OF_FEED = (*health.NEEDS, "url", "title", "site_url", "language", "kind", "entry_count")
NEEDED = (
    *(f"feed__{column}" for column in OF_FEED),
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
    """What of a roster is asked for."""

    q: str = ""
    circle: int = 0
    tag: int = 0
    kind: str = ""
    state: str = ""
    sort: str = "name"
    page: int = 1

    def link(self, **changes: object) -> str:
        """The query string of this view with something changed; "?" for the plain one."""
        asked = {name: getattr(self, name) for name in self.__slots__} | {"page": 1} | changes
        return "?" + urlencode({key: value for key, value in asked.items() if value != getattr(PLAIN, key)})

    @property
    def here(self) -> str:
        """The query string that leads to this page of it."""
        return self.link(page=self.page)

    @property
    def is_of_a_state(self) -> bool:
        """Whether it leaves nobody out but for their state."""
        return not any((self.q, self.circle, self.tag, self.kind))

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves somebody out."""
        return bool(self.state) or not self.is_of_a_state


PLAIN = View()


@dataclass(frozen=True, slots=True)
class Row:
    """One source and how it is."""

    source: Source
    state: str  # well, sleeping, trouble, new, paused, trial, retired
    words: str
    advice: str = ""
    circles: Sequence[str] = ()
    tags: Sequence[str] = ()

    @property
    def named(self) -> str:
        """What the source is called: as its reader wished, as it calls itself, else by its address."""
        return self.source.title or self.source.feed.title or host_of(self.source.feed.url)

    @property
    def icon(self) -> str:
        return ICONS.get(self.source.feed.kind, "feed")

    @property
    def often(self) -> str:
        """What it costs: entries in a usual week of late; nothing while it is not shown."""
        week = 7 * self.source.feed.per_day
        if self.state in ("paused", "retired") or week <= 0:
            return "–"
        return str(round(week)) if week >= 1 else _("under 1")


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of rows, and the names they and the filters go by."""

    rows: list[Row]
    total: int
    circles: list[tuple[int, str]]
    tags: list[tuple[int, str]]

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE)

    def near(self, page: int) -> list[int]:
        """The pages worth a link: the first, the last, and those around this one."""
        return sorted({1, self.pages, *range(page - 3, page + 4)} & set(range(1, self.pages + 1)))


def view(asked: Mapping[str, str]) -> View:
    """From a query string; what is nonsense in it is as if it were not there."""
    state, sort, kind = asked.get("state", ""), asked.get("sort", ""), asked.get("kind", "")
    return View(
        q=asked.get("q", "").strip()[:200],
        circle=_number(asked.get("circle", "")),
        tag=_number(asked.get("tag", "")),
        kind=kind if kind in Feed.Kind.values else "",
        state=state if state in STATES else "",
        sort=sort if sort in (*SORTS, "state") else "name",
        page=max(1, _number(asked.get("page", ""))),
    )


def shown(roster: Roster, asked: View, now: datetime, total: int | None = None) -> Shown:
    """A page of the roster, in three queries; one more where `total` is not known."""
    first = (asked.page - 1) * PAGE
    sources = matching(roster, asked, now)
    page = list(sources.annotate(offered_url=F("feed__offer__found__url"))[first : first + PAGE])
    circles, tags = names(roster)
    in_circles, tagged = named_by(page, dict(circles), dict(tags))
    rows = [row(source, now, in_circles.get(source.person_id, ()), tagged.get(source.pk, ())) for source in page]
    return Shown(rows, sources.count() if total is None else total, circles, tags)


def matching(roster: Roster, asked: View, now: datetime) -> SourceSet:
    """The sources a view speaks of, sorted. The retired ones only when they are asked for."""
    sources = Source.objects.filter(roster=roster).select_related("person", "feed").only(*NEEDED)
    sources = in_state(sources, asked.state, now)
    for word in asked.q.split()[:20]:
        names = Q(person__name__icontains=word) | Q(title__icontains=word)
        sources = sources.filter(names | Q(feed__title__icontains=word) | Q(feed__url__icontains=word))
    if asked.circle:
        sources = sources.filter(person__circles=asked.circle)
    if asked.tag:
        on_it, on_them = Tag.sources.through.objects, Tag.people.through.objects
        sources = sources.filter(
            Q(pk__in=on_it.filter(tag=asked.tag).values("source"))
            | Q(person__in=on_them.filter(tag=asked.tag).values("person"))
        )
    if asked.kind:
        sources = sources.filter(feed__kind=asked.kind)
    if asked.sort == "state":
        return sources.order_by(standing(now, RANKS), *SORTS["name"])
    return sources.order_by(*SORTS[asked.sort])


def in_state(sources: SourceSet, state: str, now: datetime) -> SourceSet:
    """Those in a state; without one all but the retired."""
    if state in BY_WISH:
        return sources.filter(state=BY_WISH[state])
    sources = sources.exclude(state=Source.State.RETIRED)
    match state:
        case "":
            return sources
        case "loud":
            return sources.filter(by_health.loud("feed__"), state__in=Source.SHOWN)
        case "moved":
            return sources.filter(by_health.moved(now, "feed__"), state__in=Source.SHOWN)
    return sources.filter(Exact(standing(now), Value(state)))


def standing(now: datetime, ranks: Mapping[str, int] | None = None) -> Case:
    """A source's one word, as `row` says it: what its reader wished, unless its feed is in trouble while shown.

    With `ranks` the number of that word.
    """

    def said(state: str) -> Value:
        return Value(state) if ranks is None else Value(ranks.get(state, len(ranks)))

    on_trial = Q(state=Source.State.TRIAL)
    whens = [
        When(state=Source.State.PAUSED, then=said("paused")),
        When(state=Source.State.RETIRED, then=said("retired")),
    ]
    for state, which in by_health.judgements(now, "feed__"):
        if state != "trouble":
            whens.append(When(on_trial & which, then=said("trial")))
        whens.append(When(which, then=said(state)))
    kind: Field[Any, Any] = CharField() if ranks is None else IntegerField()
    return Case(*whens, When(on_trial, then=said("trial")), default=said("well"), output_field=kind)


def names(roster: Roster) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The circles and tags of a roster by id, in their order; one query."""
    there = sorted(_names(roster.pk), key=lambda each: (each[1], each[2].lower(), each[3]))
    return (
        [(pk, name) for what, _at, name, pk in there if what == "circle"],
        [(pk, name) for what, _at, name, pk in there if what == "tag"],
    )


@prepared
def _names(roster: int) -> QuerySet[Any, Any]:
    what: Any = Value("circle", CharField())
    circles = Circle.objects.filter(roster=roster).order_by().annotate(what=what, at=F("position"))
    tags = Tag.objects.filter(roster=roster).order_by().annotate(what=Value("tag", CharField()), at=Value(0))
    columns = ("what", "at", "name", "pk")
    return circles.values_list(*columns).union(tags.values_list(*columns), all=True)


def named_by(
    sources: Sequence[Source], circles: Mapping[int, str], tags: Mapping[int, str]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The circles of their people, by person, and the tags of sources and people, by source; one query."""
    people: dict[int, list[int]] = {}
    for source in sources:
        people.setdefault(source.person_id, []).append(source.pk)
    ids = [source.pk for source in sources]
    what = "what"
    in_circles = Circle.people.through.objects.filter(person__in=people).annotate(what=Value("circle", CharField()))
    on_people = Tag.people.through.objects.filter(person__in=people).annotate(what=Value("person", CharField()))
    on_sources = Tag.sources.through.objects.filter(source__in=ids).annotate(what=Value("source", CharField()))
    found = in_circles.values_list(what, "circle_id", "person_id").union(
        on_people.values_list(what, "tag_id", "person_id"),
        on_sources.values_list(what, "tag_id", "source_id"),
        all=True,
    )
    circled: dict[int, set[int]] = {}
    tagged: dict[int, set[int]] = {}
    for kind, name, thing in found:
        if kind == "circle":
            circled.setdefault(thing, set()).add(name)
        for pk in people.get(thing, ()) if kind == "person" else [thing]:
            if kind != "circle":
                tagged.setdefault(pk, set()).add(name)
    return (
        {person: [circles[pk] for pk in circles if pk in there] for person, there in circled.items()},
        {source: [tags[pk] for pk in tags if pk in there] for source, there in tagged.items()},
    )


def row(source: Source, now: datetime, circles: Sequence[str] = (), tags: Sequence[str] = ()) -> Row:
    """How a source is: first what its reader wished, then how the feed fares."""
    feed, words, advice = source.feed, "", ""
    state: str = health.state(feed, now)
    match source.state:
        case Source.State.PAUSED:
            state, words = "paused", _until(_("Paused by you"), _("back by itself on %(day)s"), source.until)
        case Source.State.RETIRED:
            state, words = "retired", _("Retired") + (f": {source.why}" if source.reason else "")
        case Source.State.TRIAL if state != "trouble":
            state, words = "trial", _until(_("On trial"), _("it ends by itself on %(day)s"), source.until)
        case _:
            words, advice = health.sentence(feed, now), health.what_to_do(feed, now)
    return Row(source, state, words, advice, circles, tags)


def _until(words: str, then: str, until: datetime | None) -> str:
    if until is None:
        return words
    then %= {"day": date_format(localtime(until), _("j F"))}
    return f"{words}; {then}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0
