"""The states of following: on trial, paused, retired and back, and what ends by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from .models import Change, Source, User
from .models.person import TRIAL_ENDED
from .naming import a_name
from .remembering import history, pictures
from .remembering.pictures import Difference
from .showing import count_subscribers, hold, seen

ACT = {"trial": "tried", "paused": "paused", "retired": "retired"}  # what turning to a state is called


def pause(source: Source, until: datetime | None, now: datetime, by: User | None = None) -> Change | None:
    """Show nothing of a source until then; without a date, until it is brought back."""
    return turn([source], Source.State.PAUSED, now, until=until, by=by)


def try_out(source: Source, until: datetime, now: datetime, by: User | None = None) -> Change | None:
    """Follow a source until then; whoever does not keep it has dropped it by that day."""
    return turn([source], Source.State.TRIAL, now, until=until, by=by)


def retire(source: Source, now: datetime, reason: str = "", by: User | None = None) -> Change | None:
    """Drop a source. What its reader marked and noted stays."""
    return turn([source], Source.State.RETIRED, now, reason=reason, by=by)


def bring_back(source: Source, now: datetime, by: User | None = None) -> Change | None:
    """Follow a paused or retired source again."""
    return turn([source], Source.State.FOLLOWING, now, by=by)


def keep(source: Source, now: datetime, by: User | None = None) -> Change | None:
    """A trial ended well: the source is followed from now on."""
    return turn([source], Source.State.FOLLOWING, now, by=by)


@transaction.atomic
def turn(
    sources: Collection[Source],
    state: str,
    now: datetime,
    *,
    until: datetime | None = None,
    reason: str = "",
    by: User | None = None,
    act: str = "",
) -> Change | None:
    """Turn sources to a state, all at once: one act a roster. The (last) change, or None when none was needed.

    What it is called follows from the state, unless `act` says.
    """
    change, reason = None, a_name(reason, 500)
    by_roster: dict[int, list[Source]] = {}
    for source in sources:
        by_roster.setdefault(source.roster_id, []).append(source)
    for roster, some in by_roster.items():
        if what := turned(some, state, now, until=until, reason=reason):
            change = history.write(roster, act or _called(what, state), what, now, by=by, why=reason)
    return change


def turned(
    sources: Collection[Source], state: str, now: datetime, *, until: datetime | None = None, reason: str = ""
) -> Difference:
    """Turn sources of one roster to a state; what that changed. Those that are so already stay untouched."""
    what, feeds, hidden = Difference(), {source.feed_id for source in sources}, []
    hold(feeds)
    there = Source.objects.select_for_update(of=("self",)).filter(pk__in=[source.pk for source in sources])
    rows = {row.pk: row for row in there.select_related("person", "feed").order_by("pk")}
    for source in sources:
        row = rows.get(source.pk)
        if row is None or (row.state, row.until, row.reason) == (state, until, reason):
            continue
        before = pictures.thing(row, "sources")
        if row.state not in Source.SHOWN:
            hidden.append(source)
        for each in (row, source):
            each.state, each.until, each.reason, each.changed_at = state, until, reason, now
        what.became("sources", row.pk, before, pictures.thing(row, "sources"))
        what.names("sources", row.pk, {"named": before["named"], "person_id": row.person_id})
        what.names("people", row.person_id, {"name": row.person.name})
    if what:
        columns = {"state": state, "until": until, "reason": reason, "changed_at": now}
        Source.objects.filter(pk__in=what.ids("sources")).update(**columns)
        if state in Source.SHOWN:
            seen(hidden, now)
        else:
            count_subscribers(feeds)
    return what


def end_pauses(now: datetime) -> int:
    """Bring back the sources whose pause is over; how many."""
    over = list(Source.objects.filter(state=Source.State.PAUSED, until__lte=now))
    turn(over, Source.State.FOLLOWING, now, act="pause_ended")
    return len(over)


def end_trials(now: datetime) -> int:
    """Retire the sources nobody kept until their trial was over; how many."""
    over = list(Source.objects.filter(state=Source.State.TRIAL, until__lte=now))
    turn(over, Source.State.RETIRED, now, reason=TRIAL_ENDED, act="trial_ended")
    return len(over)


def _called(what: Difference, state: str) -> str:
    if state == Source.State.FOLLOWING:
        return "kept" if {was.get("state") for was in what.before["sources"].values()} == {"trial"} else "back"
    return ACT[state]
