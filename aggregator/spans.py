"""Spans, rhythms and moments in words a person uses."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as in_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH = 30.44 * DAY
YEAR = 365.25 * DAY
RHYTHMS = (  # entries a day, at least
    (5, gettext_lazy("many times a day")),
    (1.5, gettext_lazy("several times a day")),
    (0.7, gettext_lazy("about daily")),
    (0.25, gettext_lazy("several times a week")),
    (0.1, gettext_lazy("about weekly")),
    (0.05, gettext_lazy("about every two weeks")),
    (0.02, gettext_lazy("about monthly")),
    (0.005, gettext_lazy("every few months")),
    (0.002, gettext_lazy("about yearly")),
)
SELDOM = gettext_lazy("less than once a year")


def span(time: timedelta) -> str:
    """How long: "40 minutes", "3 hours", "9 days", "5 weeks", "7 months", "2 years"."""
    if time < 90 * MINUTE:
        n = max(1, round(time / MINUTE))
        return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
    if time < 2 * DAY:
        n = round(time / HOUR)
        return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}
    if time < 14 * DAY:
        n = round(time / DAY)
        return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}
    if time < 2 * MONTH:
        n = round(time / (7 * DAY))
        return ngettext("%(n)d week", "%(n)d weeks", n) % {"n": n}
    if time < 2 * YEAR:
        n = round(time / MONTH)
        return ngettext("%(n)d month", "%(n)d months", n) % {"n": n}
    n = round(time / YEAR)
    return ngettext("%(n)d year", "%(n)d years", n) % {"n": n}


def how_often(per_day: float) -> str:
    """A rhythm, from entries a day: "about weekly". Empty when there is none."""
    return str(next((name for least, name in RHYTHMS if per_day >= least), SELDOM)) if per_day > 0 else ""


def before(then: datetime, now: datetime) -> str:
    """A moment that was: "today", "yesterday", "on Thursday", "in May", "in May 2024"."""
    there, here = timezone.localtime(then), timezone.localtime(now)
    days = (here.date() - there.date()).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 7:
        return _("on %(weekday)s") % {"weekday": in_format(there, "l")}
    if (there.year, there.month) == (here.year, here.month):
        return _("this month")
    if days < 330:
        return _("in %(month)s") % {"month": in_format(there, "F")}
    return _("in %(month)s") % {"month": in_format(there, "F Y")}


def ahead(then: datetime, now: datetime) -> str:
    """A moment to come: "in 40 minutes", "in 3 hours", "tomorrow", "on Thursday", "on 3 December"."""
    there, here = timezone.localtime(then), timezone.localtime(now)
    days = (there.date() - here.date()).days
    if then - now < 12 * HOUR:
        return _("in %(span)s") % {"span": span(then - now)}
    if days == 0:
        return _("later today")
    if days == 1:
        return _("tomorrow")
    if days < 7:
        return _("on %(weekday)s") % {"weekday": in_format(there, "l")}
    return _("on %(date)s") % {"date": in_format(there, _("j F"))}
