"""What a member noted about people of a group's roster comes to their own: when they part, or those people go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..follow import Wish, follow_many
from ..models import Group, Note, Person, Roster, Source, User


@transaction.atomic
def take_home(user: User, roster: Roster, now: datetime) -> int:
    """Every note the member made on this roster is moved to their own; how many.

    Whom they do not have there comes as retired, which asks for nothing and shows nothing, so that no note is lost.
    """
    there = Note.objects.filter(Q(person__roster=roster) | Q(source__roster=roster), user=user)
    notes = list(there.select_related("person", "source__person").order_by("pk"))
    if notes:
        _bring(notes, roster, Roster.objects.mine(user), now)
    return len(notes)


def copy_home(roster: int, leaving: Collection[int], now: datetime) -> None:
    """These sources are about to go from a group's roster: what members noted on them, and on whoever goes with
    them, stands on their own rosters at once. Should a curator take that back, it stands in both places."""
    group = Group.objects.filter(roster=roster).first()
    if not group:
        return
    going = Person.objects.filter(sources__in=leaving).exclude(sources__in=Source.objects.exclude(pk__in=leaving))
    there = Note.objects.filter(Q(source__in=leaving) | Q(person__in=going))
    by_user: dict[User, list[Note]] = defaultdict(list)
    for note in there.select_related("user", "person", "source__person").order_by("pk"):
        note.pk = None  # another one
        by_user[note.user].append(note)
    for user, notes in by_user.items():
        _bring(notes, group.roster, Roster.objects.mine(user), now)


def _bring(notes: Collection[Note], roster: Roster, mine: Roster, now: datetime) -> None:
    sources = _sources_of(notes)
    own = _own(mine, sources)
    known = {source.person_id for source in sources if source.feed_id in own}
    about = {note.source.feed_id for note in notes if note.source}
    wishes = [
        _wish(source, roster)
        for source in sources
        if source.feed_id not in own and (source.person_id not in known or source.feed_id in about)
    ]
    follow_many(mine, wishes, now)
    own = _own(mine, sources)
    for note in notes:
        if note.source:
            _put(note, source=own[note.source.feed_id])
        elif note.person:
            _put(note, person=_counterpart(note.person, sources, own, mine, now))


def _sources_of(notes: Iterable[Note]) -> list[Source]:
    """All sources of everybody who is noted on."""
    people = {note.person_id or (note.source.person_id if note.source else None) for note in notes}
    return list(Source.objects.filter(person__in=people - {None}).select_related("person", "feed").order_by("pk"))


def _own(mine: Roster, sources: Iterable[Source]) -> dict[int, Source]:
    """The member's own sources of the same feeds, by feed."""
    found = Source.objects.filter(roster=mine, feed__in=[source.feed_id for source in sources])
    return {source.feed_id: source for source in found.select_related("person").order_by("-pk")}


def _wish(source: Source, roster: Roster) -> Wish:
    person = source.person
    return Wish(
        source.feed,
        name=person.name,
        who=f"person {person.pk}",
        kind=person.kind,
        home=person.home,
        state=Source.State.RETIRED,
        reason=_("Only here for what you noted in “%(group)s”") % {"group": roster},
    )


def _counterpart(
    person: Person, sources: Iterable[Source], own: dict[int, Source], mine: Roster, now: datetime
) -> Person:
    """The same person on the member's own roster; somebody without any source is made there."""
    for source in sources:
        if source.person_id == person.pk and source.feed_id in own:
            return own[source.feed_id].person
    return Person.objects.create(roster=mine, name=person.name, kind=person.kind, home=person.home, created_at=now)


def _put(note: Note, person: Person | None = None, source: Source | None = None) -> None:
    """Under what is noted there already, if something is."""
    there = Note.objects.filter(user=note.user_id, person=person, source=source).first()
    if there:
        if note.text not in there.text:
            there.text = f"{there.text}\n\n{note.text}"
            there.changed_at = max(there.changed_at, note.changed_at)
            there.save(update_fields=["text", "changed_at"])
        if note.pk:
            note.delete()
        return
    note.person, note.source = person, source
    note.save()
