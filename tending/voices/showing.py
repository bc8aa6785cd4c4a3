"""The page of new voices: each with where they write, who points to them, and a sample of what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Avg

from aggregator.models import Entry, Feed
from network.models import Source

from ..models import Voice
from .work import FEWEST_PEOPLE

if TYPE_CHECKING:
    from network.models import User

TITLES = 3
WORDS_A_MINUTE = 230
State = Voice.State


@dataclass(slots=True)
class Shown:
    """One voice and what can be said before following."""

    voice: Voice
    feed: Feed
    titles: list[Entry] = field(default_factory=list)
    minutes: int = 0  # a week; 0: less than one


def page(user: User) -> dict[str, Any]:
    """All of it; a few queries for each that is offered, of whom there are five at most."""
    every = list(Voice.objects.of(user).select_related("feed", "entry", "source").order_by("-score", "house"))
    offered = [each for each in every if each.state == State.OFFERED and each.feed and each.entry]
    people = Source.objects.of(user).followed().values("person").distinct().count()
    return {
        "offered": [shown(each) for each in offered],
        "tried": [each for each in every if each.state == State.TRIED and each.source],
        "ended": latest(every, State.ENDED),
        "passed": [*latest(every, State.LATER), *latest(every, State.NEVER)],
        "looking": any(each.state == State.LOOKING for each in every),
        "missing": max(0, FEWEST_PEOPLE - people),
    }


def latest(every: Sequence[Voice], state: str) -> list[Voice]:
    return sorted(
        (each for each in every if each.state == state and each.feed), key=lambda each: -each.at.timestamp()
    )[:20]


def shown(each: Voice) -> Shown:
    assert each.feed
    entries = Entry.objects.filter(feed=each.feed)
    titles = list(entries.exclude(title="").order_by("-sorted_at", "-pk")[:TITLES])
    usual = entries.aggregate(words=Avg("words"), seconds=Avg("duration"))
    a_piece = (usual["seconds"] or 0) / 60 or (usual["words"] or 0) / WORDS_A_MINUTE
    return Shown(each, each.feed, titles, round(max(each.feed.per_day, each.feed.usual_per_day) * 7 * a_piece))
