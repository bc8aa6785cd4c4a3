"""Goals: the list, one goal, putting things in, its end, its Markdown, and opening it again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from network.models import Person
from network.naming import a_name
from plnet.answer import see_other
from reading.asked import Asked

from ..asked import number
from ..goals import as_markdown, keeping
from ..goals.keeping import Typed, Unclear
from ..goals.page import page
from ..models import Goal


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goals(request: Asked) -> HttpResponse:
    """All of them; POST makes one."""
    if request.method == "POST":
        made = Goal(user=request.user, made_at=timezone.now())
        return written(request, made)
    return listed(request, Typed(), None)


def written(request: Asked, goal: Goal) -> HttpResponse:
    """What was typed, kept; with why not, where it could not be."""
    typed = Typed(*(request.POST.get(name, "") for name in ("name", "until", "why")))
    try:
        keeping.write(goal, typed, timezone.localdate())
    except Unclear as unclear:
        return listed(request, typed, unclear) if goal.pk is None else one(request, goal, typed, unclear)
    return see_other(reverse("goal", args=[goal.pk]))


def listed(request: Asked, typed: Typed, unclear: Unclear | None) -> HttpResponse:
    mine = list(Goal.objects.of(request.user))
    context = {
        "open": [goal for goal in mine if not goal.closed_at],
        "closed": [goal for goal in mine if goal.closed_at],
        "typed": typed,
        "unclear": unclear,
        "today": timezone.localdate(),
    }
    return render(request, "tending/goals.html", context, status=422 if unclear else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goal(request: Asked, pk: int) -> HttpResponse:
    """One goal, open or closed; POST changes its name, its end, what it is for."""
    found = of(request, pk)
    if request.method == "POST":
        return written(request, found)
    return one(request, found, Typed(found.name, found.until.isoformat(), found.why), None)


def of(request: Asked, pk: int) -> Goal:
    return get_object_or_404(Goal.objects.of(request.user).select_related("user"), pk=pk)


def one(request: Asked, found: Goal, typed: Typed, unclear: Unclear | None) -> HttpResponse:
    context = page(found, timezone.localdate()) | {"typed": typed, "unclear": unclear, "now": timezone.now()}
    return render(request, "tending/goal.html", context, status=422 if unclear else 200)


@require_POST
@login_required
def hold(request: Asked, pk: int) -> HttpResponse:
    """Put somebody or something into it, or take it out."""
    found, kind = of(request, pk), request.POST.get("kind", "")
    if "out" in request.POST:
        keeping.take_out(found, kind, number(request.POST["out"]))
        return see_other(reverse("goal", args=[pk]))
    ids = [number(each) for each in request.POST.getlist("what")[: keeping.MOST]]
    if name := a_name(request.POST.get("name", "")):
        ids += Person.objects.of(request.user).filter(name__iexact=name).values_list("pk", flat=True)
        if not ids:
            messages.info(request, _("Nobody on your roster has that name."))
    keeping.put_in(found, kind, ids, timezone.now())
    return see_other(reverse("goal", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def end(request: Asked, pk: int) -> HttpResponse:
    """Its end: the notes, whom to thank, whom to keep. POST closes it."""
    found = of(request, pk)
    if request.method != "POST":
        return render(request, "tending/goal_end.html", page(found, timezone.localdate()))
    everybody = {number(each) for each in request.POST.getlist("person")}
    kept = {number(each) for each in request.POST.getlist("keep")}
    keeping.close(found, request.POST.get("summary", ""), everybody - kept, timezone.now())
    messages.success(request, _("“%(goal)s” is closed. It can be opened again as it was.") % {"goal": found.name})
    return see_other(reverse("goal", args=[pk]))


@require_POST
@login_required
def reopen(request: Asked, pk: int) -> HttpResponse:
    """As it was before its end."""
    found = of(request, pk)
    for refused in keeping.reopen(found, timezone.now()):
        messages.info(request, refused)
    return see_other(reverse("goal", args=[pk]))


@require_safe
@login_required
def markdown(request: Asked, pk: int) -> HttpResponse:
    """All of it as a file."""
    found = of(request, pk)
    text = as_markdown.as_markdown(page(found, timezone.localdate()))
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(found.name) or "goal"}.md"'
    return response
