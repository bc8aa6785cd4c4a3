"""What may be a name: one line of what people write."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# Controls, line and bidirectional marks, what is no character. The joiners within words and emoji stay.
NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


def a_name(text: str, limit: int = 200) -> str:
    """A name as one line of text, without what cannot be seen or turns the words around it."""
    return " ".join(NO_NAME.sub(" ", text).split())[:limit].strip()


def too_long(text: str, most: int = 200) -> str:
    """What is to be said of a name there is no room for; empty where there is."""
    return (
        _("There is room for %(most)d characters here.") % {"most": most} if len(a_name(text, 10**6)) > most else ""
    )
