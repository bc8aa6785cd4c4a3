"""Lists: the river, Skim, Listen and Watch, a circle's, a tag's, a person's, and what was kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from network.gathering import mutes, proposal_words
from network.models import Circle, Group, Person, Source
from plnet.answer import is_htmx

from .. import undoing
from ..asked import DENSITIES, Asked, Where, read_cursor, tags_of, view_of, where
from ..by_person import one_voice
from ..kept import kept_page
from ..listing import fill, listing, page_of
from ..shown import Cursor
from .films import with_films

if TYPE_CHECKING:
    from network.models import User


@require_safe
@login_required
def home(request: Asked) -> HttpResponse:
    """To today's edition, or the river for who wants none; who follows nobody yet to what their groups read, and
    without any to adding somebody."""
    if Source.objects.of(request.user).followed().exists():
        return redirect("today" if request.user.minutes else "river")
    groups = Group.objects.of(request.user).filter(starter=False)[:2]
    if len(groups) == 1:
        return redirect("group_river", groups[0].pk)
    return redirect("groups" if groups else "add")


@require_safe
@login_required
def river(request: Asked) -> HttpResponse:
    there = where("river", 0, request.GET, request.user)
    return list_page(request, there, "reading/river.html", {})


@require_safe
@login_required
def skim(request: Asked) -> HttpResponse:
    words = {"title": _("Skim"), "says": _("Short posts without a title, set close.")}
    return list_page(request, where("skim", 0, request.GET, request.user), "reading/kind.html", words)


@require_safe
@login_required
def listen(request: Asked) -> HttpResponse:
    words = {"title": _("Listen"), "says": _("Podcasts, and whatever else there is to hear.")}
    there = where("listen", 0, request.GET, request.user)
    return with_films(list_page(request, there, "reading/kind.html", words | {"plays": True}))


@require_safe
@login_required
def watch(request: Asked) -> HttpResponse:
    words = {"title": _("Watch"), "says": _("Films your people made.")}
    there = where("watch", 0, request.GET, request.user)
    return with_films(list_page(request, there, "reading/kind.html", words | {"plays": True}))


@require_safe
@login_required
def tag_river(request: Asked, pk: int) -> HttpResponse:
    """What the people and sources with a tag publish."""
    tag = get_object_or_404(tags_of(request.user), pk=pk)
    words = {"title": tag.name, "says": _("What everybody with this tag publishes, newest first."), "tag": tag}
    return list_page(request, where("tag", pk, request.GET, request.user), "reading/kind.html", words)


@require_safe
@login_required
def circle_river(request: Asked, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.of(request.user), pk=pk)
    there = where("circle", pk, request.GET, request.user)
    return list_page(request, there, "reading/circle.html", {"circle": circle})


@require_safe
@login_required
def group_river(request: Asked, pk: int) -> HttpResponse:
    """What a group's roster brings, as one member of it reads it."""
    group = get_object_or_404(proposal_words.groups_of(request.user), pk=pk)
    there = where("group", pk, request.GET, request.user)
    context = {"group": group, "muted": mutes.muted(request.user, group)}
    return list_page(request, there, "reading/group.html", context)


@require_safe
@login_required
def person_river(request: Asked, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.read_by(request.user), pk=pk)
    there = where("person", pk, request.GET, request.user)
    return list_page(request, there, "reading/person.html", {"person": person})


@require_safe
@login_required
def kept(request: Asked) -> HttpResponse:
    before, density = read_cursor(request.GET.get("before", "")), request.GET.get("density", "")
    density = density if density in DENSITIES else request.user.density
    return render(request, "reading/kept.html", kept_page(request.user, before, density, timezone.now()))


@require_safe
@login_required
def more(request: Asked) -> HttpResponse:
    """Every other place, for the thumb."""
    return render(request, "reading/more.html")


def list_page(
    request: Asked, there: Where, template: str, context: Mapping[str, object], only: Source | None = None
) -> HttpResponse:
    """A list's whole page; to htmx, which asks for older rows or somebody's further ones, only these."""
    before, opened = read_cursor(request.GET.get("before", "")), named(request.GET.get("open", ""))
    if is_htmx(request) and opened and there.by == "person":
        response = render(request, "reading/_voice.html", one_opened(request.user, there, opened, before))
    else:
        shown = listing(request.user, there, before, timezone.now(), request.GET.get("day", ""), only, opened)
        if is_htmx(request) and before:
            response = render(request, "reading/_more.html", shown)
        else:
            undo = undoing.last_act(request.user) if "undo" in request.GET else None
            response = render(request, template, {**context, **shown, "undo": undo})
    patch_vary_headers(response, ["HX-Request"])
    return response


def one_opened(user: User, there: Where, person: int, before: Cursor | None) -> dict[str, object]:
    """One person's row with their further entries; 404 where nothing of theirs is in the list."""
    voice = one_voice(view_of(there, user), person)
    if voice is None:
        raise Http404
    fill(there, [voice.shown, *voice.opened])
    return {"voice": voice, "there": there, "this_page": page_of(there, before), "now": timezone.now()}


def named(text: str) -> int:
    """The id in an address; 0 where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
