"""What a member says to a voice that is offered: try, not now, never; and what they may take back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ..models import Voice
from .work import try_out

State = Voice.State
FROM = {
    "try": (State.OFFERED, State.LATER, State.ENDED),
    "later": (State.OFFERED,),
    "never": (State.OFFERED, State.LATER, State.ENDED),
    "back": (State.LATER, State.NEVER),
}
TO = {"later": State.LATER, "never": State.NEVER, "back": State.OFFERED}


@transaction.atomic
def answer(voice: Voice, act: str, now: datetime) -> bool:
    """Whether it could be done: two clicks are one."""
    voice = Voice.objects.select_for_update(of=("self",)).select_related("feed", "user").get(pk=voice.pk)
    if voice.state not in FROM.get(act, ()) or (act in ("try", "back") and not voice.feed):
        return False
    if act == "try":
        try_out(voice, now)
    else:
        Voice.objects.filter(pk=voice.pk).update(state=TO[act], at=now)
    return True
