"""Looks through rosters for sources that deserve a decision, and writes down which, why, and from what numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from aggregator.models import Entry, Feed
from network.models import Membership, Roster, Source

from ..budget import minutes
from ..budget import roster as budgets
from ..models import Event, Finding, Looked
from ..novelty import told
from . import reasons
from .evidence import WINDOW, Evidence, Key, Seen, add_up, gather
from .reasons import Numbers

if TYPE_CHECKING:
    from network.models import User

AGAIN = timedelta(hours=20)
FEWEST_MEMBERS = 5  # of a group, whose reading is spoken of together


def look_due(now: datetime) -> bool:
    """Look through one roster that was not looked through for a day; whether there was one."""
    fresh = Looked.objects.filter(roster=OuterRef("pk"), at__gt=now - AGAIN, at__lte=now)
    kept = Q(owner__isnull=False) | Q(group__starter=False)
    followed = Source.objects.followed().filter(roster=OuterRef("pk"))
    due = Roster.objects.filter(kept, ~Exists(fresh), Exists(followed))
    roster = due.order_by("pk").first()
    if roster:
        look(roster, now)
    return roster is not None


@transaction.atomic
def look(roster: Roster, now: datetime) -> list[Finding]:
    """Look through a roster now. What deserved a decision yesterday and does no more is forgotten."""
    Looked.objects.update_or_create(roster=roster, defaults={"at": now})
    found = findings(roster, now)
    Finding.objects.filter(roster=roster).exclude(source__in=[each.source for each in found]).delete()
    Finding.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["source"],
        update_fields=["roster", "reasons", "numbers", "at"],
        batch_size=200,
    )
    return found


def findings(roster: Roster, now: datetime) -> list[Finding]:
    """The sources of a roster that deserve a decision. A dozen queries, and two for each that may be spoken of."""
    sources = list(budgets.followed(Source.objects.filter(roster=roster)))
    known = numbers_of(roster, sources, now)
    found = []
    for source in sources:
        numbers = known[source.pk]
        codes = reasons.reasons(numbers)
        if codes:
            novelty = told.of_sources([source])
            numbers.reuse = told.sentence(source.person.name, novelty) if novelty.is_habit else ""
            codes = reasons.reasons(numbers)
        if reasons.deserves(codes):
            found.append(Finding(source=source.pk, roster=roster, reasons=codes, numbers=numbers.as_json(), at=now))
    return found


def numbers_of(roster: Roster, sources: Sequence[Source], now: datetime) -> dict[int, Numbers]:
    """What is known of each source, by its id."""
    keys = {(source.feed_id, source.author) for source in sources}
    evidence, members = evidence_of(roster, keys, now)
    budget = budgets.budget(sources, [], 0, now)
    copies = copies_of(sources, now)
    all_opened = sum(each.minutes for each in evidence.values())
    troubles = troubles_of({source.feed_id for source in sources})
    found = {}
    for source in sources:
        seen = evidence.get((source.feed_id, source.author), Evidence())
        share = budget.by_source.get(source.pk)
        numbers = Numbers(seen.shown, seen.opened, members=members)
        if share:
            numbers.minutes, numbers.estimated = round(share.minutes, 1), share.estimated
            numbers.part = round(share.minutes / budget.expected, 4) if budget.expected else 0.0
        numbers.opened_part = round(seen.minutes / all_opened, 4) if all_opened else 0.0
        trouble(numbers, troubles[source.feed_id], now)
        numbers.pieces, numbers.copies, numbers.copy_of = copies.get(source.pk, (0, 0, ""))
        found[source.pk] = numbers
    return found


# ---- reading


def evidence_of(roster: Roster, keys: Collection[Key], now: datetime) -> tuple[dict[Key, Evidence], int]:
    """A member's own; of a group's roster the sums over its members, and how many there must be at least."""
    if roster.owner_id:
        return gather(seen(roster.owner_id, now), keys, now), 0
    members = Membership.objects.filter(group=roster.group_id).order_by("user").values_list("user", flat=True)
    each = (gather(seen(user, now), keys, now) for user in members)
    return add_up(each, FEWEST_MEMBERS), FEWEST_MEMBERS


def seen(user: int, now: datetime) -> Iterator[Seen]:
    """A member's events of the last half year that may be evidence."""
    mine = Event.objects.filter(user=user, entry__isnull=False, at__gte=now - WINDOW)
    columns = ("entry", "entry__feed", "entry__author", "kind", "at", "entry__sorted_at")
    lengths = ("entry__words", "entry__medium", "entry__duration")
    for entry, feed, author, kind, at, sorted_at, *length in mine.values_list(*columns, *lengths).iterator():
        piece = minutes.Piece(sorted_at, *length)
        yield Seen(entry, feed, author, kind, at, minutes.of_piece(piece))


def opened_parts(user: User, now: datetime) -> dict[int, float]:
    """Which part of what was shown of each source its follower opened; only of those that say something."""
    sources = list(Source.objects.of(user).followed().only("feed", "author"))
    evidence = gather(seen(user.pk, now), {(source.feed_id, source.author) for source in sources}, now)
    return {
        source.pk: each.opened / each.shown
        for source in sources
        if (each := evidence[source.feed_id, source.author]).shown >= reasons.FEW
    }


# ---- the feeds themselves


def troubles_of(feeds: Collection[int]) -> dict[int, Feed]:
    columns = ("state", "failing_since", "failures", "gone_at")
    return Feed.objects.filter(pk__in=feeds).only(*columns).in_bulk()


def trouble(numbers: Numbers, feed: Feed, now: datetime) -> None:
    numbers.gone = feed.state == Feed.State.GONE
    if feed.failing_since:
        numbers.failing_days, numbers.failures = max(0, (now - feed.failing_since).days), feed.failures


def copies_of(sources: Sequence[Source], now: datetime) -> dict[int, tuple[int, int, str]]:
    """By source: how many pieces it had, how many of them had reached its follower from somebody else, and whom."""
    since = now - WINDOW
    of_feed: dict[int, list[Source]] = defaultdict(list)
    for source in sources:
        of_feed[source.feed_id].append(source)
    theirs = Entry.objects.filter(feed__in=of_feed, sorted_at__gte=since)
    rows = theirs.filter(story__isnull=False).order_by("story", "sorted_at", "pk")
    first: dict[int, tuple[int, str]] = {}  # of each story, where it stood first
    later: dict[int, Counter[int]] = defaultdict(Counter)  # by source: of which feeds its pieces are copies
    for story, feed, author in rows.values_list("story", "feed", "author"):
        if story is None:
            continue
        if story not in first:
            first[story] = (feed, author)
            continue
        for source in of_feed[feed]:
            if feed != first[story][0] and source.author in ("", author):
                later[source.pk][first[story][0]] += 1
    likely = {source for source in sources if later[source.pk].total() >= reasons.COPIED * reasons.FEW}
    pieces = theirs.filter(feed__in={source.feed_id for source in likely}).order_by()
    counts = Counter[Key]()
    for feed, author, n in pieces.values_list("feed", "author").annotate(n=Count("pk")):
        counts[feed, ""] += n
        if author:
            counts[feed, author] += n
    return {
        source.pk: (
            counts[source.feed_id, source.author],
            later[source.pk].total(),
            of_feed[later[source.pk].most_common(1)[0][0]][0].person.name,
        )
        for source in likely
    }
