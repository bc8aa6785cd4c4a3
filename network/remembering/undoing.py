"""Taking an act on a roster back, exactly: what it changed is as it was, or a sentence says why it is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aggregator.models import Feed, FeedAddress

from ..models import Aside, Change, Circle, Roster, Source, Tag, User
from . import pictures
from .history import BY_ITSELF, difference_of, write
from .pictures import LISTS, SHARED, TABLES, Difference, Picture, Thing
from .repaint import repaint

UNDO_DAYS = 90
JUST_NOW = timedelta(days=1)  # whoever takes back an act of today finds everything as unread as it was
WATCHED = {  # what must still be as the act made it, for what it brought to be taken away again
    "people": ("name", "kind", "circles", "tags"),
    "sources": ("person_id", "author", "title", "state", "until", "tags"),
    "circles": ("name",),
    "tags": ("name",),
}


class Refused(Exception):
    """An act cannot be done or taken back; the words say why, to whoever asked."""


def may_be_undone(change: Change, now: datetime) -> bool:
    """Whether it is worth offering: it may still turn out that something was changed since."""
    return change.undone_at is None and change.act not in BY_ITSELF and change.at > now - timedelta(days=UNDO_DAYS)


@transaction.atomic
def undo(change: Change, now: datetime, by: User | None = None) -> Change | None:
    """Take an act back. Answers the change this is in itself, which can be taken back too; Refused says why not."""
    Roster.objects.select_for_update(no_key=True).get(pk=change.roster_id)  # one at a time on one roster
    change = Change.objects.prefetch_related("asides").get(pk=change.pk)
    if change.undone_at:
        raise Refused(_("This was taken back already."))
    if change.act in BY_ITSELF:
        raise Refused(_("This happened by itself and cannot be taken back."))
    if not may_be_undone(change, now):
        raise Refused(_("This was more than %(n)d days ago and can no longer be taken back.") % {"n": UNDO_DAYS})
    way = difference_of(change).turned()
    _find_feeds(way)
    plan = _plan(way, _now(way), change)
    Change.objects.filter(pk=change.pk).update(undone_at=now)
    if change.act == "undone":
        Change.objects.filter(roster=change.roster_id, pk=change.about.get("undoes", 0)).update(undone_at=None)
    if not plan:
        return None
    repaint(change.roster_id, plan, now, since=change.at if change.at > now - JUST_NOW else None)
    return write(change.roster_id, "undone", plan, now, by=by, undoes=change)


def let_go(now: datetime) -> None:
    """What members wrote is kept for undo as long as there is one, and no longer."""
    Aside.objects.filter(change__at__lte=now - timedelta(days=UNDO_DAYS)).delete()


def _now(way: Difference) -> Picture:
    """All that an act touched, as it is at this moment."""
    picture: Picture = {}
    for kind in TABLES:
        if ids := way.ids(kind):
            picture[kind] = pictures.rows(kind, pk__in=ids)
    for kind, name in LISTS:
        if picture.get(kind) and any(name in each for _, *both in way.each(kind) for each in both if each):
            pictures.listed(kind, name, picture[kind])
    return picture


def _plan(way: Difference, here: Picture, change: Change) -> Difference:
    """From how it is to how it was before the act; Refused when something stands between."""
    plan = Difference(known={kind: dict(things) for kind, things in here.items()})
    for kind in TABLES:
        for number, was, then in way.each(kind):
            there = here.get(kind, {}).get(number)
            if was is None and then is not None:
                _comes_back(plan, kind, number, there, then)
            elif then is None and was is not None:
                _goes(plan, kind, number, there, was)
            elif was is not None and then is not None:
                _turns(plan, kind, number, there, was, then)
    _nobody_else_goes(plan)
    _everything_has_room(plan, change)
    return plan


def _comes_back(plan: Difference, kind: str, number: int, there: Thing | None, then: Thing) -> None:
    if there is None:
        plan.came(kind, number, then)
    elif kind in SHARED:
        raise Refused(_changed(then))


def _goes(plan: Difference, kind: str, number: int, there: Thing | None, was: Thing) -> None:
    if there is not None and all(there.get(key) == was.get(key) for key in WATCHED.get(kind, ()) if key in was):
        plan.went(kind, number, there)
    elif kind in SHARED:
        raise Refused(_changed(was))


def _turns(plan: Difference, kind: str, number: int, there: Thing | None, was: Thing, then: Thing) -> None:
    """What hangs on people (notes, places) and was written anew since stays as it is now."""
    if there is None:
        if kind in SHARED:
            raise Refused(_("What this was about is not on the roster any more."))
        return
    wanted: Thing = {}
    for key, value in then.items():
        if (kind, key) in LISTS:
            added, taken = set(was[key]) - set(value), set(value) - set(was[key])
            if not added <= set(there[key]) or taken & set(there[key]):
                raise Refused(_changed(there))
            wanted[key] = sorted((set(there[key]) - added) | taken)
        elif there[key] == was[key] or (kind == "sources" and key in pictures.SAID):
            wanted[key] = value
        elif kind in SHARED and key != "changed_at":
            raise Refused(_changed(there))
    plan.became(kind, number, there, wanted)


def _nobody_else_goes(plan: Difference) -> None:
    """With people and sources goes what hangs on them, and nothing else: no source that came since."""
    people = [number for number, _was, then in plan.each("people") if then is None]
    sources = [number for number, _was, then in plan.each("sources") if then is None]
    if people or sources:
        hanging = pictures.whole(people, sources)
        for number, each in hanging["sources"].items():
            kept = plan.after.get("sources", {}).get(number, {}).get("person_id", each["person_id"])
            if number not in sources and kept in people:
                raise Refused(_("“%(name)s” came since, and would have nobody.") % {"name": each["named"]})
        _take_what_hangs(plan, hanging, set(people), set(sources))
    for kind, name in (("circles", "circles"), ("tags", "tags")):
        going = [number for number, _was, then in plan.each(kind) if then is None]
        for (whose, listed), (through, what, who) in LISTS.items():
            if listed == name and going:
                gone = [number for number, _was, then in plan.each(whose) if then is None]
                left = through._default_manager.filter(**{f"{what}__in": going}).exclude(**{f"{who}__in": gone})
                out = {number for number, was, then in plan.each(whose) if was and then and name in then}
                if set(left.values_list(who, flat=True)) - out:
                    raise Refused(_("Somebody else is in “%(name)s” now.") % {"name": _name(plan, kind, going)})


def _take_what_hangs(plan: Difference, hanging: Picture, people: set[int], sources: set[int]) -> None:
    for kind in ("places", "notes", "mutes", "notices", "arrivals"):
        for number, each in hanging[kind].items():
            then = each | plan.after.get(kind, {}).get(number, {})
            if number in plan.ids(kind) and number not in plan.after.get(kind, {}):
                continue  # goes already
            if then.get("person_id") not in people and then.get("source_id") not in sources:
                continue
            if kind == "arrivals":
                plan.became(kind, number, each, {"source_id": None})
            else:
                plan.went(kind, number, each)


def _find_feeds(way: Difference) -> None:
    """Feeds that have become one with another since, or moved, are found by their address."""
    coming = [then for then in way.after.get("sources", {}).values() if "feed_id" in then]
    there = set(Feed.objects.filter(pk__in={each["feed_id"] for each in coming}).values_list("pk", flat=True))
    lost = [each for each in coming if each["feed_id"] not in there]
    if not lost:
        return
    urls = {each["url"] for each in lost}
    now = dict(FeedAddress.objects.filter(url__in=urls).values_list("url", "feed"))
    now |= dict(Feed.objects.filter(url__in=urls).values_list("url", "pk"))
    for each in lost:
        if each["url"] not in now:
            raise Refused(_("The feed of “%(name)s” is not known here any more.") % {"name": each["named"]})
        each["feed_id"] = now[each["url"]]


def _everything_has_room(plan: Difference, change: Change) -> None:
    """Nothing that comes back meets its double: the feed followed anew, a circle of the same name."""
    coming = {number: then for number, was, then in plan.each("sources") if was is None and then is not None}
    if coming:
        going = [number for number, _was, then in plan.each("sources") if then is None]
        anew = Source.objects.filter(
            roster=change.roster_id,
            feed__in={each["feed_id"] for each in coming.values()},
            created_at__gt=change.at,
        )
        double = anew.exclude(pk__in=[*coming, *going]).select_related("feed").first()
        if double:
            raise Refused(_("“%(name)s” is on the roster again already.") % {"name": double})
    for kind, model in (("circles", Circle), ("tags", Tag)):
        moved = [number for number, *_both in plan.each(kind)]
        names = [then["name"] for then in plan.after.get(kind, {}).values() if "name" in then]
        taken: Any = model._default_manager.filter(roster=change.roster_id, name__in=names).exclude(pk__in=moved)
        if names and (one := taken.first()):
            raise Refused(_("There is another “%(name)s” now.") % {"name": one.name})


def _changed(thing: Thing) -> str:
    name = thing.get("name") or thing.get("named")
    if not name:
        return _("This was changed since. Take back what came later first.")
    return _("“%(name)s” was changed since. Take back what came later first.") % {"name": name}


def _name(plan: Difference, kind: str, ids: Iterable[int]) -> str:
    return str(plan.before[kind][next(iter(ids))].get("name", ""))
