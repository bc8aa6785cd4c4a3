"""What somebody typed when they were logged out meanwhile: put by until they are back, so that it is not lost."""

from __future__ import annotations

from datetime import timedelta

from allauth.core import ratelimit
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from .markdown import LONGEST

KEY = "draft"
KEPT = timedelta(days=1)


def put_by(request: HttpRequest, about: str, text: str) -> None:
    """Keep one text in the visitor's own session. It goes with them when they log in, and ends by itself."""
    if not text.strip() or not may_wait(request):
        return
    request.session[KEY] = {"about": about, "text": text[:LONGEST], "by": written_by(request)}
    request.session.set_expiry(int(KEPT.total_seconds()))  # logging in sets its own


def waiting(request: HttpRequest) -> dict[str, object]:
    """What a page says of a text that waits, as if its form had just been refused; nothing when there is none."""
    draft = request.session.get(KEY)
    if not draft or not is_theirs(request, draft.get("by", "")):
        return {}
    return {"noting": draft["about"], "note_typed": draft["text"]}


def done(request: HttpRequest, about: str) -> None:
    """It has arrived."""
    if request.session.get(KEY, {}).get("about") == about:
        del request.session[KEY]


def may_wait(request: HttpRequest) -> bool:
    """Whether one more may wait from there: without a bound whoever comes by could fill the disk with them."""
    return bool(ratelimit.consume(request, action="put_by"))


def written_by(request: HttpRequest) -> str:
    """Whose page it was written on, as its form says."""
    return request.POST.get("by", "")[:20]


def is_theirs(request: HttpRequest, by: str) -> bool:
    """Whether it was the member who is here now: several may use one browser."""
    return by in ("", str(request.user.pk))


def let_go() -> None:
    """Delete the sessions that are over, and what waited in them."""
    SessionStore.clear_expired()
