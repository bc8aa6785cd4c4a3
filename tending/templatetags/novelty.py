"""What is new in what somebody writes, for pages of other rooms: `novelty_of` a person, `novelty_in` an entry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import template

from aggregator.models import Entry
from network.models import Person, Source

from ..models import Novelty
from ..novelty import told
from ..novelty.verdict import Verdict

register = template.Library()


@register.inclusion_tag("tending/_novelty_of.html", takes_context=True)
def novelty_of(context: dict[str, Any], person: Person, sources: Collection[Source]) -> dict[str, Any]:
    """How much of their last twelve was new, and the pairs that show what was not. One query."""
    found = told.of_sources(sources) if person.kind == Person.Kind.PERSON else told.Told()
    return {"told": found, "sentence": told.sentence(person.name, found), "now": context.get("now")}


@register.inclusion_tag("tending/_novelty_in.html", takes_context=True)
def novelty_in(context: dict[str, Any], entry: Entry, source: Source | None) -> dict[str, Any]:
    """What an entry's author never said before, and which earlier piece of theirs stands in it. One query."""
    found = Novelty.objects.filter(entry=entry.pk).select_related("like").first()
    alike = found is not None and found.verdict in (Verdict.COPY, Verdict.REUSE) and found.like is not None
    shows = alike and source is not None  # who only kept this piece may not open its neighbours
    return {"found": found, "shows": shows, "entry": entry, "now": context.get("now")}
