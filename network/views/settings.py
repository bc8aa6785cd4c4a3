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
from django.utils.translation import gettext_lazy, to_locale

from plnet.answer import see_other

from ..asked import Asked
from ..models import User

if TYPE_CHECKING:
    Form = forms.ModelForm[User]
else:
    Form = forms.ModelForm


class Likes(Form):
    """The choices, each with its words."""

    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the pages"), required=False)

    class Meta:
        model = User
        fields = ("theme", "face", "size", "measure", "density", "timezone", "language")
        widgets = dict.fromkeys(("theme", "face", "size", "measure", "density"), forms.RadioSelect)
        labels = {
            "theme": gettext_lazy("Light"),
            "face": gettext_lazy("Face"),
            "size": gettext_lazy("Size"),
            "measure": gettext_lazy("Line"),
            "density": gettext_lazy("Lists"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].choices = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("as my browser asks for")), *languages()]  # type: ignore[attr-defined]


def languages() -> list[tuple[str, str]]:
    """The languages the pages have been put into."""
    return [
        (code, name)
        for code, name in instance.LANGUAGES
        if code == instance.LANGUAGE_CODE
        or any((path / to_locale(code)).is_dir() for path in instance.LOCALE_PATHS)
    ]


@login_required
def settings(request: Asked) -> HttpResponse:
    """GET shows the choices, POST keeps them."""
    form = Likes(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return see_other(reverse("settings"))
    return render(request, "network/settings.html", {"form": form}, status=422 if form.errors else 200)
