"""The people index: whom one learns from, by name, by their last word, by circle."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from .. import people
from ..asked import Asked
from ..models import Person

SORTS = {"name": gettext_lazy("By name"), "last": gettext_lazy("By last word"), "circle": gettext_lazy("By circle")}
STATES = {
    "well": gettext_lazy("writing"),
    "sleeping": gettext_lazy("sleeping"),
    "trouble": gettext_lazy("in trouble"),
    "new": gettext_lazy("not yet looked at"),
    "trial": gettext_lazy("on trial"),
    "paused": gettext_lazy("paused"),
    "retired": gettext_lazy("no longer followed"),
}


@require_safe
@login_required
def everybody(request: Asked) -> HttpResponse:
    asked, now = people.view(request.GET), timezone.now()
    shown = people.shown(request.user, asked, now)
    if shown.total and not shown.sections:  # a page behind the last, of when there were more
        asked = replace(asked, page=shown.pages)
        shown = people.shown(request.user, asked, now)
    letters = people.letters(request.user, asked, now) if asked.sort == "name" and shown.pages > 1 else []
    circles, tags = people.words(request.user)
    outside = _("In no circle") if asked.sort == "circle" else ""
    sections = [(circles.get(s.circle) or s.title or outside, s) for s in shown.sections]
    context = {
        "sections": sections,
        "asked": asked,
        "shown": shown,
        "letters": letters,
        "sorts": [(code, words, asked.link(sort=code)) for code, words in SORTS.items()],
        "pages": [{"number": n, "url": asked.link(page=n)} for n in shown.near(asked.page)],
        "page_number": asked.page,
        "circles": circles,
        "tags": tags,
        "kinds": Person.Kind.choices,
        "states": list(STATES.items()),
        "everybody": asked.link(q="", circle=0, tag=0, kind="", state=""),
    }
    return render(request, "network/people.html", context)
