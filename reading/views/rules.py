"""Rules: the list, the form with its preview, what was done and taking it back, what is hidden, what was told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aggregator import arrived
from aggregator.models import Entry
from plnet.answer import see_other

from .. import doing, order
from ..asked import Asked
from ..governing import rule_form, rule_page, rules, ruling
from ..governing.rule_form import Checked, number
from ..models import Rule
from ..opening.entry_page import entries_of

SHOWN = ("GET", "HEAD", "POST")


@require_safe
@login_required
def all_rules(request: Asked) -> HttpResponse:
    return render(request, "reading/rules.html", rule_page.all_rules(request.user))


@require_http_methods(SHOWN)
@login_required
def new(request: Asked) -> HttpResponse:
    """The form, empty or about what the page was about that led here; tried out, or saved."""
    if request.method != "POST":
        checked = rule_form.check(request.user, rule_form.draft_about(request.user, request.GET))
        return form(request, Checked(checked.draft, checked.rule, checked.names))
    checked = rule_form.check(request.user, rule_form.typed(request.POST))
    if checked.wrong or request.POST.get("act") == "try":
        return form(request, checked)
    now = timezone.now()
    try:
        made = rules.make(request.user, checked.rule, arrived.upto(now), now)
    except rules.CannotSave as why:
        return form(request, checked, why=str(why))
    return saved(request, made)


@require_http_methods(SHOWN)
@login_required
def rule(request: Asked, pk: int) -> HttpResponse:
    """One rule: to be changed, and what it did."""
    found = get_object_or_404(rules.of(request.user), pk=pk)
    if request.method != "POST":
        checked = rule_form.check(request.user, rule_form.draft_of(found))
        place = {name: why for name, why in checked.wrong.items() if name == "where"}
        return form(request, Checked(checked.draft, checked.rule, checked.names, place), found, refused=False)
    checked = rule_form.check(request.user, rule_form.typed(request.POST))
    if checked.wrong or request.POST.get("act") == "try":
        return form(request, checked, found)
    try:
        rules.change(found, checked.rule, request.POST.get("version", ""))
    except rules.CannotSave as why:
        return form(request, checked, found, why=str(why))
    return saved(request, found)


def saved(request: Asked, made: Rule) -> HttpResponse:
    """To the rule; on what is here already it is done where that is wanted."""
    if "again" in request.POST:
        again(request, made)
    else:
        messages.success(request, _("Saved. It looks at every piece that comes from now on."))
    return see_other(reverse("rule", args=[made.pk]))


def again(request: Asked, made: Rule) -> None:
    ruling.apply_again(made, timezone.now())
    if made.enabled:
        messages.success(request, _("Done to the newest pieces. It now goes through everything that is stored."))
    else:
        messages.success(request, _("Done to the newest pieces, and to these alone: the rule is switched off."))


def form(
    request: Asked, checked: Checked, found: Rule | None = None, *, why: str = "", refused: bool = True
) -> HttpResponse:
    """The page with the form as it was typed; tried, with what the rule would do."""
    looked = None
    if request.POST.get("act") == "try" and not checked.wrong:
        looked = ruling.preview(request.user, checked.rule, checked.names)
    context = rule_page.form_page(checked, looked) | {"why": why, "now": timezone.now(), "rule": found}
    if found:
        context["version"] = rules.version(found)
        context |= rule_page.did(request.user, found, number(request.GET.get("before", ""))) if not looked else {}
    wrong = refused and bool(checked.wrong or why)
    return render(request, "reading/rule.html", context, status=422 if wrong else 200)


@require_POST
@login_required
def act(request: Asked, pk: int) -> HttpResponse:
    """On, off, up, down; done again to what is here, taken back, deleted."""
    found = get_object_or_404(rules.of(request.user).select_related("user"), pk=pk)
    now = timezone.now()
    match request.POST.get("act"):
        case "on" | "off" as way:
            rules.switch(found, way == "on", arrived.upto(now))
        case "up" | "down" as way:
            order.shift(found, -1 if way == "up" else 1)
        case "again":
            again(request, found)
            return see_other(reverse("rule", args=[pk]))
        case "back":
            said(request, rules.take_back_all(found, arrived.upto(now), now))
            return see_other(reverse("rule", args=[pk]))
        case "delete" | "delete_back" as way:
            rules.delete(found, way == "delete_back", now)
            messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
    return see_other(reverse("rules"))


def said(request: Asked, count: int) -> None:
    words = ngettext("%(n)d thing it did is taken back.", "%(n)d things it did are taken back.", count)
    messages.success(request, words % {"n": count} if count else _("There was nothing to take back."))


@require_POST
@login_required
def take_back(request: Asked, pk: int) -> HttpResponse:
    """What a rule did to one entry."""
    found = get_object_or_404(rules.of(request.user), pk=pk)
    acts = found.done.filter(entry=number(request.POST.get("entry", "")))
    said(request, doing.take_back(request.user, acts, timezone.now()))
    return see_other(reverse("rule", args=[pk]) + "#did")


@require_safe
@login_required
def hidden(request: Asked) -> HttpResponse:
    """What rules hide, each with the rule, and the way back."""
    return paged(request, "reading/rules_hidden.html", rule_page.hidden_page)


@require_POST
@login_required
def show(request: Asked, pk: int) -> HttpResponse:
    """Show a hidden entry again; one that is shown already stays so."""
    hidden = doing.hidden(request.user).values("entry")
    theirs = Q(pk__in=hidden) | Q(pk__in=entries_of(request.user).values("pk"))
    found = get_object_or_404(Entry.objects.filter(theirs), pk=pk)
    doing.show(request.user, found, timezone.now())
    messages.success(request, _("It stands in your lists again."))
    return see_other(reverse("entry", args=[pk]) if request.POST.get("from") == "entry" else reverse("hidden"))


@require_http_methods(SHOWN)
@login_required
def noticed(request: Asked) -> HttpResponse:
    """What rules were to tell of; seen when its reader says so."""
    if request.method == "POST":
        rules.heard(request.user, number(request.POST.get("top", "")), timezone.now())
        return see_other(reverse("rules_noticed"))
    return paged(request, "reading/rules_noticed.html", rule_page.noticed_page)


def paged(request: Asked, template: str, page: Any) -> HttpResponse:
    context = page(request.user, number(request.GET.get("before", "")))
    return render(request, template, context | {"now": timezone.now()})
