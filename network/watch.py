"""What needs a look on a roster, what followers are told once, and what is asked about a feed that is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from aggregator import feeds, health
from aggregator.desk import by_health
from aggregator.finding.candidates import is_narrow
from aggregator.finding.typed import site_of
from aggregator.models import Feed, Lookup
from plnet.prepared import prepared, prepared_at

from . import rows
from .models import Membership, Notice, Offer, Roster, Source, User

GONE, MOVED, OFFER = KINDS = ("gone", "moved", "offer")  # what is told of sources
GROUP = "group"  # a group of theirs is gone
LOST_AFTER = timedelta(days=7)  # of failing; then its site is asked what became of it
ASKED_AGAIN = timedelta(days=30)
SITES_AT_ONCE = 20  # an hour
LATELY = timedelta(days=30)  # older news is not told any more
TOLD_AT_ONCE = 5  # on a page
ENDED = (Feed.State.GONE, Feed.State.STOPPED)


# ---- at a glance


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a roster, and the state the table shows it by."""

    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How a roster is, in a few sentences."""

    sources: int
    numbers: dict[str, int]  # by state
    findings: list[Finding]

    def total(self, asked: rows.View) -> int | None:
        """How many sources a view speaks of, where that is known from this."""
        if not asked.is_of_a_state or asked.state in rows.BY_WISH:
            return None
        return self.numbers.get(asked.state, 0) if asked.state else self.sources


def summary(roster: Roster, now: datetime) -> Summary:
    """How many are in which state; one query."""
    numbers, loud, moved = {}, 0, 0
    for state, n, are_loud, have_moved in _numbers(roster.pk, now):
        numbers[state] = n
        loud, moved = loud + are_loud, moved + have_moved
    sources = sum(numbers.values())
    numbers |= {"loud": loud, "moved": moved}
    return Summary(sources, numbers, list(_findings(numbers)))


@prepared_at
def _numbers(roster: int, now: datetime) -> QuerySet[Any, Any]:
    shown = Q(state__in=Source.SHOWN)
    there = Source.objects.filter(roster=roster).exclude(state=Source.State.RETIRED).order_by()
    loud, moved = by_health.loud("feed__") & shown, by_health.moved(now, "feed__") & shown
    return (
        there.values(now_is=rows.standing(now))
        .annotate(n=Count("pk"), loud=Count("pk", filter=loud), moved=Count("pk", filter=moved))
        .values_list("now_is", "n", "loud", "moved")
    )


def _findings(numbers: dict[str, int]) -> Iterable[Finding]:
    """What needs somebody first. What is well is not worth a sentence."""
    for state, words in (
        ("trouble", ngettext_lazy("one is in trouble", "%(n)s are in trouble", "count")),
        ("sleeping", ngettext_lazy("one sleeps", "%(n)s sleep", "count")),
        ("loud", ngettext_lazy("one writes far more than before", "%(n)s write far more than before", "count")),
        ("moved", ngettext_lazy("one moved house lately", "%(n)s moved house lately", "count")),
        ("trial", ngettext_lazy("one is on trial", "%(n)s are on trial", "count")),
    ):
        if n := numbers.get(state, 0):
            yield Finding(state, words % {"count": n, "n": intcomma(n)})


# ---- told once


@dataclass(frozen=True, slots=True)
class News:
    """One notice, with what its sentence speaks of."""

    pk: int
    kind: str
    source: int | None
    group: str  # the name it had, where it is about no source
    person: int | None
    name: str | None  # of the person
    feed_state: str | None
    offered: str | None  # the address their site offers


def news(user: User) -> list[News]:
    """What a member has not put away yet, the newest first; one query."""
    return [News(*each) for each in _news(user.pk)]


@prepared
def _news(user: int) -> QuerySet[Any, Any]:
    there = Notice.objects.filter(user=user, seen_at=None).exclude(source__state=Source.State.RETIRED)
    about = ("source__person__name", "source__feed__state", "source__feed__offer__found__url")
    there = there.order_by("-at", "-pk").values_list("pk", "kind", "source", "group", "source__person", *about)
    return there[:TOLD_AT_ONCE]


def said(notice: News) -> str:
    """A notice as a sentence that follows the person's name, or the group's."""
    match notice.kind:
        case "group":
            return _("This group is gone: a curator deleted it. What you noted there is on your own roster.")
        case "gone" if notice.feed_state == Feed.State.GONE:
            return _("Their feed is gone: the publisher says it will not come back.")
        case "gone":
            return _("Their feed could not be had for long, and is not asked for any more.")
        case "moved":
            return _("Their feed moved house, and we followed. There is nothing to be done.")
    return _("Their feed is lost, but their site offers another.")


def put_away(user: User, notices: Iterable[int], now: datetime) -> None:
    """A member has seen these."""
    Notice.objects.filter(user=user, pk__in=notices, seen_at=None).update(seen_at=now)


@transaction.atomic
def tell(now: datetime) -> int:
    """Write down what followers are to be told, each thing once; how many are told something.

    A follower is who has the source on their own roster, or curates the group whose roster has it. What happened
    before a source came onto the roster is no news.
    """
    happened = {
        GONE: (Q(feed__state__in=ENDED), Coalesce("feed__gone_at", "feed__failing_since")),
        MOVED: (Q(feed__moved_at__gte=now - LATELY), F("feed__moved_at")),
        OFFER: (Q(feed__offer__found_at__isnull=False) & ~_follows_it(), F("feed__offer__found_at")),
    }
    told = 0
    for kind, (which, at) in happened.items():
        shown = Source.objects.followed().filter(which).annotate(happened=at)
        fresh = shown.filter(happened__gt=F("created_at")).select_related("roster")
        told += _write(kind, fresh, now)
    return told


def _follows_it() -> Exists:
    """Whether the roster of the outer source has what is offered already."""
    return Exists(Source.objects.filter(roster=OuterRef("roster"), feed=OuterRef("feed__offer__found")))


def _write(kind: str, sources: QuerySet[Source], now: datetime) -> int:
    """Notices of one kind for everybody who has none yet."""
    sources = list(sources)  # type: ignore[assignment]
    curators: dict[int, list[int]] = {}
    groups = {source.roster.group_id for source in sources if source.roster.group_id}
    there = Membership.objects.filter(group__in=groups, role=Membership.Role.CURATOR)
    for group, user in there.values_list("group", "user"):
        curators.setdefault(group, []).append(user)
    known = set(Notice.objects.filter(kind=kind, source__in=sources).values_list("user", "source"))
    fresh = [
        Notice(user_id=user, source=source, kind=kind, at=now)
        for source in sources
        for user in _keepers(source.roster, curators)
        if (user, source.pk) not in known
    ]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _keepers(roster: Roster, curators: dict[int, list[int]]) -> list[int]:
    return curators.get(roster.group_id or 0, []) if roster.owner_id is None else [roster.owner_id]


# ---- what stands where a lost feed was


@transaction.atomic
def ask_sites(now: datetime) -> int:
    """Look, once a month, what the sites of feeds that are lost for a week offer; how many sites are asked."""
    lost = Q(state__in=ENDED) | Q(state=Feed.State.ACTIVE, failing_since__lte=now - LOST_AFTER)
    due = Q(offer=None) | Q(offer__asked_at__lte=now - ASKED_AGAIN, offer__found=None)
    there = Feed.objects.filter(lost & due, subscribers__gt=0).order_by(F("offer__asked_at").asc(nulls_first=True))
    asked = 0
    for feed in there.only("url", "site_url")[:SITES_AT_ONCE]:
        site = feed.site_url or site_of(feed.url)
        Offer.objects.update_or_create(feed=feed, defaults={"lookup": _look(site, now), "asked_at": now})
        asked += 1
    return asked


def found(lookup: Lookup) -> None:
    """Registered in aggregator.lookups.when_found: a lost feed’s site named another."""
    now = timezone.now()  # a door: the aggregator calls
    for offer in Offer.objects.filter(lookup=lookup, found=None).select_related("feed"):
        other = next((each for each in lookup.candidates if _may_follow(each, lookup.address, offer.feed)), None)
        if other is None:
            continue
        if other["verified"]:
            feed = feeds.remember(other["url"], now, other["title"] or lookup.title)
            if health.state(feed, now) != "trouble":
                offer.found, offer.found_at = feed, now
        elif other["url"] != lookup.address:
            offer.lookup = _look(other["url"], now)
        offer.save(update_fields=["lookup", "found", "found_at"])


def _look(address: str, now: datetime) -> Lookup:
    return Lookup.objects.create(address=address[:2000], asked_at=now, due_at=now)


def _may_follow(candidate: dict[str, str], address: str, lost: Feed) -> bool:
    """Whether it is another whole feed, no comments."""
    if candidate["kind"] == Feed.Kind.COMMENTS or is_narrow(candidate["url"], address):
        return False
    known = feeds.known(candidate["url"])
    return known is None or known.pk != lost.pk
