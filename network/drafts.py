"""What somebody typed when they were logged out meanwhile: put by until they are back, so that it is not lost."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from .markdown import LONGEST

KEY = "draft"
KEPT = timedelta(days=1)


def put_by(request: HttpRequest, about: str, text: str) -> None:
    """Keep one text in the visitor's own session. It goes with them when they log in, and ends by itself."""
    if not text.strip():
        return
    request.session[KEY] = {"about": about, "text": text[:LONGEST]}
    request.session.set_expiry(int(KEPT.total_seconds()))  # logging in sets its own


def waiting(request: HttpRequest) -> dict[str, object]:
    """What a page says of a text that waits, as if its form had just been refused; nothing when there is none."""
    draft = request.session.get(KEY)
    return {"noting": draft["about"], "note_typed": draft["text"]} if draft else {}


def done(request: HttpRequest, about: str) -> None:
    """It has arrived."""
    if request.session.get(KEY, {}).get("about") == about:
        del request.session[KEY]


def let_go() -> None:
    """Delete the sessions that are over, and what waited in them."""
    SessionStore.clear_expired()
