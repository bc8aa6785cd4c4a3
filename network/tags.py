"""Words on people and sources of a roster: put on by typing, taken off one by one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from django.utils.translation import gettext as _

from .follow import a_name
from .models import Person, Source, Tag, User
from .remembering import history

LONGEST = 50  # characters, as the column
MOST = 30  # put on at a time: each takes queries, and others wait
SHOWN = 500  # people, and sources, on the page of one


class NoTag(Exception):
    """Says in a sentence why what was typed is no tag."""


def add(thing: Person | Source, typed: str, now: datetime, by: User) -> list[Tag]:
    """Put on the words typed, with commas between them; a word known in another case is the known one."""
    names = dict.fromkeys(name for word in typed.split(",") if (name := a_name(word.lstrip(" #"), LONGEST + 1)))
    if not names:
        raise NoTag(_("Write a word first."))
    if any(len(name) > LONGEST for name in names):
        raise NoTag(_("A tag has at most %(n)d characters; put commas between several.") % {"n": LONGEST})
    if len(names) > MOST:
        raise NoTag(_("Put on at most %(n)d tags at a time, please.") % {"n": MOST})
    with _noted(thing, now, by) as noting:
        known = {tag.name.casefold(): tag for tag in Tag.objects.filter(roster=thing.roster_id)}
        tags = [known.get(name.casefold()) or _made(thing, name, noting) for name in names]
        thing.tags.add(*tags)
    return tags


def remove(thing: Person | Source, tag: int, now: datetime, by: User) -> None:
    """Take one off; one that is off already stays off."""
    with _noted(thing, now, by):
        thing.tags.remove(*Tag.objects.filter(roster=thing.roster_id, pk=tag))


def _made(thing: Person | Source, name: str, noting: history.Noted) -> Tag:
    tag, made = Tag.objects.get_or_create(roster_id=thing.roster_id, name=name)
    if made:
        noting.also("tags", [tag.pk])
    return tag


def _noted(thing: Person | Source, now: datetime, by: User) -> AbstractContextManager[history.Noted]:
    if isinstance(thing, Person):
        return history.noted(thing.roster_id, "tags", now, by=by, tags_of={thing.pk})
    return history.noted(thing.roster_id, "tags", now, by=by, source_tags_of={thing.pk})
