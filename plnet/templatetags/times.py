"""Times as people say them, exact when one asks: `<time datetime title>`."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from html import escape

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.dateformat import format as in_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime) -> SafeString:
    """In a list: "09:12" within a week (the heading says the day), then "12 March", then "12 March 2024"."""
    return element(at, short(at, now_of(context)))


@register.simple_tag(takes_context=True)
def day(context: Context, at: datetime) -> SafeString:
    """In a sentence: "this morning", "yesterday evening", "on Thursday", "on 12 March"."""
    return element(at, in_words(at, now_of(context)))


@register.filter
def in_minutes(minutes: int) -> str:
    """ "one minute", "eight minutes", "12 minutes"."""
    if minutes > 9:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    number = (_("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine"))
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number[max(minutes, 1) - 1]}


def element(at: datetime, words: str) -> SafeString:
    there = timezone.localtime(at)
    exact = f"{date_in_full(there.date(), get_language())}, {there:%H:%M}"
    iso = there.isoformat(timespec="seconds")
    return SafeString(f'<time datetime="{iso}" title="{escape(exact)}">{escape(words)}</time>')


@lru_cache(maxsize=4096)
def date_in_full(there: date, language: str | None) -> str:  # noqa: ARG001
    return in_format(there, _("l j F Y"))


def short(at: datetime, now: datetime) -> str:
    there, here = timezone.localtime(at), timezone.localtime(now)
    if (here.date() - there.date()).days < 7:
        return f"{there:%H:%M}"
    return day_of_year(there.date(), there.year == here.year, get_language())


@lru_cache(maxsize=4096)
def day_of_year(there: date, this_year: bool, language: str | None) -> str:  # noqa: ARG001
    return in_format(there, _("j F") if this_year else _("j F Y"))


def lately(at: datetime, now: datetime) -> str:
    """In a list without headings: "09:12", "yesterday", "Thursday", then "12 March"."""
    there, here = timezone.localtime(at), timezone.localtime(now)
    days = (here.date() - there.date()).days
    if days == 1:
        return _("yesterday")
    return in_format(there, "l") if 1 < days < 7 else short(at, now)


def in_words(at: datetime, now: datetime) -> str:
    there, here = timezone.localtime(at), timezone.localtime(now)
    return words_for(there.date(), part(there), here.date(), get_language())


@lru_cache(maxsize=4096)
def words_for(there: date, part: int, here: date, language: str | None) -> str:
    """A day, and a part of it where it is near."""
    days = (here - there).days
    if days <= 0:
        return (
            _("early this morning"), _("this morning"), _("this afternoon"), _("this evening"), _("tonight"),
        )[part]  # fmt: skip
    if days == 1:
        return (
            _("early yesterday"), _("yesterday morning"), _("yesterday afternoon"), _("yesterday evening"),
            _("last night"),
        )[part]  # fmt: skip
    if days < 7:
        return _("on %(weekday)s") % {"weekday": in_format(there, "l")}
    return _("on %(date)s") % {"date": day_of_year(there, there.year == here.year, language)}


def part(there: datetime) -> int:
    """Which part of the day: 0 before five, morning, afternoon, evening, 4 late."""
    return sum(there.hour >= hour for hour in (5, 12, 18, 22))


def heading(at: datetime, now: datetime) -> str:
    """What stands above a day's entries: "Today", "Yesterday", "Thursday", "This month", "May 2024"."""
    return heading_of(timezone.localtime(at).date(), timezone.localtime(now).date(), get_language())


@lru_cache(maxsize=4096)
def heading_of(there: date, here: date, language: str | None) -> str:  # noqa: ARG001
    days = (here - there).days
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    if days < 7:
        return capfirst(in_format(there, "l"))  # some languages write it small, but not above a list
    if (there.year, there.month) == (here.year, here.month):
        return _("This month")
    return capfirst(in_format(there, "F" if there.year == here.year else "F Y"))


def now_of(context: Context) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()
