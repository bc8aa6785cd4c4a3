"""A member's notes as files: Markdown for people, W3C Web Annotations (JSON-LD) for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.dateformat import format as in_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .models import Annotation
from .notes_page import shown_for
from .shown import Shown

if TYPE_CHECKING:
    from network.models import User

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_meant = re.compile(r"([\\`*_\[\]<>#])")


def as_markdown(user: User, notes: Iterable[Annotation], now: datetime) -> str:
    """Grouped by piece, the piece written into last first; within one in the order of its text."""
    all_of_them = list(notes)
    pieces = shown_for(user, [note.entry for note in all_of_them])
    latest = {note.entry_id: n for n, note in reversed(list(enumerate(all_of_them)))}
    in_order = sorted(all_of_them, key=lambda note: (latest[note.entry_id], note.quote == "", note.start, note.pk))
    parts = [_("# Notes, %(date)s") % {"date": in_format(localtime(now), _("j F Y"))}]
    for entry, group in groupby(in_order, key=lambda note: note.entry_id):
        parts.append(heading(pieces[entry]))
        parts += [one(user, note) for note in group]
    return "\n\n".join(parts) + "\n"


def heading(piece: Shown) -> str:
    """The piece, its source and its address."""
    entry = piece.entry
    title = plain(entry.title or entry.gist or _("Without a title"))
    linked = f"[{title}](<{entry.link.replace('<', '%3C').replace('>', '%3E')}>)" if entry.link else title
    who = str(piece.source.person) if piece.source else str(entry.feed)
    day = in_format(localtime(entry.sorted_at), _("j F Y"))
    return f"## {linked}\n\n{plain(who)}, {day}"


def one(user: User, note: Annotation) -> str:
    """A passage as a quotation, the note beneath it."""
    parts = []
    if note.quote:
        parts.append("\n".join(f"> {plain(line)}".rstrip() for line in note.quote.splitlines()))
    if note.note:
        parts.append(note.note)
    said = [f"#{tag.replace(' ', '-')}" for tag in note.tags]
    if note.user_id != user.pk:
        said.insert(0, plain(note.user.username))
    if said:
        parts.append(" ".join(said))
    return "\n\n".join(parts)


def plain(text: str) -> str:
    """Words that Markdown takes for words."""
    return _meant.sub(r"\\\1", text)


def as_collection(notes: Iterable[Annotation], address: str) -> dict[str, Any]:
    """An AnnotationCollection with its one page (Web Annotation Data Model, 5)."""
    items = [as_annotation(note) for note in notes]
    page = {"id": f"{address}#page", "type": "AnnotationPage", "startIndex": 0, "items": items}
    label = _("Notes")
    total = {"id": address, "type": "AnnotationCollection", "label": label, "total": len(items)}
    return {"@context": CONTEXT, **total, **({"first": page} if items else {})}


def as_annotation(note: Annotation) -> dict[str, Any]:
    """One note, with an id that stays."""
    bodies = [{"type": "TextualBody", "purpose": "tagging", "value": tag} for tag in note.tags]
    if note.note:
        said = {"type": "TextualBody", "purpose": "commenting", "format": "text/markdown", "value": note.note}
        bodies.insert(0, said)
    return {
        "id": settings.BASE_URL + reverse("note", args=[note.pk]),
        "type": "Annotation",
        "motivation": "commenting" if note.note else "highlighting" if note.quote else "tagging",
        "created": moment(note.at),
        "modified": moment(note.changed_at),
        "creator": {"type": "Person", "nickname": note.user.username},
        **({"body": bodies} if bodies else {}),
        "target": target(note),
    }


def target(note: Annotation) -> dict[str, Any]:
    """The passage in the piece, by what it says and by where it stood; the piece itself for a note on all of it."""
    source = note.entry.link or settings.BASE_URL + reverse("entry", args=[note.entry_id])
    if not note.quote:
        return {"source": source}
    quote = {"type": "TextQuoteSelector", "exact": note.quote, "prefix": note.before, "suffix": note.after}
    selectors: list[dict[str, Any]] = [quote]
    if not note.lost:
        selectors.append({"type": "TextPositionSelector", "start": note.start, "end": note.end})
    return {"source": source, "selector": selectors}


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
