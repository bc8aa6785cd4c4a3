"""How a member likes their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings as instance
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plnet.answer import see_other

from ..asked import Asked
from ..models import User

if TYPE_CHECKING:
    Form = forms.ModelForm[User]
else:
    Form = forms.ModelForm


LOOK = ("theme", "face", "size", "measure", "density")
TIME = ("minutes", "hears")
READS = ("scroll_reads", "opens_original")
MOST_MINUTES = 600


class Likes(Form):
    """The choices, each with its words."""

    minutes = forms.IntegerField(
        min_value=0,
        max_value=MOST_MINUTES,
        label=gettext_lazy("Minutes a day for the edition"),
        help_text=gettext_lazy("With 0 there is none, and the first page is the river."),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the pages"), required=False)

    class Meta:
        model = User
        fields = (*LOOK, *TIME, *READS, "timezone", "language")
        widgets = dict.fromkeys(LOOK, forms.RadioSelect)
        labels = {
            "theme": gettext_lazy("Light"),
            "face": gettext_lazy("Face"),
            "size": gettext_lazy("Size"),
            "measure": gettext_lazy("Line"),
            "density": gettext_lazy("Lists"),
            "hears": gettext_lazy("Podcasts and films in it too"),
            "scroll_reads": gettext_lazy("Mark as read what I scroll past"),
            "opens_original": gettext_lazy("A title leads to the site"),
        }
        help_texts = {
            "hears": gettext_lazy("Where not, they stand in Listen and Watch."),
            "scroll_reads": gettext_lazy("Always with undo."),
            "opens_original": gettext_lazy("In a new tab, and it is read then. The minutes beside it lead here."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].choices = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("as my browser asks for")), *instance.LANGUAGES]  # type: ignore[attr-defined]


@login_required
def settings(request: Asked) -> HttpResponse:
    """GET shows the choices, POST keeps them."""
    form = Likes(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return see_other(reverse("settings"))
    look, time = ([form[name] for name in names] for names in (LOOK, (*TIME, *READS)))
    context = {"form": form, "look": look, "time": time, "a_week": 7 * request.user.minutes}
    return render(request, "network/settings.html", context, status=422 if form.errors else 200)
