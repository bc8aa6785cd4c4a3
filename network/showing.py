"""Which feeds rosters show, and to whom: the one count a feed knows about, and the news for who reads."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aggregator.feeds import due_now
from aggregator.models import Feed

from .models import Membership, Roster, Source, User

when_visible: list[Callable[[Collection[int], Collection[int], datetime], None]] = []
"""Called with user ids, feed ids and now, in the same transaction, when feeds become visible to members."""


def seen(sources: Collection[Source], now: datetime, since: datetime | None = None) -> None:
    """Feeds have become visible on rosters: count, ask for those nobody followed, tell who wants to know.

    With `since`, only of members who came later: the others had it all before them until a moment ago.
    """
    if not sources:
        return
    by_roster: dict[int, set[int]] = {}
    for source in sources:
        by_roster.setdefault(source.roster_id, set()).add(source.feed_id)
    _wake({source.feed_id for source in sources}, now)
    for roster, users in viewers(by_roster, since).items():
        _tell(users, by_roster[roster], now)


@transaction.atomic
def show_to(user: User, roster: Roster, now: datetime) -> None:
    """A member sees a roster from now on: they have just joined the group it belongs to."""
    feeds = set(Source.objects.filter(roster=roster).followed().values_list("feed", flat=True))
    if feeds:
        _wake(feeds, now)
        _tell([user.pk], feeds, now)


def viewers(rosters: Collection[int], since: datetime | None = None) -> dict[int, list[int]]:
    """Who sees each of these rosters: its owner, or all in its group. With `since`, only those who came later."""
    owners = Roster.objects.filter(pk__in=rosters).values_list("pk", "owner", "group")
    found = {roster: [owner] for roster, owner, _group in owners if owner and since is None}
    groups = {group: roster for roster, _owner, group in owners if group}
    if groups:
        members = Membership.objects.filter(group__in=groups)
        members = members if since is None else members.filter(at__gte=since)
        for group, user in members.order_by("pk").values_list("group", "user"):
            found.setdefault(groups[group], []).append(user)
    return found


def count_subscribers(feeds: Collection[int]) -> None:
    """Write on each feed how many rosters show it. Without any, nobody asks for it (MANNERS 33).

    The rows are locked before they are counted, so that two members who follow at once are both counted.
    """
    with transaction.atomic():
        hold(feeds)
        Feed.objects.filter(pk__in=feeds).update(subscribers=Coalesce(Subquery(_rosters_showing()), 0))


def recount(now: datetime) -> int:
    """Put right what feeds say about their followers, should anything have gone past us; how many were wrong."""
    rosters = Coalesce(Subquery(_rosters_showing()), 0)
    wrong = list(Feed.objects.alias(true=rosters).exclude(subscribers=F("true")).values_list("pk", flat=True))
    count_subscribers(wrong)
    due_now(list(Feed.objects.filter(pk__in=wrong, subscribers__gt=0).values_list("pk", flat=True)), now)
    return len(wrong)


def hold(feeds: Collection[int]) -> None:
    """Lock feeds before their sources, always in one order, as a merge does: so nobody waits in a circle."""
    list(Feed.objects.select_for_update().filter(pk__in=feeds).order_by("pk").values_list("pk"))


def _wake(feeds: Collection[int], now: datetime) -> None:
    """Count anew, and ask for those nobody had followed."""
    asleep = list(Feed.objects.filter(pk__in=feeds, subscribers=0).values_list("pk", flat=True))
    count_subscribers(feeds)
    if asleep:
        due_now(list(Feed.objects.filter(pk__in=asleep, subscribers__gt=0).values_list("pk", flat=True)), now)


def _tell(users: Collection[int], feeds: Collection[int], now: datetime) -> None:
    for tell in when_visible:
        tell(users, sorted(feeds), now)


def _rosters_showing() -> QuerySet[Any, Any]:
    """How many rosters show the feed of the outer query: members' own, and those of groups that have members.

    The starter roster is a shelf to choose from: nobody asks for a feed because it stands there.
    """
    members = Membership.objects.filter(group=OuterRef("roster__group"))
    somebodys = Q(roster__owner__isnull=False) | (Q(roster__group__starter=False) & Exists(members))
    shown = Source.objects.followed().filter(somebodys, feed=OuterRef("pk")).order_by()
    return shown.values("feed").annotate(n=Count("roster", distinct=True)).values("n")
