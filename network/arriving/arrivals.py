"""Sources on their way into a roster: where each stands, in words, and what happens when something was found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Case, Count, Q, Value, When, Window
from django.utils import timezone

from aggregator import feeds, lookups
from aggregator.finding import candidates
from aggregator.models import Feed, Lookup

from .. import follow
from ..models import Arrival, Group, Import, Person, User
from ..models.arrival import ArrivalSet
from ..remembering import history
from . import places

NEWS = timedelta(days=7)  # so long a source that has come in is still shown here
LINES = 40  # shown at first
MANY = 200  # on a page of all


class Stage(StrEnum):
    BAD = "bad"
    CHOOSE = "choose"
    WAITING = "waiting"
    LOOKING = "looking"
    FETCHING = "fetching"
    IN = "in"


PENDING = (Stage.WAITING, Stage.LOOKING, Stage.FETCHING)
RANK = {Stage.BAD: 0, Stage.CHOOSE: 0, Stage.IN: 2}  # trouble first, then what is under way, then what is in

STAGE = Case(
    When(lookup__state=Lookup.State.WAITING, then=Value(Stage.WAITING)),
    When(lookup__state=Lookup.State.LOOKING, then=Value(Stage.LOOKING)),
    When(lookup__state__in=(Lookup.State.NOTHING, Lookup.State.FAILED), then=Value(Stage.BAD)),
    When(lookup__state=Lookup.State.FOUND, source=None, then=Value(Stage.CHOOSE)),
    When(feed__last_ok_at__isnull=False, then=Value(Stage.IN)),
    When(Q(feed__failing_since__isnull=False) | ~Q(feed__state=Feed.State.ACTIVE), then=Value(Stage.BAD)),
    default=Value(Stage.FETCHING),
)
ORDER = Case(*(When(stage=stage, then=Value(rank)) for stage, rank in RANK.items()), default=Value(1))


@dataclass(frozen=True, slots=True)
class Coming:
    """Everything that is coming in for one member."""

    lines: list[Arrival] = field(default_factory=list)  # each with its `stage`
    numbers: dict[str, int] = field(default_factory=dict)  # by stage
    imports: list[Import] = field(default_factory=list)
    page: int = 0  # 0: the first lines only

    @property
    def total(self) -> int:
        return sum(self.numbers.values())

    @property
    def pending(self) -> int:
        return sum(self.numbers.get(stage, 0) for stage in PENDING)

    @property
    def done(self) -> int:
        return self.total - self.pending

    @property
    def came(self) -> int:
        return self.numbers.get(Stage.IN, 0)

    @property
    def more(self) -> int:
        """How many stand behind the lines shown."""
        return self.total - max(self.page - 1, 0) * MANY - len(self.lines)


def coming(user: User, now: datetime, page: int = 0, group: Group | None = None) -> Coming:
    """What is coming in, onto the member's roster or the group's, in two queries: each line knows how many stand at
    each stage. On a page behind the last one they are counted apart.

    Trouble and choices first, then what is under way, then the newest in.
    """
    there = on_the_way(user, now, group)
    counted = {f"at_{stage}": Window(Count("pk", filter=Q(stage=stage))) for stage in Stage}
    shown = there.annotate(**counted).select_related("lookup", "feed", "source__person__profile")
    first = max(page - 1, 0) * MANY
    lines = list(shown.order_by(ORDER, "-pk")[first : first + (MANY if page else LINES)])
    if lines or page < 2:
        numbers = {stage.value: getattr(lines[0], f"at_{stage}") for stage in Stage if lines}
    else:
        numbers = dict(there.order_by().values_list("stage").annotate(n=Count("pk")))  # type: ignore[misc]
    imports = Import.objects.filter(roster__group=group) if group else Import.objects.of(user)
    recent = imports.filter(at__gte=now - NEWS).order_by("-at")
    return Coming(lines, numbers, list(recent[:5]), page)


def on_the_way(user: User, now: datetime, group: Group | None = None) -> ArrivalSet:
    """Arrivals worth a line, each with its `stage`."""
    arrivals = Arrival.objects.filter(roster__group=group) if group else Arrival.objects.of(user)
    arrivals = arrivals.filter(dismissed=False).annotate(stage=STAGE)
    left = Q(lookup=None, source=None)  # what they became was taken off again
    return arrivals.exclude(left).filter(~Q(stage=Stage.IN) | Q(at__gte=now - NEWS))


def take_in(lookup: Lookup) -> None:
    """Registered in aggregator.lookups.when_found: whoever waited for this follows it, or has a choice to make."""
    now = timezone.now()  # a door: the aggregator calls
    waiting = Arrival.objects.filter(lookup=lookup).select_related("roster", "source__feed", "feed")
    for arrival in waiting:
        if lookup.feed is not None and (arrival.batch_id or not is_a_choice(lookup)):
            settle(arrival, lookup.feed, now)


def is_a_choice(lookup: Lookup) -> bool:
    """Whether a person should say which: nothing sensible, or several whole feeds of equal right."""
    if lookup.feed is None:
        return True
    first, *others = [c for c in lookup.candidates if c["kind"] != Feed.Kind.COMMENTS] or lookup.candidates
    if first["why"] in (candidates.Why.ITSELF, candidates.Why.PLACE):
        return False
    return any(not candidates.is_narrow(c["url"], lookup.address) for c in others)


def choose(arrival: Arrival, url: str, now: datetime) -> None:
    """Follow one of the feeds that were found; ValueError when it is none of them."""
    if arrival.lookup is None:
        raise ValueError("nothing was looked up")
    settle(arrival, lookups.choose(arrival.lookup, url, now), now)


@transaction.atomic
def settle(arrival: Arrival, feed: Feed, now: datetime) -> None:
    """An arrival has become this feed on its roster. A source that stood for it so far, dead or wrong, goes."""
    stale = arrival.source if arrival.source and arrival.source.feed_id != feed.pk else None
    there = arrival.roster.sources.filter(feed=feed).exists()
    source = follow.follow(
        arrival.roster,
        feed,
        now,
        name=arrival.title or feed.title,
        person=stale.person if stale else None,
        circles=arrival.circles,
    )
    if stale:
        follow.forget([stale], now)
    arrival.feed, arrival.source, arrival.joined = feed, source, there and arrival.source != source
    arrival.save(update_fields=["feed", "source", "joined"])
    if arrival.batch_id is None:  # of a whole list the homes are asked one after the other (places.tend)
        places.came_in(source, arrival.address, now)


def look_over(arrival: Arrival, name: str, kind: str, circles: Collection[int], now: datetime, by: User) -> None:
    """Whoever came in is called so, is such, and is in these circles of the roster."""
    if arrival.source is None:
        raise ValueError("nobody has come in yet")
    person = arrival.source.person
    kind = kind if kind in Person.Kind.values else person.kind
    with history.noted(arrival.roster_id, "renamed", now, by=by, people=[person.pk], circles_of=[person.pk]):
        Person.objects.filter(pk=person.pk).update(name=name, kind=kind)
        person.circles.set(arrival.roster.circles.filter(pk__in=circles))


@transaction.atomic
def try_again(arrival: Arrival, now: datetime) -> None:
    """Look once more: for feeds behind the address, even where the address was said to be a feed.

    What is being looked for is waited for: clicks that do not stop would bother a site without end.
    """
    under_way = (Lookup.State.WAITING, Lookup.State.LOOKING)
    if arrival.lookup_id and Lookup.objects.filter(pk=arrival.lookup_id, state__in=under_way).exists():
        return
    if arrival.lookup and arrival.source is None:
        Lookup.objects.filter(pk=arrival.lookup.pk).update(
            state=Lookup.State.WAITING, due_at=now, asked_at=now, attempts=0, lease="", error=""
        )
        return
    arrival.lookup = Lookup.objects.create(address=arrival.address, asked_at=now, due_at=now)
    arrival.save(update_fields=["lookup"])
    if arrival.feed_id:
        feeds.due_now([arrival.feed_id], now)


@transaction.atomic
def remove(arrival: Arrival, now: datetime) -> None:
    """Take a line away, and the source it made."""
    if arrival.source and not arrival.joined:
        follow.forget([arrival.source], now)
    if arrival.lookup_id:
        Lookup.objects.filter(pk=arrival.lookup_id).delete()
    arrival.delete()
