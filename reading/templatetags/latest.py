"""A person's latest entries, for pages of other rooms: {% latest_of user person entries sources %}."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone

from aggregator.models import Entry
from network.models import Person, Source, User
from reading.asked import Where
from reading.shown import Shown, source_of

register = template.Library()


@register.inclusion_tag("reading/_latest.html")
def latest_of(user: User, person: Person, entries: Sequence[Entry], sources: Sequence[Source]) -> dict[str, Any]:
    """Entries as rows, read or not, and the way to all of them. No query: they come with their state."""
    there = Where("person", person.pk, "all", "cards", ("all", user.density), original=user.opens_original)
    by_author = {(source.feed_id, source.author): source for source in reversed(sources)}
    shown = [Shown(e, bool(e.is_read), e.kept_at is not None, source_of(e, by_author)) for e in entries]  # type: ignore[attr-defined]
    for each in shown:
        if each.source:
            each.source.person = person
    resting = bool(sources) and not any(source.state in Source.SHOWN for source in sources)
    return {"shown": shown, "there": there, "resting": resting, "now": timezone.now()}
