"""Acts upon many: above read, below read, all read, and taking the last one back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from plnet.answer import answer, is_htmx, see_other

from .. import marks, undoing
from ..asked import Asked, Where, from_key, own_view, read_cursor
from ..kept import shown as shown_here
from ..listing import listing
from ..models import Undo
from ..opening.entry_page import entries_of
from ..shown import Cursor, View
from . import search

MOST = 200  # entries marked at once in passing


@require_POST
@login_required
def above_read(request: Asked) -> HttpResponse:
    """Everything in a list from its top down to a place."""
    return part_read(request, marks.read_above)


@require_POST
@login_required
def below_read(request: Asked) -> HttpResponse:
    """Everything in a list that is older than a place."""
    return part_read(request, marks.read_below)


def part_read(request: Asked, read: Callable[[View, Cursor, int, str, datetime], Undo | None]) -> HttpResponse:
    there, here = from_key(request.POST.get("in", ""), request.user), read_cursor(request.POST.get("here", ""))
    if here is None:
        raise Http404
    undo = read(own_view(there, request.user), here, top(request), "", timezone.now())
    if undo:
        n = len(undo.inserted) + len(undo.marks)
        undo.words = ngettext("%(n)d marked as read.", "%(n)d marked as read.", n) % {"n": n}
        undo.save(update_fields=["words"])
    return list_again(request, there, undo)


@require_POST
@login_required
def all_read(request: Asked) -> HttpResponse:
    """Everything in a list that was there when it was shown."""
    there = from_key(request.POST.get("in", ""), request.user)
    undo = marks.read_all(own_view(there, request.user), top(request), _("All marked as read."), timezone.now())
    return list_again(request, there, undo)


@require_POST
@login_required
def scrolled_read(request: Asked) -> HttpResponse:
    """What was scrolled past; what was so just before is part of the same undo."""
    ids = [int(pk) for pk in request.POST.getlist("entry")[:MOST] if pk.isascii() and pk.isdigit() and len(pk) < 19]
    last = undoing.last_act(request.user)
    joined = last if last and str(last.pk) == request.POST.get("joined") else None
    act = marks.read_these(request.user, ids, timezone.now(), joined)
    if act:
        n = len(act.inserted) + len(act.marks)
        act.words = ngettext("%(n)d read in passing.", "%(n)d read in passing.", n) % {"n": n}
        act.save(update_fields=["words"])
    there = from_key(request.POST.get("in", ""), request.user)
    rows = [each for each in shown_here(request.user, ids) if each.source]
    context = {"there": there, "rows": rows, "undo": act, "in_passing": True, "now": timezone.now()}
    return answer(request, "reading/_scrolled.html", context, there.link(undo=act.pk) if act else there.link())


@require_POST
@login_required
def pass_over(request: Asked, pk: int) -> HttpResponse:
    """An entry is not for the member; to be taken back like every other act."""
    found = get_object_or_404(entries_of(request.user), pk=pk)
    act = marks.pass_over(request.user, found, _("Not for you: it is read, and remembered."), timezone.now())
    there = from_key(request.POST.get("in", ""), request.user)
    return see_other(there.link(undo=act.pk))


@require_POST
@login_required
def undo(request: Asked, pk: int) -> HttpResponse:
    """Take back the last act; an older one cannot be taken back alone."""
    act = get_object_or_404(Undo.objects.filter(user=request.user), pk=pk)
    if act != undoing.last_act(request.user):
        raise Http404
    undoing.take_back(act)
    return list_again(request, from_key(request.POST.get("in", ""), request.user), None)


def list_again(request: Asked, there: Where, act: Undo | None) -> HttpResponse:
    """The list as it is now, and the way back."""
    if request.POST.get("from") == "search":
        return search.again(request, act)
    if there.kind == "today":
        return today_again(request, there, act)
    context = listing(request.user, there, None, timezone.now())
    to = there.link(undo=act.pk) if act else there.link()
    return answer(request, "reading/_list_again.html", {**context, "undo": act}, to)


def today_again(request: Asked, there: Where, act: Undo | None) -> HttpResponse:
    """An edition is one page, and comes anew as one."""
    to = there.link(undo=act.pk) if act else there.link()
    return HttpResponse(headers={"HX-Redirect": to}) if is_htmx(request) else see_other(to)


def top(request: Asked) -> int:
    """The highest entry id there was when the list was shown."""
    said = request.POST.get("top", "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Http404
    return int(said)
