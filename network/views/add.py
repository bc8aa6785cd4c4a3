"""The Add page: paste an address, bring a list, take the starter roster; and what is coming in."""

from __future__ import annotations

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

from ..arriving import arrival_words, arrivals, imports
from ..asked import Asked
from ..gathering import starter, taking
from ..models import Arrival, Group, Import, Person, Roster, Source
from ..naming import a_name, too_long
from ..outlining import opml
from ..outlining.listed import Listed, NotAList, Outline

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
    imports.look_up(onto(request), [Outline(written, 0)], timezone.now())
    return see_other(back(request))


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
    ids = [int(pk) for pk in request.POST.getlist("take") if pk.isdecimal() and len(pk) < 19]
    chosen = starter.some(ids)
    if not chosen:
        return again(request, starter_error=_("Nobody is ticked. Tick at least one."))
    name = _("the starter roster")
    imports.bring_in(onto(request), taking.listed(chosen, name), name, timezone.now(), by=request.user)
    return see_other(back(request))


@require_safe
@login_required
def coming(request: Asked) -> HttpResponse:
    """What is coming in: htmx asks for it every two seconds while something is; others see the whole page."""
    if is_htmx(request):
        return render(request, "network/_coming.html", lines(request, group_of(request)))
    return render(request, "network/add.html", page(request))


@require_POST
@login_required
def choose(request: Asked, pk: int) -> HttpResponse:
    found = Arrival.objects.tended_by(request.user).select_related("lookup", "roster__group")
    arrival = get_object_or_404(found, pk=pk)
    try:
        arrivals.choose(arrival, request.POST.get("url", ""), timezone.now())
    except ValueError:
        return after(request, arrival.roster, _("Choose one of the feeds first."))
    return after(request, arrival.roster)


@require_POST
@login_required
def try_again(request: Asked, pk: int) -> HttpResponse:
    found = Arrival.objects.tended_by(request.user).select_related("lookup", "source", "roster__group")
    arrival = get_object_or_404(found, pk=pk)
    arrivals.try_again(arrival, timezone.now())
    return after(request, arrival.roster)


@require_POST
@login_required
def remove(request: Asked, pk: int) -> HttpResponse:
    found = Arrival.objects.tended_by(request.user).select_related("source", "roster__group")
    arrival = get_object_or_404(found, pk=pk)
    arrivals.remove(arrival, timezone.now())
    return after(request, arrival.roster)


@require_POST
@login_required
def who(request: Asked, pk: int) -> HttpResponse:
    """Look over whoever has come in: their name, what they are, and in which circles."""
    found = Arrival.objects.tended_by(request.user).select_related("source__person", "roster__group")
    arrival = get_object_or_404(found, pk=pk)
    if arrival.source is None:
        return after(request, arrival.roster, _("Nobody has come in by this address yet."))
    typed = request.POST.get("name", "")
    name = a_name(typed)
    if why := too_long(typed) or ("" if name else _("Somebody needs a name.")):
        wrong = {"pk": pk, "name": typed, "why": why}
        context = page(request) | lines(request, arrival.roster.group) | {"who_error": wrong}
        return render(request, "network/add.html", context, status=422)
    ids = [int(i) for i in request.POST.getlist("circle") if i.isdecimal() and len(i) < 19]
    arrivals.look_over(arrival, name, request.POST.get("kind", ""), ids, timezone.now(), request.user)
    return after(request, arrival.roster)


@require_POST
@login_required
def clear(request: Asked) -> HttpResponse:
    """Put away the lines that have come in; the sources stay."""
    roster = onto(request)
    came = arrivals.on_the_way(request.user, timezone.now(), roster.group).filter(Q(stage=arrivals.Stage.IN))
    Arrival.objects.filter(pk__in=list(came.values_list("pk", flat=True))).update(dismissed=True)
    return after(request, roster)


@require_POST
@login_required
def undo_import(request: Asked, pk: int) -> HttpResponse:
    found = Import.objects.tended_by(request.user).select_related("roster__group")
    batch = get_object_or_404(found, pk=pk)
    name = batch.name
    imports.undo(batch, timezone.now(), request.user)
    return after(request, batch.roster, _("“{}” is taken back.").format(name))


# ---- what the pages are made of


def bring(request: Asked, content: bytes, name: str, field: str) -> HttpResponse:
    """Read a list and bring it in; back to the field it came from, with a reason, when it is none."""
    try:
        listed: Listed = opml.read(content)
    except NotAList as why:
        return again(request, **{f"{field}_error": str(why)})
    imports.bring_in(onto(request), listed, name, timezone.now(), by=request.user)
    return see_other(back(request))


def again(request: Asked, **errors: str) -> HttpResponse:
    """The page once more, with what was typed and what is wrong with it."""
    typed: QueryDict = request.POST
    kept = {"address": typed.get("address", ""), "addresses": typed.get("addresses", ""), **errors}
    return render(request, "network/add.html", page(request) | kept, status=422)


def after(request: Asked, roster: Roster, said: str = "") -> HttpResponse:
    """After an act on the lines of a roster."""
    context = lines(request, roster.group) | {"said": said}
    return answer(request, "network/_coming.html", context, there(roster.group))


def group_of(request: Asked) -> Group | None:
    """The group whose roster is added to, if the address names one; a 404 when the member does not curate it."""
    asked = request.GET.get("group", "")
    if not asked:
        return None
    number = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    return get_object_or_404(Group.objects.curated_by(request.user).select_related("roster"), pk=number)


def onto(request: Asked) -> Roster:
    """The roster what was brought goes onto: the member's own, or the group's."""
    group = group_of(request)
    return group.roster if group else Roster.objects.mine(request.user)


def back(request: Asked) -> str:
    return there(group_of(request))


def there(group: Group | None) -> str:
    """The page, where the lines stand."""
    return reverse("add") + (f"?group={group.pk}" if group else "") + COMING


def page(request: Asked) -> dict[str, object]:
    group = group_of(request)
    shown = lines(request, group)
    somebody_is_here = group or shown["came"] or Source.objects.of(request.user).exists()
    return {
        "starter": {} if group and group.starter else starter.by_circle(),
        "greets": not somebody_is_here,
        **shown,
    }


def lines(request: Asked, group: Group | None) -> dict[str, object]:
    now = timezone.now()
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    coming = arrivals.coming(request.user, now, page, group)
    shown = arrival_words.lines(coming.lines, now)
    return {
        "coming": coming,
        "lines": shown,
        "came": any(each.arrival.source_id for each in shown),
        "kinds": Person.Kind.choices,
        "looking": any(each.card and each.card.looking for each in shown),
        "at_add": "?at=add",
        "now": now,
        "next_page": (page or 0) + 1 if page else 1,
        "group": group,
        "onto": f"?group={group.pk}" if group else "",  # goes along with every address of the page
    }
