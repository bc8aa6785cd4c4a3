"""The work behind new voices: once a week the likeliest whom a member's people point to are looked at, politely.

Up to five are offered. A trial ends by itself, and who was not kept leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_noop as N_

from aggregator.models import Entry, EntryBody, Feed, Lookup
from network import follow
from network.models import Circle, Note, Source, User
from network.models.person import TRIAL_ENDED
from reading.models import Annotation, Mark

from ..models import Event, Voice
from . import citing
from .houses import front_door
from .scoring import Candidate, candidates
from .sentence import sentence_with

FEWEST_PEOPLE = 15
EVERY = timedelta(days=7)
TRIAL = timedelta(days=21)
TRAY, LOOKED_AT = 5, 30
READ_AGAIN = 80  # of the best, whose sentences are read to tell voices from institutions
MOST_AUTHORS, MOST_A_DAY, ALIVE = 3, 2.0, timedelta(days=730)
LATER = timedelta(days=365)
State = Voice.State
OUTSIDE = N_("From outside your circles.")
NEAR = N_("Read by people of one circle of yours, %(name)s.")
AMONG = N_("Read by people of several circles of yours, among them %(name)s.")


def run(now: datetime, members: int = 20) -> int:
    """One round: settle what was looked at, end trials, look for members whose week is over. How many found."""
    settle(now)
    end_trials(now)
    found = 0
    for user in waiting(now)[:members]:
        if Voice.objects.of(user).filter(state=State.READY).count() >= TRAY:
            offer(user, now)
        else:
            found += look(user, now)
    return found


def waiting(now: datetime) -> list[User]:
    """Members with enough people for whom nobody was looked for within a week."""
    lately = Voice.objects.filter(
        at__gt=now - EVERY, state__in=(State.LOOKING, State.NOBODY, State.READY, State.OFFERED)
    )
    people = Source.objects.followed().filter(roster__owner__isnull=False).values("roster__owner")
    enough = people.annotate(n=Count("person", distinct=True)).filter(n__gte=FEWEST_PEOPLE)
    ids = enough.values("roster__owner")
    return list(User.objects.filter(pk__in=ids).exclude(pk__in=lately.values("user")).order_by("pk"))


# ---- looking


def look(user: User, now: datetime) -> int:
    """Score everybody pointed to, and ask after the likeliest who are new; how many."""
    people, circles = citing.people_of(user), citing.circles_of(user)
    roster = len({person for person, _name in people.values()})
    offered = set(Voice.objects.of(user).filter(at__gt=now - LATER).values_list("house", flat=True))
    never = set(Voice.objects.of(user).exclude(state=State.LATER).values_list("house", flat=True))
    known = citing.known_houses(user) | offered | never
    first = candidates(citing.citations(people, known, now), circles, roster)[:READ_AGAIN]
    best, said = with_sentences(first, circles, roster)
    picked = best[:LOOKED_AT]
    rare = {each.house for each in picked if is_rare(each, picked, circles)}
    names = dict(people.values())
    made = [voice(user, each, said[each.house], each.house in rare, names, circles, now) for each in picked]
    with transaction.atomic():
        Voice.objects.of(user).filter(house__in=[each.house for each in made], state=State.LATER).delete()
        for each in made:
            each.lookup = Lookup.objects.create(address=front_door(each.house), asked_at=now, due_at=now)
        Voice.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def with_sentences(
    first: list[Candidate], circles: dict[int, list[int]], roster: int
) -> tuple[list[Candidate], dict[str, tuple[int, str]]]:
    """The same in a better order, with what links say; by house the entry and the sentence that shows it.

    Who is pointed to in no sentence cannot be shown, so is not proposed.
    """
    wanted = {each.entry for candidate in first for each in candidate.citations[:3]}
    html = dict(EntryBody.objects.filter(entry__in=wanted).values_list("entry", "html"))
    said: dict[str, tuple[int, str]] = {}
    told = []
    for candidate in first:
        for each in candidate.citations:
            sentence, anchor = sentence_with(html.get(each.entry, ""), candidate.house)
            if sentence:
                said.setdefault(candidate.house, (each.entry, sentence))
            told.append(replace(each, anchor=anchor))
    return [each for each in candidates(told, circles, roster) if each.house in said], said


def is_rare(candidate: Candidate, picked: list[Candidate], circles: dict[int, list[int]]) -> bool:
    """Whether somebody has one citer only, from a circle few of the others come from."""
    others = [
        circle for each in picked if each is not candidate for u in each.citers for circle in circles.get(u, ())
    ]
    own = [circle for u in candidate.citers for circle in circles.get(u, ())]
    return len(candidate.citers) == 1 and all(others.count(circle) * 5 <= len(others) for circle in own)


def voice(
    user: User, candidate: Candidate, said: tuple[int, str], single: bool, names: dict[int, str],
    circles: dict[int, list[int]], now: datetime,
) -> Voice:  # fmt: skip
    entry, sentence = said
    shown = next(each for each in candidate.citations if each.entry == entry)
    return Voice(
        user=user, house=candidate.house, score=candidate.score, entry_id=entry, sentence=sentence,
        citer=names.get(shown.citer, "")[:200], citers=len(candidate.citers), single=single, at=now,
        far=distance(candidate, circles)[:200],
    )  # fmt: skip


def distance(candidate: Candidate, circles: dict[int, list[int]]) -> str:
    """How far from one's usual circles, in a sentence."""
    near = {circle for citer in candidate.citers for circle in circles.get(citer, ())}
    if not near:
        return OUTSIDE
    names = list(Circle.objects.filter(pk__in=near).order_by("position", "name").values_list("name", flat=True)[:2])
    return (NEAR if len(near) == 1 else AMONG) % {"name": names[0]}


