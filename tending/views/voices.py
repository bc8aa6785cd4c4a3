"""New voices: a tray of up to five, and what came of trials."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other
from reading.asked import Asked

from ..models import Voice
from ..voices import answering, showing


@require_safe
@login_required
def voices(request: Asked) -> HttpResponse:
    """Who is offered, who is being tried, how trials ended, and whom one passed over."""
    return render(request, "tending/voices.html", showing.page(request.user) | {"now": timezone.now()})


@require_POST
@login_required
def act(request: Asked, pk: int) -> HttpResponse:
    """Try for three weeks, not now, never; what was answered already stays as it is."""
    found = get_object_or_404(Voice.objects.of(request.user), pk=pk)
    if not answering.answer(found, request.POST.get("act", ""), timezone.now()):
        messages.info(request, _("That was answered already, or there is nothing to try any more."))
    return see_other(reverse("voices"))
