"""Groups: those of a member, one of them, how it is made and described, and taking from its roster."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other

from ..asked import Asked
from ..gathering import group_page, groups, leaving, taking
from ..gathering.groups import Refused
from ..models import Group, Roster
from ..models.person import SourceSet
from ..naming import NO_NAME, a_name
from ..remembering.offering import said

ABOUT = 20_000  # characters

if TYPE_CHECKING:
    Form = forms.ModelForm[Group]
else:
    Form = forms.ModelForm


class Description(Form):
    """What a group is called, what it is for, who may come in and who may read its roster."""

    about = forms.CharField(
        label=gettext_lazy("What it is for"),
        required=False,
        max_length=ABOUT,
        widget=forms.Textarea,
        help_text=gettext_lazy("Markdown. Whoever may know of the group reads this first."),
    )

    class Meta:
        model = Group
        fields = ("name", "about", "joining", "public")
        widgets = {"joining": forms.RadioSelect}
        labels = {
            "name": gettext_lazy("Name"),
            "joining": gettext_lazy("Who comes in"),
            "public": gettext_lazy("Anybody on the web may read its roster"),
        }

    def clean_name(self) -> str:
        name = a_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("A group needs a name."))
        return name

    def clean_about(self) -> str:
        about: str = self.cleaned_data["about"]
        return "\n".join(NO_NAME.sub("", line) for line in about.splitlines())


@require_safe
@login_required
def index(request: Asked) -> HttpResponse:
    return render(request, "network/groups.html", group_page.index(request.user, timezone.now()))


@login_required
def new(request: Asked) -> HttpResponse:
    """GET shows the form; POST makes the group."""
    form = Description(request.POST or None, initial={"joining": Group.Joining.INVITED})
    if request.method == "POST" and form.is_valid():
        try:
            made = groups.make(request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as why:
            form.add_error("name", str(why))
        else:
            return see_other(reverse("group", args=[made.pk]))
    status = 422 if request.method == "POST" else 200
    return render(request, "network/group_form.html", {"form": form}, status=status)


@require_safe
@login_required
def group(request: Asked, pk: int) -> HttpResponse:
    now = timezone.now()
    found = get_object_or_404(group_page.known(request.user, now), pk=pk)
    return render(request, "network/group.html", group_page.page(found, request.user, now))


@login_required
def edit(request: Asked, pk: int) -> HttpResponse:
    """GET shows what the group says of itself; POST keeps it."""
    found = get_object_or_404(Group.objects.curated_by(request.user), pk=pk)
    form = Description(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        Group.objects.filter(pk=pk).update(**form.cleaned_data)
        messages.success(request, _("Kept."))
        return see_other(reverse("group", args=[pk]))
    named = get_object_or_404(Group.objects.only("name"), pk=pk)  # what was typed is in the form's instance by now
    return render(
        request, "network/group_form.html", {"form": form, "group": named}, status=422 if form.errors else 200
    )


@login_required
def delete(request: Asked, pk: int) -> HttpResponse:
    """GET says what goes; POST deletes the group."""
    found = get_object_or_404(Group.objects.curated_by(request.user).select_related("roster"), pk=pk)
    if request.method == "POST" and request.POST.get("sure"):
        with suppress(Refused):  # gone already, by another click
            leaving.delete_group(found, timezone.now(), request.user)
        messages.success(request, _("“%(group)s” is gone.") % {"group": found.name})
        return see_other(reverse("groups"))
    error = _("Tick that you mean it.") if request.method == "POST" else ""
    context = {"group": found, "error": error, "members": found.memberships.count()}
    return render(request, "network/group_delete.html", context, status=422 if error else 200)


@require_POST
@login_required
def take(request: Asked, pk: int) -> HttpResponse:
    """Follow from the group's roster onto one's own: sources, people, a circle, or everybody."""
    seen = Roster.objects.seen_by(request.user).filter(group__pk=pk).select_related("group")
    roster = get_object_or_404(seen)
    sources = list(chosen(roster, request.POST))
    if not sources:
        messages.success(request, _("Choose first whom you want to follow."))
        return see_other(reverse("group", args=[pk]))
    circles = "circles" in request.POST
    mine, why = Roster.objects.mine(request.user), _("From “%(group)s”") % {"group": roster}
    taken = taking.take(sources, mine, timezone.now(), circles=circles, why=why)
    said(request, in_words(taken), taken.change)
    return see_other(reverse("group", args=[pk]) + "#roster")


# ---- the steps


def chosen(roster: Roster, asked: QueryDict) -> SourceSet:
    """The sources of a group's roster that a form names."""
    there = taking.offered(roster)
    if asked.get("all"):
        return there
    if circles := numbers(asked, "circle"):
        return there.filter(person__circles__in=circles).distinct()
    if people := numbers(asked, "person"):
        return there.filter(person__in=people)
    return there.filter(pk__in=numbers(asked, "source"))


def numbers(asked: QueryDict, name: str) -> list[int]:
    return [int(text) for text in asked.getlist(name) if text.isdecimal() and len(text) < 19]


def in_words(taken: taking.Taken) -> str:
    """What came of it: who is new, and what was there already."""
    names = list(dict.fromkeys(source.person.name for source in taken.new))
    if not names:
        n = len(taken.there)
        return ngettext("That was on your roster already.", "All of them were on your roster already.", n)
    if len(names) == 1:
        words = _("%(name)s is on your roster now.") % {"name": names[0]}
    else:
        words = ngettext("%(n)d is on your roster now.", "%(n)d are on your roster now.", len(names)) % {
            "n": len(names)
        }
    if there := len(taken.there):
        words += " " + ngettext("One source was there already.", "%(n)d sources were there already.", there) % {
            "n": there
        }
    return words
