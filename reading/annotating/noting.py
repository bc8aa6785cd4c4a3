"""Highlights, notes and tags: written, shared, deleted and taken back; and found again when an entry was edited."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aggregator.models import Beyond, Entry, EntryBody
from network.markdown import LONGEST
from network.models import Group

from .. import happened
from ..models import Annotation, EntryTag
from .anchors import Anchor, Text, anchored, find
from .annotate import text_of

if TYPE_CHECKING:
    from network.models import User

LONGEST_QUOTE = 5000  # characters
LONGEST_TAG = 50  # as the column
MOST_TAGS = 30
MOST_NOTES = 500  # of one member beside one entry: each is looked for whenever it is shown
TAKEN_BACK_WITHIN = timedelta(days=1)


class CannotKeep(Exception):
    """Says in a sentence why what was written cannot be kept as it is."""


@dataclass(frozen=True)
class Written:
    """What somebody wrote into the form, as it came."""

    anchor: Anchor = field(default_factory=lambda: Anchor(""))
    note: str = ""
    tags: str = ""  # with commas between them
    group: str = ""  # its id; empty: for nobody else


@transaction.atomic
def write(user: User, entry: Entry, written: Written, now: datetime) -> Annotation:
    """A new highlight, note, or both. The same passage highlighted twice is one highlight: two clicks are one."""
    made = Annotation(user=user, entry=entry, at=now, changed_at=now)
    fill(made, written)
    if written.anchor.quote.strip():
        set_anchor(made, written.anchor)
    if not (made.quote or made.note or made.tags):
        raise CannotKeep(_("Choose a passage or write a note first."))
    list(Entry.objects.select_for_update().filter(pk=entry.pk).values_list("pk"))  # nor may it expire meanwhile
    same = Annotation.objects.of(user).filter(entry=entry, quote=made.quote, start=made.start)
    if there := same.filter(note__in=("", made.note)).first():
        if made.note or made.tags:
            change(there, written, now)
        return there
    if Annotation.objects.of(user).filter(entry=entry).count() >= MOST_NOTES:
        raise CannotKeep(_("There are %(n)d notes beside this piece already; no more fit.") % {"n": MOST_NOTES})
    made.save()
    for kind in ["highlighted"] * bool(made.quote) + ["noted"] * bool(made.note):
        happened.tell(user, kind, [entry.pk], "page", now)
    return made


def change(annotation: Annotation, written: Written, now: datetime) -> None:
    """The note, the tags and whom it is shared with are as written now; the passage stays."""
    fill(annotation, written)
    if not (annotation.quote or annotation.note or annotation.tags):
        raise CannotKeep(_("A note without a word is none. Delete it, if it is not wanted any more."))
    annotation.changed_at = now
    annotation.save(update_fields=["note", "tags", "group", "changed_at"])


def fill(annotation: Annotation, written: Written) -> None:
    note = "\n".join(written.note.replace("\x00", "").splitlines()).strip()
    if len(note) > LONGEST:
        raise CannotKeep(too_long(len(note), LONGEST))
    annotation.note, annotation.tags = note, tags_of(written.tags)
    annotation.group = group_of(annotation.user, written.group)


def too_long(is_: int, most: int) -> str:
    words = {"n": intcomma(is_), "most": intcomma(most)}
    return _("That is %(n)s characters, and there is room for %(most)s.") % words


def group_of(user: User, said: str) -> Group | None:
    """The group to share with; CannotKeep when they are in it no more."""
    if not said:
        return None
    known = said.isascii() and said.isdigit() and len(said) < 19
    group = Group.objects.of(user).filter(pk=int(said)).first() if known else None
    if group is None:
        raise CannotKeep(_("You are not in that group any more. It can be kept for yourself."))
    return group


def tags_of(typed: str) -> list[str]:
    """The words typed, with commas between them, each once."""
    words = (" ".join(word.replace("\x00", "").split()).lstrip("# ") for word in typed.split(","))
    tags = list({word.casefold(): word for word in words if word}.values())
    if any(len(tag) > LONGEST_TAG for tag in tags):
        raise CannotKeep(_("A tag has at most %(n)d characters; put commas between several.") % {"n": LONGEST_TAG})
    if len(tags) > MOST_TAGS:
        raise CannotKeep(_("At most %(n)d tags, please.") % {"n": MOST_TAGS})
    return tags


def set_anchor(annotation: Annotation, anchor: Anchor) -> None:
    """Where the passage stands, as the text is now; one that is not in it is kept all the same, and says so."""
    quote = anchor.quote.replace("\x00", "").strip()
    if len(quote) > LONGEST_QUOTE:
        raise CannotKeep(_("A highlight has at most %(n)s characters. Choose less.") % {"n": f"{LONGEST_QUOTE:,}"})
    said = Anchor(quote, anchor.before[-64:], anchor.after[:64], anchor.start)
    for text in texts_of(annotation.entry_id):
        if span := find(text, said):
            keep_place(annotation, anchored(text, span, quote), lost=False)
            return
    keep_place(annotation, said, lost=True)


def keep_place(annotation: Annotation, anchor: Anchor, *, lost: bool) -> None:
    annotation.quote, annotation.start, annotation.end, annotation.lost = (
        anchor.quote,
        anchor.start,
        anchor.end,
        lost,
    )
    annotation.before, annotation.after = anchor.before, anchor.after


def texts_of(entry: int) -> list[Text]:
    """The feed's own text and the whole one, where it was fetched."""
    own = EntryBody.objects.filter(pk=entry).values_list("html", flat=True)
    whole = Beyond.objects.filter(entry=entry, what=Beyond.What.TEXT).values_list("html", flat=True)
    return [Text(text_of(html)) for html in (*own, *whole) if html]


