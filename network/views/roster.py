"""Rosters as tables a curator can work in: one's own, and those of groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from aggregator.models import Feed
from plnet.answer import see_other

from .. import acts, rows, watch
from ..asked import Asked
from ..models import Membership, Roster, Source
from ..outlining import opml_out
from ..remembering.offering import said

STATES = (
    ("well", _("Well")),
    ("sleeping", _("Sleeping")),
    ("trouble", _("In trouble")),
    ("loud", _("Louder than before")),
    ("moved", _("Moved house")),
    ("new", _("Waiting its turn")),
    ("trial", _("On trial")),
    ("paused", _("Paused")),
    ("retired", _("Retired")),
)
SORTS = (
    ("name", _("name")),
    ("state", _("state, trouble first")),
    ("last", _("last entry")),
    ("often", _("entries a week")),
    ("added", _("newest on the roster")),
)


@require_safe
@login_required
def roster(request: Asked) -> HttpResponse:
    mine = Roster.objects.of(request.user).annotate(persons=Count("people")).first()
    return page(request, mine or Roster(pk=0), may_change=True)


@require_safe
@login_required
def group_roster(request: Asked, pk: int) -> HttpResponse:
    """A group's roster: its curators work in it, its members look at it."""
    curates = Membership.objects.filter(user=request.user, role=Membership.Role.CURATOR, group=OuterRef("group"))
    there = Roster.objects.seen_by(request.user).annotate(persons=Count("people"), curated=Exists(curates))
    found = get_object_or_404(there.select_related("group"), group__pk=pk)
    return page(request, found, may_change=bool(found.curated))  # type: ignore[attr-defined]  # annotated


@require_POST
@login_required
def act(request: Asked) -> HttpResponse:
    """Do one thing to every row picked, or to all that the view speaks of."""
    return acted(request, Roster.objects.mine(request.user))


@require_POST
@login_required
def group_act(request: Asked, pk: int) -> HttpResponse:
    """The same on a group's roster, for its curators."""
    there = Roster.objects.tended_by(request.user).select_related("group")
    return acted(request, get_object_or_404(there, group__pk=pk))


@require_POST
@login_required
def take(request: Asked, pk: int) -> HttpResponse:
    """Take what the site of a lost feed offers in its place."""
    source = get_object_or_404(Source.objects.tended_by(request.user).select_related("roster", "person"), pk=pk)
    done = acts.take_offer(source, request.user, timezone.now())
    said(request, done.words, done.change)
    return see_other(where(source.roster))


@require_POST
@login_required
def notices_seen(request: Asked) -> HttpResponse:
    """A member has read what happened; back to where they read it."""
    ids = [int(pk) for pk in request.POST.getlist("notice")[:100] if pk.isdecimal() and len(pk) < 19]
    watch.put_away(request.user, ids, timezone.now())
    back = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return see_other(iri_to_uri(back) if here else reverse("roster"))


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


def acted(request: Asked, found: Roster) -> HttpResponse:
    """Back to the view it was done in; with what was picked and written where it could not be done."""
    asked, now = rows.view(request.GET.dict()), timezone.now()
    form = request.POST.dict()
    sources = acts.picked(found, rows.matching(found, asked, now), form, request.POST.getlist("pick"))
    try:
        done = acts.do(acts.Asked(found, sources, form, request.user, now))
    except acts.Unclear as unclear:
        return page(request, found, may_change=True, form=form, unclear=unclear)
    said(request, done.words, done.change)
    return see_other(where(found) + asked.here.removesuffix("?"))


def where(found: Roster, act: str = "") -> str:
    """The address of a roster's table, or of its form."""
    if found.group_id:
        return reverse(f"group_roster{act}", args=[found.group_id])
    return reverse(f"roster{act}")


def page(
    request: Asked,
    found: Roster,
    *,
    may_change: bool,
    form: Mapping[str, str] | None = None,
    unclear: acts.Unclear | None = None,
) -> HttpResponse:
    asked, now = rows.view(request.GET.dict()), timezone.now()
    summary = watch.summary(found, now)
    shown = rows.shown(found, asked, now, summary.total(asked))
    if shown.total and not shown.rows:  # a page behind the last, of when there were more
        asked = replace(asked, page=shown.pages)
        shown = rows.shown(found, asked, now, shown.total)
    context = {
        "roster": found,
        "may_change": may_change,
        "asked": asked,
        "shown": shown,
        "summary": summary,
        "persons": getattr(found, "persons", None),
        "states": STATES,
        "sorts": SORTS,
        "kinds": Feed.Kind.choices,
        "by": {sort: asked.link(sort=sort) for sort, _words in SORTS},
        "pages": [{"number": n, "url": asked.link(page=n)} for n in shown.near(asked.page)],
        "page_number": asked.page,
        "here": where(found),
        "act": where(found, "_act") + asked.here.removesuffix("?"),
        "ticked": {int(pk) for pk in request.POST.getlist("pick") if pk.isdecimal() and len(pk) < 19},
        "form": form or {"until": f"{timezone.localdate() + acts.TRIAL:%Y-%m-%d}", "days": "30"},
        "unclear": unclear,
        "pauses": acts.PAUSES,
    }
    return render(request, "network/roster.html", context, status=422 if unclear else 200)
