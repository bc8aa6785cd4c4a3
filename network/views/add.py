"""The Add page: paste an address, bring a list, take the starter roster; and what is coming in."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aggregator.finding.typed import NoAddress, normalise
from plnet.answer import answer, is_htmx, see_other

from .. import arrivals, imports, opml, starter
from ..arrival_words import line
from ..asked import Asked
from ..listed import Listed, NotAList, Outline
from ..models import Arrival, Import, Roster, Source

COMING = "#coming"  # where on the page the lines stand


@login_required
def add(request: Asked) -> HttpResponse:
    """GET shows the page; POST takes one address, or several."""
    if request.method != "POST":
        return render(request, "network/add.html", page(request))
    written = request.POST.get("address", "").strip()
    if len(written.split()) > 1:
        return bring(request, written.encode(), _("what you pasted"), "address")
    read = normalise(written)
    if isinstance(read, NoAddress):
        return again(request, address_error=read.why)
    roster = Roster.objects.mine(request.user)
    imports.look_up(roster, [Outline(written, 0)], timezone.now())
    return see_other(reverse("add") + COMING)


@require_POST
@login_required
def import_list(request: Asked) -> HttpResponse:
    """A file somebody dropped, or addresses in the text field, one a line."""
    file = request.FILES.get("file")
    written = request.POST.get("addresses", "")
    if isinstance(file, UploadedFile):
        if (file.size or 0) > opml.MAX_BYTES:
            return again(request, file_error=_("The file is larger than 10 MB. A list of feeds never is."))
        return bring(request, file.read(), file.name or "", "file")
    if not written.strip():
        return again(request, file_error=_("Choose a file first, or write addresses below, one a line."))
    return bring(request, written.encode(), _("your list"), "addresses")


@require_POST
@login_required
def take_starter(request: Asked) -> HttpResponse:
    chosen = starter.some(request.POST.getlist("take"))
    if not chosen.outlines:
        return again(request, starter_error=_("Nobody is ticked. Tick at least one."))
    imports.bring_in(Roster.objects.mine(request.user), chosen, _("the starter roster"), timezone.now())
    return see_other(reverse("add") + COMING)


@require_safe
@login_required
def coming(request: Asked) -> HttpResponse:
    """What is coming in: htmx asks for it every two seconds while something is; others see the whole page."""
    if is_htmx(request):
        return render(request, "network/_coming.html", lines(request))
    return render(request, "network/add.html", page(request))


@require_POST
@login_required
def choose(request: Asked, pk: int) -> HttpResponse:
    arrival = get_object_or_404(Arrival.objects.of(request.user).select_related("lookup", "roster"), pk=pk)
    try:
        arrivals.choose(arrival, request.POST.get("url", ""), timezone.now())
    except ValueError:
        return after(request, _("Choose one of the feeds first."))
    return after(request)


@require_POST
@login_required
def try_again(request: Asked, pk: int) -> HttpResponse:
    found = Arrival.objects.of(request.user).select_related("lookup", "source")
    arrivals.try_again(get_object_or_404(found, pk=pk), timezone.now())
    return after(request)


@require_POST
@login_required
def remove(request: Asked, pk: int) -> HttpResponse:
    arrivals.remove(get_object_or_404(Arrival.objects.of(request.user).select_related("source"), pk=pk))
    return after(request)


@require_POST
@login_required
def clear(request: Asked) -> HttpResponse:
    """Put away the lines that have come in; the sources stay."""
    now = timezone.now()
    came = arrivals.on_the_way(request.user, now).filter(Q(stage=arrivals.Stage.IN))
    Arrival.objects.filter(pk__in=list(came.values_list("pk", flat=True))).update(dismissed=True)
    return after(request)


@require_POST
@login_required
def undo_import(request: Asked, pk: int) -> HttpResponse:
    batch = get_object_or_404(Import.objects.of(request.user), pk=pk)
    name = batch.name
    imports.undo(batch)
    return after(request, _("“{}” is taken back.").format(name))


# ---- what the pages are made of


def bring(request: Asked, content: bytes, name: str, field: str) -> HttpResponse:
    """Read a list and bring it in; back to the field it came from, with a reason, when it is none."""
    try:
        listed: Listed = opml.read(content)
    except NotAList as why:
        return again(request, **{f"{field}_error": str(why)})
    imports.bring_in(Roster.objects.mine(request.user), listed, name, timezone.now())
    return see_other(reverse("add") + COMING)


def again(request: Asked, **errors: str) -> HttpResponse:
    """The page once more, with what was typed and what is wrong with it."""
    typed: QueryDict = request.POST
    kept = {"address": typed.get("address", ""), "addresses": typed.get("addresses", ""), **errors}
    return render(request, "network/add.html", page(request) | kept, status=422)


def after(request: Asked, said: str = "") -> HttpResponse:
    """After an act on the lines."""
    return answer(request, "network/_coming.html", lines(request) | {"said": said}, reverse("add") + COMING)


def page(request: Asked) -> dict[str, object]:
    return {
        "starter": starter.by_circle(),
        "greets": not Source.objects.of(request.user).exists(),
        **lines(request),
    }


def lines(request: Asked) -> dict[str, object]:
    now = timezone.now()
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    coming = arrivals.coming(request.user, now, page)
    shown: Sequence[object] = [line(arrival, now) for arrival in coming.lines]
    return {"coming": coming, "lines": shown, "now": now, "next_page": (page or 0) + 1 if page else 1}