# ---- what happens by itself


def find_again(entry_ids: Collection[int]) -> None:
    """Registered in aggregator.store.when_edited: texts have changed, so highlights are looked for in them anew.

    Nothing is thrown away: one that is found no more keeps its quote and what was around it, for a text that
    brings it back.
    """
    marked = Annotation.objects.filter(entry__in=entry_ids).exclude(quote="").order_by("entry")
    texts: dict[int, list[Text]] = {}
    for annotation in marked:
        if annotation.entry_id not in texts:
            texts[annotation.entry_id] = texts_of(annotation.entry_id)
        said = Anchor(annotation.quote, annotation.before, annotation.after, annotation.start)
        found = next(((text, span) for text in texts[annotation.entry_id] if (span := find(text, said))), None)
        if found:
            keep_place(annotation, anchored(*found, annotation.quote), lost=False)
        annotation.lost = found is None
    fields = ["before", "after", "start", "end", "lost"]
    Annotation.objects.bulk_update(marked, fields, batch_size=100)


def held(entry_ids: list[int]) -> set[int]:
    """Registered in aggregator.expire.holds: what somebody wrote into, or put a word on."""
    noted = Annotation.objects.filter(entry__in=entry_ids).values_list("entry", flat=True)
    return set(noted) | set(EntryTag.objects.filter(entry__in=entry_ids).values_list("entry", flat=True))


def move(twins: dict[int, int]) -> None:
    """Two feeds become one: what was written into an entry stands in its twin."""
    there = Annotation.objects.filter(entry__in=twins)
    for annotation in there:
        annotation.entry_id = twins[annotation.entry_id]
    Annotation.objects.bulk_update(there, ["entry"], batch_size=100)
    tags = EntryTag.objects.filter(entry__in=twins)
    copies = [EntryTag(user_id=tag.user_id, entry_id=twins[tag.entry_id], name=tag.name, at=tag.at) for tag in tags]
    EntryTag.objects.bulk_create(copies, ignore_conflicts=True, batch_size=200)


def forget(now: datetime) -> None:
    """What was deleted and not taken back goes."""
    Annotation.objects.filter(deleted_at__lt=now - TAKEN_BACK_WITHIN).delete()


# ---- tags on a whole entry


def tag(user: User, entry: Entry, typed: str, now: datetime) -> None:
    """Put words on an entry; one known in another case is the known one."""
    words = tags_of(typed)
    if not words:
        raise CannotKeep(_("Write a word first."))
    known = {name.casefold(): name for name in names_of(user)}
    names = [known.get(word.casefold(), word) for word in words]
    with transaction.atomic():
        list(Entry.objects.select_for_update().filter(pk=entry.pk).values_list("pk"))
        rows: Iterable[EntryTag] = [EntryTag(user=user, entry=entry, name=name, at=now) for name in names]
        EntryTag.objects.bulk_create(rows, ignore_conflicts=True)


def untag(user: User, entry: Entry, name: str) -> None:
    """Take a word off; one that is off already stays off."""
    EntryTag.objects.filter(user=user, entry=entry, name=name).delete()


def names_of(user: User) -> list[str]:
    """The words a member has put on entries."""
    return list(EntryTag.objects.filter(user=user).order_by("name").values_list("name", flat=True).distinct())


# ---- deleting


def delete(annotation: Annotation, now: datetime) -> None:
    """It is shown no more, to anybody; for a day it can be taken back."""
    Annotation.objects.filter(pk=annotation.pk, deleted_at=None).update(deleted_at=now)


def deleted(user: User, now: datetime) -> QuerySet[Annotation]:
    """A member's own that can be taken back."""
    return Annotation.objects.filter(user=user, deleted_at__gte=now - TAKEN_BACK_WITHIN)


def restorable(user: User, now: datetime) -> QuerySet[Annotation]:
    """The same, and those that are there: taking a deletion back twice is no mistake."""
    return Annotation.objects.of(user) | deleted(user, now)


def take_back(annotation: Annotation) -> None:
    Annotation.objects.filter(pk=annotation.pk).update(deleted_at=None)
