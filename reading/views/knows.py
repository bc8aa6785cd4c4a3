"""Who knows about something: the people one reads, and the members of one's groups, with what shows it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..asked import Asked
from ..seeking import experts


@require_safe
@login_required
def knows(request: Asked) -> HttpResponse:
    """The field, and who it is."""
    question = request.GET.get("q", "")[: experts.LONGEST].strip()
    found = experts.who_knows(request.user, question)
    context = {"question": question, "found": found, "now": timezone.now()}
    return render(request, "reading/knows.html", context)
