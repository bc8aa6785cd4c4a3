"""What newcomers would ask for, on the cards and proposals that bring them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from aggregator.models import Feed
from network.models import Source
from tending.budget import minutes, words
from tending.models import FeedWeeks

register = template.Library()


@register.simple_tag
def prices_of(lines: Sequence[Any]) -> dict[int, str]:
    """By feed, for the lines that are looked over: arrivals with a card, and what is proposed. One query."""
    feeds = [line.arrival.feed if hasattr(line, "arrival") else line.proposal.feed for line in lines if asks(line)]
    return prices([feed for feed in feeds if feed and feed.entry_count])


@register.simple_tag
def price(prices: dict[int, str], feed: Feed | None) -> str:
    """ "about 12 minutes a week"; empty where nothing is known of it yet."""
    return prices.get(feed.pk, "") if feed else ""


@register.simple_tag
def asked_by(sources: Sequence[Source]) -> str:
    """What all somebody publishes asks for, in a sentence; empty where nobody has weighed it yet. One query."""
    wanted = {(source.feed_id, source.author) for source in sources if source.state in Source.SHOWN}
    found = FeedWeeks.objects.filter(feed__in={feed for feed, _author in wanted}) if wanted else []
    rows = [row for row in found if (row.feed_id, row.author) in wanted]
    if not rows or len(rows) < len(wanted):
        return ""
    said = {"time": words.span(sum(minutes.foretold(row.weeks) for row in rows))}
    if any(row.estimated for row in rows):
        return _("It asks for about %(time)s a week, estimated.") % said
    return _("It asks for about %(time)s a week.") % said


def asks(line: Any) -> bool:
    return bool(line.card) if hasattr(line, "arrival") else line.stage == "found"


def prices(feeds: Collection[Feed]) -> dict[int, str]:
    if not feeds:
        return {}
    rows = FeedWeeks.objects.filter(feed__in=[feed.pk for feed in feeds], author="")
    return {row.feed_id: said for row in rows if (said := in_words(row))}


def in_words(row: FeedWeeks) -> str:
    """What one feed asks for; empty where nothing is known."""
    if all(each is None for each in row.weeks):
        return ""
    said = {"time": words.span(minutes.foretold(row.weeks))}
    return (_("about %(time)s a week, estimated") if row.estimated else _("about %(time)s a week")) % said
