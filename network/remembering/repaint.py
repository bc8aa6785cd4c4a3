"""Making the tables look like a picture: how acts that move or remove people and sources are done and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Model

from aggregator.models import Feed, Icon, Profile

from .. import showing
from ..models import Group, Source, User
from .pictures import LISTS, PRIVATE, SAID, TABLES, Difference, Thing

AT_ONCE = 200  # rows in one statement when each gets values of its own
when_leaving: list[Callable[[int, Collection[int], datetime], None]] = []  # roster, sources: just before they go
HANGING = ("notices", "mutes", "notes", "places", "sources")  # what may go before the people do


def repaint(
    roster: int, wanted: Difference, now: datetime, *, since: datetime | None = None, tell: bool = True
) -> None:
    """What was as in `before` becomes as in `after`, and feeds and readers hear what that shows and hides.

    Readers who saw the roster before `since` are not told again: they had all this open. Rows of members who are
    gone or have left, and circles that are gone, are passed over.
    """
    feeds = _feeds(wanted)
    showing.hold(feeds)
    if leaving := _leaving(wanted):
        for hear in when_leaving:
            hear(roster, leaving, now)
    for kind in (*HANGING, "circles", "tags"):
        _delete(kind, _gone(wanted, kind))
    for kind in ("circles", "tags", "people", "sources", "places", *PRIVATE, "arrivals"):
        _update(kind, wanted)
        _insert(kind, roster, wanted)
    for kind, name in LISTS:
        _lists(kind, name, wanted)
    _delete("people", _gone(wanted, "people"))
    if feeds:
        shown = _newly_shown(wanted) if tell else []
        showing.seen(shown, now, since)
        showing.count_subscribers(feeds - {source.feed_id for source in shown})


def _gone(wanted: Difference, kind: str) -> list[int]:
    return [number for number, _was, then in wanted.each(kind) if then is None]


def _leaving(wanted: Difference) -> set[int]:
    """The sources that go and whose feed nobody here has afterwards: not those that only become another's."""
    stay = {then["feed_id"] for _number, _was, then in wanted.each("sources") if then and "feed_id" in then}
    return {
        number
        for number, was, then in wanted.each("sources")
        if was and then is None and was["feed_id"] not in stay
    }


def _delete(kind: str, ids: Collection[int]) -> None:
    if ids:
        TABLES[kind]._default_manager.filter(pk__in=ids).delete()


def _update(kind: str, wanted: Difference) -> None:
    """Those that stay and are different; the same words for many in one statement."""
    alike: dict[tuple[str, ...], dict[int, Thing]] = defaultdict(dict)
    for number, was, then in wanted.each(kind):
        if was is not None and then is not None:
            own = {key: _value(kind, key, value) for key, value in then.items() if _is_column(kind, key)}
            if own:
                alike[tuple(sorted(own))][number] = own
    for keys, things in alike.items():
        groups: dict[str, list[int]] = defaultdict(list)
        for number, own in things.items():
            groups[repr(sorted(own.items()))].append(number)
        model = TABLES[kind]
        if len(groups) <= 3:
            for ids in groups.values():
                model._default_manager.filter(pk__in=ids).update(**things[ids[0]])
        else:
            objects = [model(pk=number, **own) for number, own in things.items()]
            names = [model._meta.get_field(key).name for key in keys]
            model._default_manager.bulk_update(objects, names, batch_size=AT_ONCE)


def _insert(kind: str, roster: int, wanted: Difference) -> None:
    """Those that come, with the ids they had."""
    new = {number: dict(then) for number, was, then in wanted.each(kind) if was is None and then is not None}
    if not new or kind == "arrivals":
        return
    if kind in PRIVATE:
        there = _readers(roster, {then["user_id"] for then in new.values()})
        new = {number: then for number, then in new.items() if then["user_id"] in there}
    if kind == "people":
        _forget_lost(new, "portrait_id", Icon)
        _forget_lost(new, "profile_id", Profile)
    model = TABLES[kind]
    on = {"roster_id": roster} if kind in ("circles", "tags", "people", "sources") else {}
    objects = []
    for number, then in new.items():
        own = {key: _value(kind, key, value) for key, value in then.items() if _is_column(kind, key)}
        objects.append(model(pk=number, **on, **own))
    model._default_manager.bulk_create(objects)


def _readers(roster: int, users: Collection[int]) -> set[int]:
    """Which of these members still see the roster: what others had there went with them."""
    there = User.objects.filter(pk__in=users)
    group = Group.objects.filter(roster=roster, starter=False).first()
    return set((there.filter(memberships__group=group) if group else there).values_list("pk", flat=True))


def _forget_lost(new: dict[int, Thing], key: str, model: type[Model]) -> None:
    """What a portrait or a profile was may have been tidied away meanwhile."""
    named = {then[key] for then in new.values() if then.get(key)}
    there = set(model._default_manager.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    for then in new.values():
        if then.get(key) not in there:
            then[key] = None


def _lists(kind: str, name: str, wanted: Difference) -> None:
    through, what, whose = LISTS[kind, name]
    add, drop = [], []
    for number, was, then in wanted.each(kind):
        if then is not None:  # whose lists go with them otherwise
            had, has = set((was or {}).get(name, ())), set(then.get(name, ()))
            add += [(one, number) for one in sorted(has - had)]
            drop += [(one, number) for one in had - has]
    by_list: dict[int, list[int]] = defaultdict(list)
    for one, number in drop:
        by_list[one].append(number)
    for one, ids in by_list.items():
        through._default_manager.filter(**{what: one, f"{whose}__in": ids}).delete()
    if add:
        listed: Any = through._meta.get_field(what[:-3]).related_model
        there = set(listed._default_manager.filter(pk__in={one for one, _ in add}).values_list("pk", flat=True))
        pairs = [through(**{what: one, whose: number}) for one, number in add if one in there]
        through._default_manager.bulk_create(pairs, ignore_conflicts=True)


def _feeds(wanted: Difference) -> set[int]:
    """The feeds whose followers may be others afterwards."""
    feeds, changed = set(), []
    for number, was, then in wanted.each("sources"):
        for each in (was, then):
            if each and "feed_id" in each:
                feeds.add(each["feed_id"])
        if was and then and "state" in then:
            changed.append(number)
    if changed:
        feeds |= set(Source.objects.filter(pk__in=changed).values_list("feed", flat=True))
    return set(Feed.objects.filter(pk__in=feeds).values_list("pk", flat=True)) if feeds else feeds


def _newly_shown(wanted: Difference) -> list[Source]:
    """Those that came, were brought back, or show another feed now."""
    perhaps = [
        number
        for number, was, then in wanted.each("sources")
        if then and (was is None or "feed_id" in then or was.get("state") not in (None, *Source.SHOWN))
    ]
    return list(Source.objects.filter(pk__in=perhaps).followed()) if perhaps else []


def _is_column(kind: str, key: str) -> bool:
    return (kind, key) not in LISTS and not (kind == "sources" and key in SAID)


def _value(kind: str, key: str, value: Any) -> Any:
    column: Any = TABLES[kind]._meta.get_field(key)
    return column.to_python(value)
