"""When two feeds become one: every member's marks and watermarks become those of the one, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from aggregator.models import Entry

from . import doing
from .annotating import noting
from .models import Mark, Watermark


@dataclass(slots=True)
class State:
    """What one member made of the entries of both feeds, by the ids these will have."""

    unread: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)  # an entry read in either feed is read
    kept: dict[int, datetime] = field(default_factory=dict)
    hidden: dict[int, int | None] = field(default_factory=dict)  # by which rule
    at: dict[int, datetime] = field(default_factory=dict)  # when they acted


def merge(old: int, into: int, twins: dict[int, int]) -> None:
    """Registered in aggregator.merge.when_merged: runs in the merge's transaction, before anything has changed.

    What a member could not see in either feed counts as read, so that a merge floods nobody.
    """
    rows = Entry.objects.filter(feed__in=(old, into)).order_by("pk").values_list("pk", "feed", "arrived_at")
    entries = list(rows)
    arrived = {twins.get(pk, pk): at for pk, _, at in entries}
    watermarks = {(w.user_id, w.feed_id): w.upto for w in Watermark.objects.filter(feed__in=(old, into))}
    marks = {(m.user_id, m.entry_id): m for m in Mark.objects.filter(feed__in=(old, into))}
    for user in sorted({user for user, _ in watermarks} | {user for user, _ in marks}):
        state = State()
        for pk, feed, _ in entries:
            gather(state, twins.get(pk, pk), pk, marks.get((user, pk)), watermarks.get((user, feed)))
        visible = (user, old) in watermarks or (user, into) in watermarks
        Mark.objects.filter(user=user, feed__in=(old, into)).delete()
        write(state, user, into, arrived, visible)
    Watermark.objects.filter(feed=old).delete()
    noting.move(twins)
    doing.move(twins)


def gather(state: State, to: int, pk: int, mark: Mark | None, upto: int | None) -> None:
    """Add one entry, whose id will be `to`, to what is known of one member."""
    if mark:
        state.at[to] = mark.at
        if mark.kept_at:
            state.kept[to] = mark.kept_at
        if mark.hidden:
            state.hidden[to] = mark.hidden_by_id
    if mark and mark.read is not None:
        (state.read if mark.read else state.unread).add(to)
    elif upto is not None:
        (state.read if pk <= upto else state.unread).add(to)


def write(state: State, user: int, feed: int, arrived: dict[int, datetime], visible: bool) -> None:
    """The state in as few rows as it takes. Members who left have marks and no watermark."""
    unread = state.unread - state.read
    if visible:
        upto, said = told(unread, sorted(arrived))
        count = len(arrived) - len(unread)
        Watermark.objects.update_or_create(user_id=user, feed_id=feed, defaults={"upto": upto, "read_count": count})
    else:
        said = dict.fromkeys(unread, False) | dict.fromkeys(state.read, True)
    said |= dict.fromkeys(state.hidden, True)
    Mark.objects.bulk_create(
        (
            Mark(
                user_id=user,
                feed_id=feed,
                entry_id=pk,
                read=said.get(pk),
                kept_at=state.kept.get(pk),
                hidden=pk in state.hidden,
                hidden_by_id=state.hidden.get(pk),
                at=state.at.get(pk, arrived[pk]),
            )
            for pk in sorted(said.keys() | state.kept.keys())
        ),
        batch_size=500,
    )


def told(unread: set[int], ids: list[int]) -> tuple[int, dict[int, bool]]:
    """A watermark and the marks it needs: those read above it, or those unread below it, whichever are fewer."""
    first = min(unread, default=ids[-1] + 1 if ids else 1)
    above = [pk for pk in ids if pk > first and pk not in unread]
    if len(above) <= len(unread):
        return max((pk for pk in ids if pk < first), default=0), dict.fromkeys(above, True)
    return ids[-1], dict.fromkeys(unread, False)
