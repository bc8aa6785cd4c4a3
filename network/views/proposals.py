"""Proposals of a group: the page that lists them, proposing, and what the curators say."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aggregator.finding.typed import NoAddress, normalise
from plnet.answer import is_htmx, see_other

from ..asked import Asked
from ..follow import a_name
from ..gathering import proposal_words, proposals
from ..models import Circle, Group, Person, Proposal

RELATED = ("group", "by", "feed", "lookup")


class Suggestion(forms.Form):
    """What somebody would like to see on the group's roster, and why."""

    address = forms.CharField(
        label=gettext_lazy("Its address"),
        max_length=20_000,
        help_text=gettext_lazy("A site, a feed, a channel, a profile. We look for the feed."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )
    why = forms.CharField(
        label=gettext_lazy("Because …"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("A sentence for the others: what is to be learned there?"),
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Whose it is"),
        required=False,
        max_length=Person._meta.get_field("name").max_length,
        help_text=gettext_lazy("Leave it empty to take the name that is found there."),
        widget=forms.TextInput(attrs={"list": "names", "autocomplete": "off"}),
    )
    circle = forms.CharField(
        label=gettext_lazy("In which circle"),
        required=False,
        max_length=Circle._meta.get_field("name").max_length,
        help_text=gettext_lazy("One the roster has, or a new one; or none."),
        widget=forms.TextInput(attrs={"list": "circle-names", "autocomplete": "off"}),
    )

    def clean_address(self) -> str:
        written: str = self.cleaned_data["address"]
        typed = normalise(written)
        if isinstance(typed, NoAddress):
            raise forms.ValidationError(typed.why)
        return written

    def clean_why(self) -> str:
        why: str = self.cleaned_data["why"].strip()
        if not why and self.data.get("act") != "add":
            raise forms.ValidationError(_("Say in a sentence why, so that the curators can answer."))
        return why

    def clean_name(self) -> str:
        return a_name(self.cleaned_data["name"])

    def clean_circle(self) -> str:
        return a_name(self.cleaned_data["circle"])


class Answer(forms.Form):
    """What a curator says to a proposal."""

    name = forms.CharField(required=False, max_length=200)
    circle = forms.CharField(required=False, max_length=200)
    word = forms.CharField(required=False, max_length=500)

    def clean_name(self) -> str:
        return a_name(self.cleaned_data["name"])

    def clean_circle(self) -> str:
        return a_name(self.cleaned_data["circle"])

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip()
        if not word and self.data.get("act") == "decline":
            raise forms.ValidationError(_("Say a word about why not; whoever proposed it will read it."))
        return word


@login_required
def of_group(request: Asked, pk: int) -> HttpResponse:
    """GET lists them (to htmx, which asks while something is looked for, only those that wait); POST makes one."""
    group = get_object_or_404(proposal_words.groups_of(request.user), pk=pk)
    if request.method == "POST":
        return propose(request, group)
    if is_htmx(request):
        context = proposal_words.page(group, request.user, timezone.now())
        response = render(request, "network/_proposals.html", context)
    else:
        response = shown(request, group)
    patch_vary_headers(response, ["HX-Request"])
    return response


def propose(request: Asked, group: Group) -> HttpResponse:
    form = Suggestion(request.POST)
    if not form.is_valid():
        return shown(request, group, form)
    act = proposals.add if group.curated and request.POST.get("act") == "add" else proposals.propose  # type: ignore[attr-defined]
    try:
        made = act(group, request.user, timezone.now(), **form.cleaned_data)
    except proposals.Already as why:
        form.add_error("address", str(why))
        return shown(request, group, form, there=why.source)
    return back(made)


@require_POST
@login_required
def choose(request: Asked, pk: int) -> HttpResponse:
    """Which of the feeds found is meant: by whoever proposed it, or a curator."""
    helped = Proposal.objects.helped_by(request.user).select_related(*RELATED)
    proposal = get_object_or_404(helped, pk=pk)
    try:
        proposals.choose(proposal, request.POST.get("url", ""), timezone.now())
    except ValueError:
        messages.info(request, _("Choose one of the feeds first."))
    except proposals.Closed as why:
        messages.info(request, str(why))
    return back(proposal)


@require_POST
@login_required
def look_again(request: Asked, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.helped_by(request.user), pk=pk)
    try:
        proposals.look_again(proposal, timezone.now())
    except proposals.Closed as why:
        messages.info(request, str(why))
    return back(proposal)


@require_POST
@login_required
def answer(request: Asked, pk: int) -> HttpResponse:
    """A curator accepts, or declines with a word."""
    tended = Proposal.objects.tended_by(request.user).select_related(*RELATED)
    proposal, form = get_object_or_404(tended, pk=pk), Answer(request.POST)
    if not form.is_valid():
        return answer_again(request, proposal, form)
    said, now = form.cleaned_data, timezone.now()
    try:
        if request.POST.get("act") == "decline":
            proposals.decline(proposal, request.user, now, said["word"])
        else:
            proposals.accept(proposal, request.user, now, **said)
    except proposals.Already as why:
        form.add_error("word", str(why))
        return answer_again(request, proposal, form)
    except proposals.Closed as why:
        messages.info(request, str(why))
    return back(proposal)


@require_POST
@login_required
def withdraw(request: Asked, pk: int) -> HttpResponse:
    """Whoever proposed it takes it back."""
    own = Proposal.objects.seen_by(request.user).filter(by=request.user)
    proposal = get_object_or_404(own, pk=pk)
    try:
        proposals.withdraw(proposal, request.user, timezone.now())
    except proposals.Closed as why:
        messages.info(request, str(why))
    return back(proposal)


@require_POST
@login_required
def heard(request: Asked, pk: int) -> HttpResponse:
    """The member has read what was answered."""
    group = get_object_or_404(Group.objects.of(request.user), pk=pk)
    proposals.hear(group, request.user, timezone.now())
    return see_other(reverse("proposals", args=[pk]))


# ---- what the pages are made of


def shown(request: Asked, group: Group, form: Suggestion | None = None, **more: object) -> HttpResponse:
    """The whole page; 422 with a form that was refused, as it was filled in."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    context = {
        **proposal_words.page(group, request.user, timezone.now(), before),
        "names": proposal_words.names_in(group),
        "form": form or Suggestion(),
        **more,
    }
    return render(request, "network/proposals.html", context, status=422 if form or more else 200)


def answer_again(request: Asked, proposal: Proposal, form: Answer) -> HttpResponse:
    """The page once more, with what the curator wrote beside the proposal."""
    group = get_object_or_404(proposal_words.groups_of(request.user), pk=proposal.group_id)
    return shown(request, group, answering=proposal.pk, refused=form)


def back(proposal: Proposal) -> HttpResponse:
    return see_other(f"{reverse('proposals', args=[proposal.group_id])}#proposal-{proposal.pk}")
