"""The offer to take an act back, which stands on the next page after it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from ..models import Change


def said(request: HttpRequest, words: str, change: Change | None) -> None:
    """Say what was done; with the change it was, it can be undone from there (templates/network/_undo.html)."""
    messages.success(request, words, extra_tags=str(change.pk) if change else "")
