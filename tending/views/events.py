"""What is remembered of a member's reading: written by their own pages, shown to them, switched off, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other
from reading.asked import Asked
from reading.happened import ORIGINS

from .. import events as memory
from .. import events_page
from ..asked import number

SAYS = ("shown", "opened", "finished")  # what a page may say of itself
MOST = 200  # entries at once


@require_POST
@login_required
def seen(request: Asked) -> HttpResponse:
    """What the page's own script saw: entries that stood in view, were opened, were read to their end."""
    origin = request.POST.get("origin", "")
    now = timezone.now()
    for kind in SAYS:
        ids = [number(each) for each in request.POST.getlist(kind)[:MOST]]
        if any(ids):
            memory.notice(request.user, kind, ids, origin if origin in ORIGINS else "list", now)
    return HttpResponse(status=204)


@require_safe
@login_required
def events(request: Asked) -> HttpResponse:
    """Everything that is remembered, the newest first."""
    before, kind = number(request.GET.get("before", "")), request.GET.get("kind", "")
    context = events_page.page(request.user, before, kind)
    return render(request, "tending/events.html", context | {"now": timezone.now()})


@require_POST
@login_required
def act(request: Asked) -> HttpResponse:
    """Remember no more, remember again, forget everything."""
    match request.POST.get("act"):
        case "off":
            memory.switch(request.user, on=False)
            messages.success(request, _("Nothing more is remembered. What was stays until you delete it."))
        case "on":
            memory.switch(request.user, on=True)
            messages.success(request, _("From now on it is remembered again."))
        case "delete":
            n = memory.delete_all(request.user)
            words = ngettext("%(n)s event is deleted.", "%(n)s events are deleted.", n)
            messages.success(request, words % {"n": intcomma(n)})
    return see_other(reverse("events"))
