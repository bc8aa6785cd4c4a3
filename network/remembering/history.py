"""What happened to a roster: every act is written down with what it changed, to be told and to be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from ..models import Aside, Change, Roster, User
from . import pictures
from .about import about, whom
from .pictures import PRIVATE, TABLES, Difference, Picture
from .repaint import repaint

KINDS = {  # the acts there are, as history pages sort them; network/told.py has a sentence for each
    "came": ("followed", "imported", "taken", "back"),
    "went": ("retired", "trial_ended", "forgotten", "import_undone"),
    "states": ("tried", "kept", "paused", "pause_ended"),
    "people": ("renamed", "described", "titled", "placed", "moved", "merged", "split", "replaced", "feeds_joined"),
    "lists": ("circles", "circle_made", "circle_renamed", "circle_deleted", "circles_ordered", "tags"),
    "undone": ("undone",),
}
ACTS = frozenset(act for acts in KINDS.values() for act in acts)
BY_ITSELF = ("trial_ended", "pause_ended", "feeds_joined")  # what nobody did, nobody can take back


@dataclass(slots=True)
class Noted:
    """An act that is being done; afterwards `change` says what it was, or None when nothing changed."""

    shown: dict[str, set[int]] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)  # the last circle, the last tag before the act
    change: Change | None = None

    def also(self, kind: str, ids: Iterable[int]) -> None:
        """These came with the act. A circle or tag that was there already did not, and is passed over."""
        self.shown.setdefault(kind, set()).update(one for one in ids if one > self.newest.get(kind, 0))


@contextmanager
def noted(
    roster: int, act: str, now: datetime, *, by: User | None = None, why: str = "", **touched: Collection[int]
) -> Iterator[Noted]:
    """Write down what the block does to what it names: `people=`, `sources=`, `circles=`, `tags=`, `places=` for
    the rows themselves, `circles_of=`, `tags_of=`, `source_tags_of=` for the lists of these people and sources.

    Costs a lock, a query before and after for each thing named, and one to write. For acts that delete nothing;
    those that move or delete people and sources go through `make`.
    """
    with transaction.atomic():
        Roster.objects.select_for_update(no_key=True).get(pk=roster)  # one at a time, or what is noted would lie
        noting = Noted({kind: set(ids) for kind, ids in touched.items()})
        for kind in {LISTED[given][1] for given in touched.keys() & LISTED.keys()}:
            noting.newest[kind] = TABLES[kind]._default_manager.aggregate(newest=Max("pk"))["newest"] or 0
        before = _look(noting)
        yield noting
        what = pictures.difference(before, _look(noting))
        if what:
            noting.change = write(roster, act, what, now, by=by, why=why)


LISTED = {"circles_of": ("people", "circles"), "tags_of": ("people", "tags"), "source_tags_of": ("sources", "tags")}


def _look(noting: Noted) -> Picture:
    picture: Picture = {}
    for kind, ids in noting.shown.items():
        if kind in TABLES and ids:
            picture[kind] = pictures.rows(kind, pk__in=ids)
    for given, (kind, name) in LISTED.items():
        listing = noting.shown.get(given)
        if listing:
            for number, thing in pictures.memberships(kind, name, listing).items():
                picture.setdefault(kind, {}).setdefault(number, {}).update(thing)
    return picture


@transaction.atomic
def make(
    roster: int,
    act: str,
    before: Picture,
    after: Picture,
    now: datetime,
    *,
    by: User | None = None,
    why: str = "",
    new: Collection[int] = (),
) -> Change | None:
    """Make a roster look like `after` where it looked like `before`, and write it down.

    `new` people stand in the table already, made for this act.
    """
    what = pictures.difference(before, after)
    if not what:
        return None
    people = {number: each for number, each in what.after.get("people", {}).items() if number not in new}
    repaint(roster, Difference(what.before, what.after | {"people": people}), now)
    return write(roster, act, what, now, by=by, why=why)


def write(
    roster: int,
    act: str,
    what: Difference,
    now: datetime,
    *,
    by: User | None = None,
    why: str = "",
    undoes: Change | None = None,
) -> Change:
    """Write down an act that was done. One query, two when members' own rows went with it, and one or two more for
    names of whom it is about, where `what` does not know them."""
    assert act in ACTS, act
    said, people = about(what), whom(what)
    if undoes:
        said |= {"undoes": undoes.pk, "act": undoes.act}
    change = Change.objects.create(
        roster_id=roster,
        at=now,
        by=by,
        act=act,
        why=why[:500],
        about=said,
        people="".join(f" {number}" for number in sorted(people)) + " ",
        before={kind: things for kind, things in what.before.items() if kind not in PRIVATE and things},
        after={kind: things for kind, things in what.after.items() if kind not in PRIVATE and things},
    )
    Aside.objects.bulk_create(_asides(change, what))
    return change


def difference_of(change: Change) -> Difference:
    """What a change changed, with what members who are still here had there."""
    what = Difference(pictures.read(change.before), pictures.read(change.after))
    for aside in change.asides.all():
        for mine, stored in ((what.before, aside.before), (what.after, aside.after)):
            for kind, things in pictures.read(stored).items():
                mine.setdefault(kind, {}).update(things)
    return what


def _asides(change: Change, what: Difference) -> list[Aside]:
    """The rows of each member, apart."""
    by_user: dict[int, Difference] = {}
    for kind in PRIVATE:
        for number, was, now in what.each(kind):
            whole = what.known.get(kind, {}).get(number, {}) | (was or {}) | (now or {})
            own = by_user.setdefault(whole["user_id"], Difference())
            if was is not None:
                own.went(kind, number, was)
            if now is not None:
                own.came(kind, number, now)
    return [Aside(change=change, user_id=user, before=own.before, after=own.after) for user, own in by_user.items()]
