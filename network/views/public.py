"""What those outside may read of a group: its live OPML by an unguessable address, its page when it is public."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other

from .. import markdown
from ..asked import Asked
from ..gathering import public
from ..models import Group


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom a public group reads, what it is for, and who looks after it; open to everybody."""
    group = get_object_or_404(Group, slug=slug, public=True)
    context = {
        "group": group,
        "about": markdown.render(group.about),
        "people": public.people(group),
        "curators": public.curators(group),
    }
    return render(request, "network/public.html", context)


@require_safe
def page_opml(request: HttpRequest, slug: str) -> HttpResponseBase:
    group = get_object_or_404(public.groups(), slug=slug, public=True)
    return roster_as_opml(request, group, for_anybody=True)


@require_safe
def live_opml(request: HttpRequest, key: str) -> HttpResponseBase:
    """For the members' other readers, which subscribe to it: whoever has the address may read it."""
    group = get_object_or_404(public.groups(), opml_key=key)
    return roster_as_opml(request, group, for_anybody=False)


@require_POST
@login_required
def new_key(request: Asked, pk: int) -> HttpResponse:
    """Another address for the live OPML."""
    public.new_key(get_object_or_404(Group.objects.curated_by(request.user), pk=pk))
    messages.info(request, _("The live OPML has a new address. The old one leads nowhere now."))
    return see_other(reverse("group_river", args=[pk]) + "#elsewhere")


def roster_as_opml(request: HttpRequest, group: Group, *, for_anybody: bool) -> HttpResponseBase:
    """The file; or 304, to whoever has it as it is."""
    content = public.opml(group, for_anybody=for_anybody)
    changed = int(group.changed_at.timestamp())  # type: ignore[attr-defined]  # of public.groups
    response = HttpResponse(content, content_type="text/x-opml; charset=utf-8")
    response["ETag"] = mark = public.mark_of(content)
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = f'inline; filename="{group.slug}.opml"'
    return get_conditional_response(request, mark, changed, response) or response
