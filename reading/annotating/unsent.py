"""What somebody wrote into an entry while their session ended: it waits in the visitor's own for them."""

from __future__ import annotations

from django.http import HttpRequest

from network import drafts
from network.markdown import LONGEST

KEY = "unsent"


def put_by(request: HttpRequest, about: str, fields: dict[str, str]) -> None:
    """Keep one form. It goes with them when they log in, and ends by itself."""
    if not any(fields.values()) or not drafts.may_wait(request):
        return
    kept = {name: value[:LONGEST] for name, value in fields.items()}
    request.session[KEY] = {"about": about, "fields": kept, "by": drafts.written_by(request)}
    request.session.set_expiry(int(drafts.KEPT.total_seconds()))  # logging in sets its own


def waiting(request: HttpRequest, about: str) -> dict[str, str] | None:
    """The form that waits for this page; None when there is none."""
    kept = request.session.get(KEY, {})
    if kept.get("about") != about or not drafts.is_theirs(request, kept.get("by", "")):
        return None
    return {**kept["fields"], "waited": "yes"}


def done(request: HttpRequest, about: str) -> None:
    """It has arrived."""
    if request.session.get(KEY, {}).get("about") == about:
        del request.session[KEY]
