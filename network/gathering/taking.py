"""From one roster onto another: what a group follows is followed by a member, with names, kinds and circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects

from ..follow import Wish, follow_many
from ..models import Change, Person, Roster, Source
from ..models.person import SourceSet
from ..outlining.listed import Listed, Outline


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it."""

    new: list[Source]  # among them those that had been retired
    there: list[Source]  # were on the roster already
    change: Change | None = None


def offered(roster: Roster) -> SourceSet:
    """What a roster has to take from: all it has not retired, by person."""
    sources = Source.objects.filter(roster=roster).exclude(state=Source.State.RETIRED)
    return sources.select_related("person", "feed").order_by("person__name", "person_id", "pk")


@transaction.atomic
def take(sources: Sequence[Source], into: Roster, now: datetime, *, circles: bool, why: str = "") -> Taken:
    """Follow these sources of another roster, one act. Further sources of somebody who is there become theirs.

    `into` is a member's own, whose act it is.
    """
    if circles:
        prefetch_related_objects(sources, "person__circles")
    gone = set(Source.objects.filter(roster=into, state=Source.State.RETIRED).values_list("pk", flat=True))
    there = _counterparts(sources, into)
    wishes = [_wish(source, there.get(source.person_id), circles) for source in sources]
    followed = follow_many(into, wishes, now, by=into.owner, act="taken", why=why)
    return Taken(
        new=[f.source for f in followed if not f.joined or f.source.pk in gone],
        there=[f.source for f in followed if f.joined and f.source.pk not in gone],
        change=Change.objects.filter(roster=into, act="taken", at=now).order_by("pk").last(),
    )


def listed(sources: Sequence[Source], title: str) -> Listed:
    """The same sources as a list to bring in, for the Add page."""
    prefetch_related_objects(sources, "person__circles")
    outlines = {source.feed.url: _outline(source) for source in sources}
    return Listed(title, outlines, dict.fromkeys(name for o in outlines.values() for name in o.circles))


def _counterparts(sources: Sequence[Source], into: Roster) -> Mapping[int, Person]:
    """Who of these people is on the other roster already, by the feeds they have there."""
    people = {source.person_id for source in sources}
    theirs = Source.objects.filter(person__in=people).values_list("feed", "person")
    own = Source.objects.filter(roster=into, feed__sources__person__in=people).select_related("person")
    by_feed = {source.feed_id: source.person for source in own}
    return {person: by_feed[feed] for feed, person in theirs if feed in by_feed}


def _wish(source: Source, person: Person | None, circles: bool) -> Wish:
    theirs = source.person
    return Wish(
        source.feed,
        name=theirs.name,
        who=f"person {theirs.pk}",
        person=person,
        circles=tuple(circle.name for circle in theirs.circles.all()) if circles else (),
        title=source.title,
        kind=theirs.kind,
        home=theirs.home,
    )


def _outline(source: Source) -> Outline:
    person = source.person
    return Outline(
        source.feed.url,
        0,
        title=person.name,
        home=person.home,
        circles=tuple(circle.name for circle in person.circles.all()),
        person=person.name,
        who=f"person {person.pk}",
        kind=person.kind,
        own_title=source.title,
    )
