"""Searches a member saved under a name: made, changed, put in order, deleted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from network.models import User as Member

from ..models import SavedSearch
from .query import MOST_CHARACTERS, read

if TYPE_CHECKING:
    from network.models import User

LONGEST_NAME = 100
MOST = 100  # a member has


class CannotSave(Exception):
    """Says in a sentence why not."""


def of(user: User) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(user=user)


def save(user: User, name: str, query: str, newest_first: bool, now: datetime) -> SavedSearch:
    """Keep a search. The same name again is the same search, asked anew; CannotSave where nothing is in it."""
    name, query = checked(name, query)
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=user.pk)  # two tabs, one after the other
        mine = of(user)
        if there := mine.filter(name=name).first():
            there.query, there.newest_first = query, newest_first
            there.save(update_fields=["query", "newest_first"])
            return there
        if mine.count() >= MOST:
            raise CannotSave(_("You have %(n)d searches already; delete one first.") % {"n": MOST})
        last = mine.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        return SavedSearch.objects.create(
            user=user, name=name, query=query, newest_first=newest_first, position=position, at=now
        )


def change(saved: SavedSearch, name: str, query: str, newest_first: bool) -> None:
    """Another name, another question. CannotSave when the name is another's, and nothing is changed."""
    name, query = checked(name, query)
    saved.name, saved.query, saved.newest_first = name, query, newest_first
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "query", "newest_first"])
    except IntegrityError as clash:
        raise CannotSave(_("Another of your searches is called “%(name)s”.") % {"name": name}) from clash


def checked(name: str, query: str) -> tuple[str, str]:
    name, query = " ".join(name.replace("\x00", "").split()), query.replace("\x00", "").strip()
    if not query or not read(query).asks:
        raise CannotSave(_("There is nothing to look for in it yet. Write some words first."))
    if not name:
        name = query[:LONGEST_NAME]
    if len(name) > LONGEST_NAME:
        raise CannotSave(_("That name is longer than %(n)d letters.") % {"n": LONGEST_NAME})
    if len(query) > MOST_CHARACTERS:
        raise CannotSave(_("A search has room for %(n)d characters.") % {"n": MOST_CHARACTERS})
    return name, query
