"""The mix: who takes the minutes, how many circles the reading comes from, who alone links to one. No score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.models import Circle, Roster, Source
from plnet.templatetags.times import in_words

from .budget.roster import Budget, alone_in_a_circle
from .models import Event
from .reviewing.evidence import OPENS, WINDOW

if TYPE_CHECKING:
    from network.models import User

NAMED = 3  # people, bridges


@dataclass(frozen=True, slots=True)
class Mix:
    """What two sentences are made of."""

    most: Sequence[str] = ()  # who takes the most minutes
    part: int = 0  # of all minutes, in percent
    circles: int = 0  # there are
    read: int = 0  # of these the reading of the last half year came from so many
    bridges: Sequence[tuple[str, str]] = ()  # a person, and the circle they alone link to
    newest: datetime | None = None  # when somebody came last


def mix(user: User, roster: Roster, budget: Budget, now: datetime) -> Mix:
    """Four queries."""
    most = [share for share in budget.people[:NAMED] if share.minutes >= 1]
    part = round(100 * sum(share.minutes for share in most) / budget.expected) if budget.expected else 0
    opened = Event.objects.of(user).filter(kind__in=OPENS, at__gte=now - WINDOW, at__lte=now).values("feed")
    followed = Source.objects.filter(roster=roster).followed()
    read_from = followed.filter(feed__in=opened).values("person")
    circles = Circle.objects.filter(roster=roster)
    names = {share.pk: share.name for share in budget.people}
    alone = {names[pk]: some for pk, some in alone_in_a_circle(roster).items() if pk in names}
    bridges = [(name, circle) for name, some in alone.items() for circle in some]
    return Mix(
        [share.name for share in most],
        part,
        circles.count(),
        circles.filter(people__in=read_from).distinct().count(),
        bridges,
        followed.aggregate(at=Max("created_at"))["at"],
    )


def sentences(mix: Mix, now: datetime) -> list[str]:
    """Two, where there is something to say in them."""
    first = [said for said in (takers(mix), circles(mix)) if said]
    second = [said for said in (bridges(mix), newest(mix, now)) if said]
    return [" ".join(some) for some in (first, second) if some]


def takers(mix: Mix) -> str:
    if not mix.most:
        return ""
    who = {"who": get_text_list(list(mix.most), _("and")), "part": mix.part}
    words = ngettext(
        "Of the minutes your roster asks for, %(who)s takes %(part)d %%.",
        "Of the minutes your roster asks for, %(who)s take %(part)d %%.",
        len(mix.most),
    )
    return words % who


def circles(mix: Mix) -> str:
    if mix.circles < 2:
        return ""
    words = _("What you opened in the last half year came from %(read)d of your %(all)d circles.")
    return words % {"read": mix.read, "all": mix.circles}


def bridges(mix: Mix) -> str:
    """Who is the only one left in a circle; where one circle is all there is, nobody is a link to it."""
    if not mix.bridges or mix.circles < 2:
        return ""
    said = [_("%(name)s to “%(circle)s”") % {"name": name, "circle": circle} for name, circle in mix.bridges]
    if more := len(said) - NAMED:
        said[NAMED:] = [ngettext("one other", "%(n)d others", more) % {"n": more}] if more > 0 else []
    return _("Some people alone link you to a circle: %(who)s.") % {"who": get_text_list(said, _("and"))}


def newest(mix: Mix, now: datetime) -> str:
    if mix.newest is None or mix.newest > now:
        return ""
    return _("The last new voice came %(when)s.") % {"when": in_words(mix.newest, now)}
