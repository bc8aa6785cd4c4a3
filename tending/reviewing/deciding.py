"""Decisions: written down with their grounds, done on the roster where they change it, and taken back exactly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from network import states
from network.models import Change, Source
from network.naming import a_name
from network.remembering import undoing

from ..models import Decision, Finding

if TYPE_CHECKING:
    from network.models import User

Verdict = Decision.Verdict
PAUSES = {Verdict.PAUSE: timedelta(days=30), Verdict.PAUSE_LONG: timedelta(days=90)}


@transaction.atomic
def decide(source: Source, verdict: str, word: str, by: User, now: datetime) -> Decision | None:
    """Decide about a source that was found. None where somebody decided in the same moment, or it left."""
    finding = Finding.objects.select_for_update().filter(source=source.pk).first()
    if finding is None:
        return None
    since = Decision.objects.filter(source=source.pk, at__gte=finding.at).standing()
    if since.exists() or not Source.objects.followed().filter(pk=source.pk).exists():
        return None
    return Decision.objects.create(
        roster_id=source.roster_id,
        source=source.pk,
        name=name_of(source),
        by=by,
        verdict=verdict,
        word=a_name(word, 500),
        reasons=finding.reasons,
        numbers=finding.numbers,
        change=do(source, verdict, word, by, now),
        at=now,
    )


def name_of(source: Source) -> str:
    """ "Ann", or "Ann: Links" where the source has a name of its own."""
    title, name = str(source), source.person.name
    return (name if title == name else f"{name}: {title}")[:300]


def do(source: Source, verdict: str, word: str, by: User, now: datetime) -> Change | None:
    """What the decision changes on the roster; whoever is kept from a trial is followed."""
    if verdict in PAUSES:
        return states.turn([source], Source.State.PAUSED, now, until=now + PAUSES[Verdict(verdict)], by=by)
    if verdict == Verdict.RETIRE:
        return states.turn([source], Source.State.RETIRED, now, reason=word, by=by)
    if verdict in (Verdict.KEEP, Verdict.ALWAYS) and source.state == Source.State.TRIAL:
        return states.keep(source, now, by=by)
    return None


@transaction.atomic
def take_back(decision: Decision, by: User, now: datetime) -> None:
    """As if it had not been decided: the roster as it was, the card waits again. undoing.Refused says why not."""
    held = Decision.objects.select_for_update(of=("self",)).select_related("change").get(pk=decision.pk)
    if held.undone_at:
        return
    if held.change and not held.change.undone_at:
        undoing.undo(held.change, now, by)
    Decision.objects.filter(pk=held.pk).update(undone_at=now)
