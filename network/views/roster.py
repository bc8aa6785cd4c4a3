"""The roster: a table a curator can work in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from aggregator.feeds import due_now
from plnet.answer import see_other

from .. import follow, opml_out, rows
from ..asked import Asked
from ..models import Circle, Person, Roster, Source

PAUSES = (7, 30, 90, 365)  # days
STATES = (
    ("well", gettext_lazy("Well")),
    ("sleeping", gettext_lazy("Sleeping")),
    ("trouble", gettext_lazy("In trouble")),
    ("new", gettext_lazy("Waiting its turn")),
    ("trial", gettext_lazy("On trial")),
    ("paused", gettext_lazy("Paused")),
    ("retired", gettext_lazy("Retired")),
)
SORTS = (
    ("name", gettext_lazy("name")),
    ("state", gettext_lazy("state, trouble first")),
    ("last", gettext_lazy("last entry")),
    ("added", gettext_lazy("newest on the roster")),
)


@require_safe
@login_required
def roster(request: Asked) -> HttpResponse:
    asked = rows.view(request.GET.dict())
    shown = rows.shown(request.user, asked, timezone.now())
    context = {
        "asked": asked,
        "shown": shown,
        "states": STATES,
        "sorts": SORTS,
        "by": {sort: asked.link(sort=sort) for sort, _words in SORTS},
        "pages": [{"number": n, "url": asked.link(page=n)} for n in range(1, shown.pages + 1)],
        "circles": list(Circle.objects.of(request.user)),
        "people": Person.objects.of(request.user).count(),
        "sources": Source.objects.of(request.user).exclude(state=Source.State.RETIRED).count(),
        "pauses": PAUSES,
        "query": asked.link(page=asked.page),
    }
    return render(request, "network/roster.html", context)


@require_POST
@login_required
def act(request: Asked) -> HttpResponse:
    """Do one thing to every row picked, or to all that the view speaks of."""
    asked = rows.view(request.GET.dict())
    now = timezone.now()
    sources = picked(request, asked, now)
    said = do(request, sources, now) if sources else _("Pick some rows first.")
    messages.success(request, said)
    return see_other(reverse("roster") + asked.link(page=asked.page).removesuffix("?"))


@require_safe
@login_required
def export_opml(request: Asked) -> HttpResponse:
    mine = Roster.objects.of(request.user).first()
    if mine is None:  # an account made by a command that has not followed anybody yet
        return redirect("add")
    content = opml_out.write(mine, timezone.now())
    response = HttpResponse(content, content_type="text/x-opml; charset=utf-8")
    name = f"plnet-{timezone.localdate():%Y-%m-%d}.opml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def picked(request: Asked, asked: rows.View, now: datetime) -> list[Source]:
    """The sources ticked; with `all`, every one the view speaks of, on whatever page."""
    if request.POST.get("all"):
        return list(rows.matching(request.user, asked, now))
    ids = [int(pk) for pk in request.POST.getlist("pick") if pk.isdecimal() and len(pk) < 19]
    return list(Source.objects.of(request.user).filter(pk__in=ids).select_related("person"))


def do(request: Asked, sources: Sequence[Source], now: datetime) -> str:
    """Do what was asked; what was done, in a sentence."""
    n = len(sources)
    match request.POST.get("act", ""):
        case "pause":
            asked = request.POST.get("days", "")
            days = next((days for days in PAUSES if str(days) == asked), 30)
            follow.turn(sources, Source.State.PAUSED, now, until=now + timedelta(days=days))
            return ngettext("%(n)d paused, for %(days)d days.", "%(n)d paused, for %(days)d days.", n) % {
                "n": n,
                "days": days,
            }
        case "retire":
            follow.turn(sources, Source.State.RETIRED, now, reason=request.POST.get("reason", ""))
            return ngettext("%(n)d retired. What you kept stays.", "%(n)d retired. What you kept stays.", n) % {
                "n": n
            }
        case "back":
            follow.turn(sources, Source.State.FOLLOWING, now)
            return ngettext("%(n)d followed again.", "%(n)d followed again.", n) % {"n": n}
        case "ask":
            when = due_now([source.feed_id for source in sources], now)
            soon = sum(1 for at in when.values() if at and at <= now)
            return _("%(soon)d are being asked now; the others when manners allow.") % {"soon": soon}
        case "circle":
            return put_in_circle(request, sources)
    return _("Choose what to do with them.")


def put_in_circle(request: Asked, sources: Sequence[Source]) -> str:
    name = follow.a_name(request.POST.get("new_circle", "")) or follow.a_name(request.POST.get("circle", ""))
    if not name:
        return _("Choose a circle, or write the name of a new one.")
    circle = follow.make_circles(Roster.objects.mine(request.user), [name])[name]
    circle.people.add(*{source.person_id for source in sources})
    return _("%(n)d are in “%(circle)s” now.") % {"n": len({s.person_id for s in sources}), "circle": name}