# ---- settling what was found


def settle(now: datetime) -> None:
    """Lookups that are finished: who writes, and not too much, may be offered; then trays are filled."""
    done = Voice.objects.filter(state=State.LOOKING, lookup__due_at=None).select_related("lookup__feed")
    for each in done[:500]:
        feed = each.lookup.feed if each.lookup else None
        each.feed = feed if feed and fits(feed, each.user_id, now) else None
        each.state = State.READY if each.feed else State.NOBODY
        each.save(update_fields=["feed", "state"])
    looking = Voice.objects.filter(state=State.LOOKING).values("user")
    for user in User.objects.filter(pk__in=Voice.objects.filter(state=State.READY).values("user")).exclude(
        pk__in=looking
    ):
        offer(user, now)


def fits(feed: Feed, user: int, now: datetime) -> bool:
    """A feed of few people who write, not too much, within two years; and on no roster of theirs."""
    if feed.state != Feed.State.ACTIVE or not feed.newest_at or feed.newest_at < now - ALIVE:
        return False
    if max(feed.per_day, feed.usual_per_day) > MOST_A_DAY or feed.kind in (Feed.Kind.COMMENTS, Feed.Kind.RELEASES):
        return False
    authors = Entry.objects.filter(feed=feed).exclude(author="").values("author").distinct().count()
    return authors <= MOST_AUTHORS and not Source.objects.filter(roster__owner=user, feed=feed).exists()


def offer(user: User, now: datetime) -> None:
    """Five at once, one of them somebody rare; the others wait for another week."""
    ready = list(Voice.objects.of(user).filter(state=State.READY).order_by("-score", "house"))
    open_ones = Voice.objects.of(user).filter(state=State.OFFERED).count()
    chosen = ready[: max(0, TRAY - open_ones)]
    rare = [each for each in ready[len(chosen) :] if each.single]
    if chosen and rare and not any(each.single for each in chosen):
        chosen[-1] = rare[0]
    Voice.objects.filter(pk__in=[each.pk for each in chosen]).update(state=State.OFFERED, at=now)


# ---- trials


@transaction.atomic
def try_out(each: Voice, now: datetime) -> None:
    """Onto the member's own roster for three weeks."""
    assert each.feed
    until, why = now + TRIAL, each.sentence
    wish = follow.Wish(each.feed, state=Source.State.TRIAL, until=until, reason=why)
    followed = follow.follow_many(each.user.roster, [wish], now, by=each.user, act="tried")[0]
    each.state, each.at = State.KEPT if followed.joined else State.TRIED, now
    each.source = None if followed.joined else followed.source
    each.save(update_fields=["state", "at", "source"])


def end_trials(now: datetime) -> None:
    """Who was kept is kept; who was not goes as if they had never come, but for what their reader wrote or kept."""
    for each in Voice.objects.filter(state=State.TRIED).select_related("source", "user"):
        source = each.source
        if source and source.state == Source.State.TRIAL and source.until and source.until > now:
            continue
        if source and source.state in (Source.State.FOLLOWING, Source.State.PAUSED):
            each.state = State.KEPT
        else:
            each.state = State.ENDED
            each.came, each.read = counts(each)
            if source and ended_by_itself(source) and not is_held(each.user, source):
                follow.forget([source], now, by=None, act="trial_ended", why=TRIAL_ENDED)
                each.source = None
        each.at = now
        each.save(update_fields=["state", "at", "came", "read", "source"])


def ended_by_itself(source: Source) -> bool:
    """Not by its reader, whose reason is part of the history."""
    return source.state == Source.State.TRIAL or source.reason == TRIAL_ENDED


def counts(each: Voice) -> tuple[int, int]:
    """Entries that came during a trial, and those of them that were opened."""
    came = Entry.objects.filter(feed=each.feed_id, arrived_at__gte=each.at)
    opened = Event.objects.of(each.user).filter(entry__in=Entry.objects.filter(feed=each.feed_id).values("pk"))
    return came.count(), opened.filter(kind=Event.Kind.OPENED, at__gte=each.at).values("entry").distinct().count()


def is_held(user: User, source: Source) -> bool:
    """Whether something of the member's own stands on a source, its person or its entries."""
    theirs = Entry.objects.filter(feed=source.feed_id).values("pk")
    return (
        Note.objects.filter(user=user, person=source.person_id).exists()
        or Note.objects.filter(user=user, source=source).exists()
        or Annotation.objects.of(user).filter(entry__in=theirs).exists()
        or Mark.objects.filter(user=user, feed=source.feed_id, kept_at__isnull=False).exists()
        or source.person.sources.exclude(pk=source.pk).exists()
    )
