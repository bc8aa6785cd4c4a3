"""What one member writes for themselves about a person or a source; nobody else ever sees it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from .markdown import LONGEST
from .models import Note, Person, Source, User


class TooLong(Exception):
    """Says in a sentence by how much."""


def write(user: User, about: Person | Source, text: str, now: datetime) -> Note | None:
    """Write the member's note anew; without words it goes. TooLong when it is, and nothing is changed."""
    text = "\n".join(text.replace("\x00", "").splitlines()).rstrip()
    if len(text) > LONGEST:
        words = {"n": intcomma(len(text)), "most": intcomma(LONGEST)}
        raise TooLong(_("That is %(n)s characters, and a note has room for %(most)s. Nothing was changed.") % words)
    of = {"person": about} if isinstance(about, Person) else {"source": about}
    if not text.strip():
        Note.objects.filter(user=user, **of).delete()
        return None
    return Note.objects.update_or_create(user=user, **of, defaults={"text": text, "changed_at": now})[0]
