"""Today's edition of a member: gathered, kept once a day, and shown as it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from aggregator.models import Entry, Feed
from aggregator.models.entry import minutes_of
from network.models import Person, Source, User

from . import authors, edition, kinds, stories
from .by_person import shown_from, unread_of
from .edition import Candidate
from .models import Edition, Mark, Undo
from .shown import OF_A_SOURCE, Shown, View, naming_all, shown_of
from .timeline import IN_A_ROW, with_state

OF_AN_ENTRY = ("id", *IN_A_ROW, "is_read", "kept_at")
OF_ITS_SOURCE = ("id", "feed_id", "person_id", *OF_A_SOURCE)
NUMBERS = ("first", "second", "third", "first_at", "before", "unread", "top")
DAYS = 10  # an edition looks so far back
AWAY = 3  # days without a sign of the member; then the next edition catches up
MOST_AWAY, A_WEEK = 90, 7  # days a catch-up looks back, and whose minutes it has at most


@dataclass(frozen=True)
class Shelf:
    """What a member's own sources have for an edition."""

    candidates: list[Candidate]
    entries: dict[int, Any]  # rows of columns: of a thousand only a dozen become models
    sources: list[Any]
    heard: bool  # there is something to hear or watch that was left aside


@dataclass(frozen=True)
class Printed:
    """An edition with its entries; `kept` once it stands for the day."""

    edition: Edition
    shown: list[tuple[dict[str, Any], Shown | None]]  # each piece; None for what is gone
    kept: bool
    top: int = 0  # the highest entry id there was when it was put together


def printed(user: User, now: datetime) -> Printed:
    """Today's edition: as it is kept, else as it would be kept now."""
    kept = of_day(user, timezone.localtime(now).date())
    if kept:
        entries = with_state(Entry.objects.filter(pk__in=[piece["entry"] for piece in kept.pieces]), user)
        found = list(entries.only(*IN_A_ROW))
        return Printed(kept, in_order(kept, shown_of(View(user, Source.objects.read_by(user)), found)), True)
    made, shelf, top = make(user, now)
    rows = [shelf.entries[piece["entry"]] for piece in made.pieces]
    feeds = {row.feed for row in rows}
    sources = [source_from(row) for row in shelf.sources if row.feed_id in feeds]
    shown = naming_all(user, shown_from([entry_from(row) for row in rows], sources))
    return Printed(made, in_order(made, shown), False, top)


def in_order(made: Edition, shown: list[Shown]) -> list[tuple[dict[str, Any], Shown | None]]:
    """Each piece with its entry; with none if the entry is gone or not for this member any more."""
    there = {each.entry.pk: each for each in shown if each.source}
    ordered = [(piece, there.get(piece["entry"])) for piece in made.pieces]
    seen: set[int] = set()
    for piece, each in list(ordered):  # two pieces may have turned out to be one story since the edition was made
        if each and any(copy.entry in seen for copy in each.also):
            ordered.remove((piece, each))
        seen.add(piece["entry"])
    return ordered


def of_day(user: User, day: date) -> Edition | None:
    return Edition.objects.filter(user=user, day=day).first()


def make(user: User, now: datetime, top: int = 0) -> tuple[Edition, Shelf, int]:
    """Today's edition as it would be, not kept yet; what it was made from; the highest entry id there was.

    With `top`, only entries up to this id are looked at. Three queries, however much is unread.
    """
    days = away(user, now)
    catches_up = days >= AWAY
    since = now - timedelta(days=min(days, MOST_AWAY) + AWAY if catches_up else DAYS)
    minutes = user.minutes * (min(days, A_WEEK) if catches_up else 1)
    shelf = gather(user, since, top)
    chosen = edition.choose(shelf.candidates, minutes)
    made = Edition(
        user=user,
        day=timezone.localtime(now).date(),
        minutes=minutes,
        pieces=[piece.as_row for piece in chosen.pieces],
        left_out=left_out(shelf, chosen),
        catch_up=catches_up,
        made_at=now,
    )
    return made, shelf, top or max((source.top or 0 for source in shelf.sources), default=0)


def keep(user: User, now: datetime, top: int) -> Edition:
    """Today's edition, kept: the first that is made of a day stays."""
    made, _shelf, _top = make(user, now, top)
    values = {name: getattr(made, name) for name in ("minutes", "pieces", "left_out", "catch_up", "made_at")}
    return Edition.objects.get_or_create(user=user, day=made.day, defaults=values)[0]


