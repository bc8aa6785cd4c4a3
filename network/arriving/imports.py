"""Bringing in many addresses at once, and taking an import back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from aggregator import feeds
from aggregator.models import Feed, Lookup

from ..follow import Followed, Wish, follow_many
from ..models import Arrival, Import, Roster, User
from ..naming import a_name
from ..outlining.listed import BadLine, Listed, Outline
from ..whose import forget

MOST_BAD_LINES = 500  # kept with an import


@transaction.atomic
def bring_in(
    roster: Roster,
    listed: Listed,
    name: str,
    now: datetime,
    watch: Callable[[int], object] | None = None,
    by: User | None = None,
) -> Import:
    """Follow every feed of a list, and look behind the addresses that are no feeds. A few dozen queries.

    `watch` is told how many more are done, after each step.
    """
    watch = watch or (lambda _: None)
    outlines = list(listed.outlines.values())
    direct = [o for o in outlines if o.is_feed and (o.title or o.person)]  # the others are named by what is found
    name = a_name(name) or _("a list")
    by_address = feeds.remember_many([o.address for o in direct], now)
    wishes = [_wish(o, by_address[o.address]) for o in direct]
    followed = follow_many(roster, wishes, now, by=by, act="imported", why=name, circles=listed.circles)
    watch(len(direct))
    batch = Import.objects.create(
        roster=roster,
        name=name,
        at=now,
        outlines=len(outlines) + listed.doubles,
        joined=listed.doubles + sum(f.joined for f in followed),
        bad_lines=_bad_lines(listed.bad),
    )
    Arrival.objects.bulk_create(
        _arrived(batch, outline, became, by_address[outline.address])
        for outline, became in zip(direct, followed, strict=True)
    )
    taken = {o.address for o in direct}
    watch(len(look_up(roster, [o for o in outlines if o.address not in taken], now, batch)))
    return batch


def _arrived(batch: Import, outline: Outline, became: Followed, feed: Feed) -> Arrival:
    """The line of an address that was a feed, and so is in already."""
    return Arrival(
        roster=batch.roster,
        batch=batch,
        address=outline.address,
        title=outline.title[:300],
        at=batch.at,
        feed=feed,
        source=became.source,
        joined=became.joined,
    )


def look_up(
    roster: Roster, outlines: Sequence[Outline], now: datetime, batch: Import | None = None
) -> list[Arrival]:
    """Have feeds looked for behind addresses; each arrives when it has been found."""
    lookups = [Lookup(address=o.address, asked_at=now, due_at=now) for o in outlines]
    Lookup.objects.bulk_create(lookups)
    arrivals = [
        Arrival(
            roster=roster,
            batch=batch,
            address=outline.address,
            title=a_name(outline.title, 300),
            circles=[*outline.circles],
            at=now,
            lookup=lookup,
        )
        for outline, lookup in zip(outlines, lookups, strict=True)
    ]
    return Arrival.objects.bulk_create(arrivals)


@transaction.atomic
def undo(batch: Import, now: datetime, by: User | None = None) -> int:
    """Take an import back: the sources it made go, and the people and circles nothing is left of. How many went.

    Sources that were on the roster before stay.
    """
    made = batch.arrivals.filter(source__isnull=False, joined=False).select_related("source")
    sources = [arrival.source for arrival in made if arrival.source]
    Lookup.objects.filter(pk__in=batch.arrivals.filter(source=None).values("lookup")).delete()
    forget(sources, now, by=by, act="import_undone", why=batch.name, circles=True)
    batch.delete()
    return len(sources)


def _wish(outline: Outline, feed: Feed) -> Wish:
    return Wish(
        feed,
        name=outline.person or outline.title,
        who=outline.who and f"who {outline.who}",
        circles=outline.circles,
        title=outline.own_title,
        home=outline.home,
        kind=outline.kind,
        state=outline.state,
        until=outline.until,
    )


def _bad_lines(bad: Sequence[BadLine]) -> list[dict[str, object]]:
    kept: list[dict[str, object]] = [{"line": b.line, "text": b.text, "why": b.why} for b in bad[:MOST_BAD_LINES]]
    if len(bad) > MOST_BAD_LINES:
        kept.append({"line": 0, "text": "", "why": _("and {} more").format(len(bad) - MOST_BAD_LINES)})
    return kept
