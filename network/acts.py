"""What is done to many sources of a roster at once: picked by hand, or all that a view speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aggregator.desk.steer import once_more

from . import follow, showing, whose
from .models import Change, Circle, Notice, Offer, Roster, Source, Tag, User
from .models.person import SourceSet
from .naming import too_long
from .remembering import history

PAUSES = (7, 30, 90, 365)  # days
OPEN = "open"  # a pause without an end
TRIAL = timedelta(weeks=3)
AT_ONCE = 1000  # rows ticked
LONGEST_TRIAL = timedelta(days=366)
Named = TypeVar("Named", Circle, Tag)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a sentence, and how to take it back; no change where there is nothing to take back."""

    words: str
    change: Change | None = None


class Unclear(Exception):
    """What was asked cannot be done; `field` says where, and the words why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


@dataclass(frozen=True, slots=True)
class Asked:
    """Sources, and what somebody wants of them."""

    roster: Roster
    sources: Sequence[Source]
    form: Mapping[str, str]
    by: User
    now: datetime

    def words(self, said: str, **more: object) -> str:
        """ "3 paused, for 30 days." """
        return said % ({"n": intcomma(self.many)} | more)

    @property
    def many(self) -> int:
        return len(self.sources)

    @property
    def people(self) -> set[int]:
        return {source.person_id for source in self.sources}


def picked(roster: Roster, view: SourceSet, form: Mapping[str, str], ticked: Sequence[str]) -> list[Source]:
    """The sources ticked; with `page` those that stood on the page, with `all` every one the view speaks of.

    A button in a row means that row alone, whatever is ticked: its value is "id act".
    """
    if form.get("only"):
        ticked = form["only"].split()[:1]
    elif form.get("all"):
        return list(view)
    by_page = form.get("page") and not form.get("only")
    ids = form.get("shown", "").split(",") if by_page else ticked
    some = {int(pk) for pk in ids[:AT_ONCE] if pk.isdecimal() and len(pk) < 19}
    return list(Source.objects.filter(pk__in=some, roster=roster).select_related("person"))


@transaction.atomic
def take_offer(source: Source, by: User, now: datetime) -> Done:
    """The feed its site offers takes the place of a lost one; person, circles, tags, notes and state stay."""
    offer = Offer.objects.filter(feed=source.feed_id, found__isnull=False).select_related("found").first()
    if offer is None or offer.found is None:
        return Done(_("Their site offers no other feed at the moment."))
    if Source.objects.filter(roster=source.roster_id, feed=offer.found).exists():
        return Done(_("That feed is on the roster already. You may retire the lost one."))
    Notice.objects.filter(source=source).delete()  # it is another feed now
    with history.noted(source.roster_id, "replaced", now, by=by, sources=[source.pk]) as noting:
        before = source.feed_id
        showing.hold({before, offer.found.pk})
        Source.objects.filter(pk=source.pk).update(feed=offer.found, changed_at=now)
        source.feed = offer.found
        showing.count_subscribers({before})
        if source.state in Source.SHOWN:
            showing.seen([source], now)
    return Done(_("They are followed at %(url)s from now on.") % {"url": offer.found.url}, noting.change)


@transaction.atomic
def do(asked: Asked) -> Done:
    """Do what was asked, as one step; what was done, in a sentence. Raises Unclear when nothing was."""
    if not asked.sources:
        raise Unclear("pick", _("Pick some rows first."))
    wanted = asked.form.get("only", "").partition(" ")[2] or asked.form.get("act", "")
    act = ACTS.get(wanted)
    if act is None:
        raise Unclear("act", _("Choose what to do with them."))
    return act(asked)


def pause(asked: Asked) -> Done:
    said = asked.form.get("days", "")
    days = next((days for days in PAUSES if str(days) == said), 30)
    if said == OPEN:
        change = follow.turn(asked.sources, Source.State.PAUSED, asked.now, by=asked.by)
        said = ngettext(
            "%(n)s paused, until you bring it back.", "%(n)s paused, until you bring them back.", asked.many
        )
        return Done(asked.words(said), change)
    until = asked.now + timedelta(days=days)
    change = follow.turn(asked.sources, Source.State.PAUSED, asked.now, until=until, by=asked.by)
    said = ngettext("%(n)s paused, for %(days)d days.", "%(n)s paused, for %(days)d days.", asked.many)
    return Done(asked.words(said, days=days), change)


def trial(asked: Asked) -> Done:
    until = _day(asked.form.get("until", ""), asked.now)
    change = follow.turn(asked.sources, Source.State.TRIAL, asked.now, until=until, by=asked.by)
    day = date_format(timezone.localtime(until), _("j F"))
    said = ngettext("%(n)s on trial until %(day)s.", "%(n)s on trial until %(day)s.", asked.many)
    return Done(asked.words(said, day=day), change)


def retire(asked: Asked) -> Done:
    reason = asked.form.get("reason", "")
    change = follow.turn(asked.sources, Source.State.RETIRED, asked.now, reason=reason, by=asked.by)
    said = ngettext("%(n)s retired. What you kept stays.", "%(n)s retired. What you kept stays.", asked.many)
    return Done(asked.words(said), change)


def bring_back(asked: Asked) -> Done:
    change = follow.turn(asked.sources, Source.State.FOLLOWING, asked.now, by=asked.by)
    said = ngettext("%(n)s followed again.", "%(n)s followed again.", asked.many)
    return Done(asked.words(said), change)


def ask_now(asked: Asked) -> Done:
    when = once_more([source.feed_id for source in asked.sources], asked.now)
    soon = sum(1 for at in when.values() if at and at <= asked.now)
    said = ngettext(
        "%(soon)s is being asked now; any others when manners allow.",
        "%(soon)s are being asked now; any others when manners allow.",
        soon,
    )
    return Done(said % {"soon": intcomma(soon)})


def move(asked: Asked) -> Done:
    name = follow.a_name(asked.form.get("name", ""))
    if why := too_long(asked.form.get("name", "")) or ("" if name else _("Write whose they are.")):
        raise Unclear("name", why)
    _person, change = whose.give_all_to(asked.sources, name, asked.now, asked.by)
    said = ngettext("%(n)s belongs to %(name)s now.", "%(n)s belong to %(name)s now.", asked.many)
    return Done(asked.words(said, name=name), change)


def put_in(asked: Asked) -> Done:
    typed = asked.form.get("in_circle", "")
    name = follow.a_name(typed)
    if not name:
        raise Unclear("in_circle", _("Choose a circle, or write the name of a new one."))
    if why := too_long(typed):
        raise Unclear("in_circle", why)
    known = Circle.objects.filter(roster=asked.roster, name=name).exists()
    with history.noted(asked.roster.pk, "circles", asked.now, by=asked.by, circles_of=asked.people) as noting:
        circle = follow.make_circles(asked.roster, [name])[name]
        if not known:
            noting.also("circles", [circle.pk])
        circle.people.add(*asked.people)
    said = ngettext("%(n)s is in “%(circle)s” now.", "%(n)s are in “%(circle)s” now.", len(asked.people))
    return Done(said % {"n": intcomma(len(asked.people)), "circle": name}, noting.change)


def take_out(asked: Asked) -> Done:
    circle = _named(Circle, asked, "in_circle", _("There is no circle of this name."))
    with history.noted(asked.roster.pk, "circles", asked.now, by=asked.by, circles_of=asked.people) as noting:
        circle.people.remove(*asked.people)
    return Done(_("They are no longer in “%(circle)s”.") % {"circle": circle.name}, noting.change)


def tag(asked: Asked) -> Done:
    name = follow.a_name(asked.form.get("word", "").lstrip(" #"), 50)
    if why := too_long(asked.form.get("word", ""), 50) or ("" if name else _("Write a word to tag them with.")):
        raise Unclear("word", why)
    ids = {source.pk for source in asked.sources}
    with history.noted(asked.roster.pk, "tags", asked.now, by=asked.by, source_tags_of=ids) as noting:
        found, made = Tag.objects.get_or_create(roster=asked.roster, name=name)
        if made:
            noting.also("tags", [found.pk])
        found.sources.add(*asked.sources)
    said = ngettext("%(n)s tagged “%(tag)s”.", "%(n)s tagged “%(tag)s”.", asked.many)
    return Done(asked.words(said, tag=name), noting.change)


def untag(asked: Asked) -> Done:
    """The word goes from the sources and from their people: the rows show both."""
    found = _named(Tag, asked, "word", _("There is no tag of this name."))
    ids = {source.pk for source in asked.sources}
    with history.noted(
        asked.roster.pk, "tags", asked.now, by=asked.by, source_tags_of=ids, tags_of=asked.people
    ) as noting:
        found.sources.remove(*asked.sources)
        found.people.remove(*asked.people)
    return Done(_("They are no longer tagged “%(tag)s”.") % {"tag": found.name}, noting.change)


ACTS: dict[str, Callable[[Asked], Done]] = {
    "pause": pause,
    "trial": trial,
    "retire": retire,
    "back": bring_back,
    "ask": ask_now,
    "move": move,
    "circle": put_in,
    "out": take_out,
    "tag": tag,
    "untag": untag,
}


# ---- what was written


def _day(said: str, now: datetime) -> datetime:
    """The end of a day to come."""
    try:
        day = date.fromisoformat(said.strip())
    except ValueError:
        raise Unclear("until", _("Say until which day.")) from None
    until = timezone.make_aware(datetime.combine(day, time(23, 59))) if 1 < day.year < 9999 else now
    if not now < until <= now + LONGEST_TRIAL:
        raise Unclear("until", _("A trial ends on a day to come, within a year."))
    return until


def _named(model: type[Named], asked: Asked, field: str, why: str) -> Named:
    """The roster's circle or tag that was written."""
    name = follow.a_name(asked.form.get(field, ""))
    found = model._default_manager.filter(roster=asked.roster, name=name).first()
    if found is None:
        raise Unclear(field, why)
    return found