def away(user: User, now: datetime) -> int:
    """Days since a member last gave a sign: an edition kept, something marked. 0 for who never did. One query.

    The mark looked at is that of the newest entry marked: one look into an index, and near enough.
    """
    mark = Mark.objects.filter(user=user).order_by("-entry").values("at")[:1]
    undo = Undo.objects.filter(user=user).order_by("-pk").values("at")[:1]
    kept = Edition.objects.filter(user=user).order_by("-day").values("made_at")[:1]
    members = User.objects.filter(pk=user.pk)
    found = members.values_list(Subquery(mark), Subquery(undo), Subquery(kept)).get()
    signs = [timezone.localtime(at).date() for at in found if at]
    return (timezone.localtime(now).date() - max(signs)).days if signs else 0


# ---- gathering


def gather(user: User, since: datetime, top: int = 0) -> Shelf:
    """At most three unread entries of each source, newest first. Two queries.

    Of a feed nothing is looked at but the few newest entries of its index, so 100,000 unread cost what 1,000 do.
    """
    sources = sources_of(user, since, top)
    ids = {pk for source in sources for pk in numbers(source)}
    rows = with_state(Entry.objects.filter(pk__in=ids), user).values_list(*OF_AN_ENTRY, named=True)
    entries = {row.id: row for row in rows}
    chosen: dict[int, Candidate] = {}
    heard = False
    for source in sources:
        for each in (entries[pk] for pk in numbers(source) if pk in entries and pk not in chosen):
            if each.medium == Entry.Medium.TEXT or user.hears:
                chosen[each.id] = candidate(each, source)
            else:
                heard = True
    return Shelf(list(chosen.values()), entries, sources, heard)


def numbers(source: Any) -> list[int]:
    return [pk for pk in (source.first, source.second, source.third) if pk]


def sources_of(user: User, since: datetime, top: int) -> list[Any]:
    """The member's own sources that have something unread, each with the ids of its newest pieces since then."""
    mine = Source.objects.of(user).followed()
    theirs = authors.of_source(Entry.objects.all())
    inside = Q(sorted_at__gte=since) & (Q(pk__lte=top) if top else Q())
    is_read = ~kinds.fits("skim", ruled=user)
    of_a_story = stories.once(View(user, mine, unread=True), fits=is_read)
    unread = with_state(theirs.filter(inside, is_read, of_a_story), user, only_unread=True)
    newest = unread.order_by("-sorted_at", "-id")
    before = theirs.filter(sorted_at__lt=OuterRef("first_at")).order_by("-sorted_at")
    numbered = mine.filter(Exists(unread_of(user))).annotate(
        first=Subquery(newest.values("pk")[:1]),
        second=Subquery(newest.values("pk")[1:2]),
        third=Subquery(newest.values("pk")[2:3]),
        first_at=Subquery(newest.values("sorted_at")[:1]),
        before=Subquery(before.values("sorted_at")[:1]),
        unread=Subquery(unread_of(user).values(n=F("feed__entry_count") - F("read_count"))),
        top=Subquery(Entry.objects.order_by("-pk").values("pk")[:1]),
    )
    return list(numbered.order_by("-pk").values_list(*OF_ITS_SOURCE, *NUMBERS, named=True))


def candidate(entry: Any, source: Any) -> Candidate:
    silence = max((source.first_at - source.before).days, 0) if source.before else 0
    minutes = minutes_of(entry.words, entry.duration)
    return Candidate(entry.id, source.person_id, minutes, entry.sorted_at.timestamp(), silence, entry.medium)


def entry_from(row: Any) -> Entry:
    """The model of a row, with its state."""
    entry = Entry(id=row.id, feed_id=row.feed, **{name: getattr(row, name) for name in IN_A_ROW if name != "feed"})
    entry.is_read, entry.kept_at = row.is_read, row.kept_at  # type: ignore[attr-defined]
    return entry


def source_from(row: Any) -> Source:
    """The model of a row, with its feed and its person."""
    feed = Feed(id=row.feed_id, title=row.feed__title, url=row.feed__url)
    person = Person(
        id=row.person_id, name=row.person__name, kind=row.person__kind, portrait_id=row.person__portrait
    )
    return Source(id=row.id, feed=feed, person=person, author=row.author, title=row.title)


def left_out(shelf: Shelf, chosen: edition.Chosen) -> dict[str, int]:
    """What waits in the river: how many entries, of how many people; how many pieces were too long to choose; and
    whether there was something to hear. Of feeds shown in part the counter counts all."""
    unread = {source.feed_id: source.unread for source in shelf.sources}
    for piece in chosen.pieces:
        unread[shelf.entries[piece.entry].feed] -= 1
    people = {source.person_id for source in shelf.sources if unread[source.feed_id] > 0}
    waiting = sum(n for n in unread.values() if n > 0)
    return {"river": waiting, "people": len(people), "long": len(chosen.too_long), "heard": int(shelf.heard)}
