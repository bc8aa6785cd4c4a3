"""A person's page: who they are on this roster, where they publish, and in which circles they are."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plnet.answer import see_other

from .. import follow, rows
from ..asked import Asked
from ..models import Circle, Person, Source

PAGE = 200


@require_safe
@login_required
def people(request: Asked) -> HttpResponse:
    """Everybody on the roster, by name."""
    everybody = Person.objects.of(request.user)
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    pages = range(1, -(-everybody.count() // PAGE) + 1)
    context = {
        "people": everybody.prefetch_related("circles")[(max(number, 1) - 1) * PAGE :][:PAGE],
        "pages": [{"number": n, "url": f"?page={n}"} for n in pages],
        "page_number": number,
    }
    return render(request, "network/people.html", context)


@require_safe
@login_required
def person(request: Asked, pk: int) -> HttpResponse:
    return page(request, get_object_or_404(Person.objects.of(request.user), pk=pk))


@require_POST
@login_required
def rename(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(Person.objects.of(request.user), pk=pk)
    name = follow.a_name(request.POST.get("name", ""))
    if not name:
        return page(request, found, name_error=_("A person needs a name."))
    kind = request.POST.get("kind", found.kind)
    found.name, found.kind = name, kind if kind in Person.Kind.values else found.kind
    found.save(update_fields=["name", "kind"])
    return there(found)


@require_POST
@login_required
def circles_of(request: Asked, pk: int) -> HttpResponse:
    """The circles a person is in: those ticked, and a new one if it was named."""
    found = get_object_or_404(Person.objects.of(request.user).select_related("roster"), pk=pk)
    ids = [int(i) for i in request.POST.getlist("circle") if i.isdecimal() and len(i) < 19]
    ticked = list(Circle.objects.of(request.user).filter(pk__in=ids))
    if name := follow.a_name(request.POST.get("new_circle", "")):
        ticked.append(follow.make_circles(found.roster, [name])[name])
    found.circles.set(ticked)
    return there(found)


@require_POST
@login_required
def source_act(request: Asked, pk: int) -> HttpResponse:
    """Pause, retire, bring back or rename one source."""
    source = get_object_or_404(Source.objects.of(request.user).select_related("person"), pk=pk)
    now = timezone.now()
    match request.POST.get("act", ""):
        case "pause":
            follow.pause(source, now + timedelta(days=30), now)
        case "retire":
            follow.retire(source, now, request.POST.get("reason", ""))
        case "back":
            follow.bring_back(source, now)
        case "rename":
            source.title = follow.a_name(request.POST.get("title", ""), 300)
            source.save(update_fields=["title"])
    return there(source.person)


@require_POST
@login_required
def source_move(request: Asked, pk: int) -> HttpResponse:
    """Give a source to another person on the roster, or to a new one; who has none left goes."""
    source = get_object_or_404(Source.objects.of(request.user).select_related("person"), pk=pk)
    name = follow.a_name(request.POST.get("name", ""))
    if not name:
        return page(request, source.person, move_error=_("Write whose it is."), moving=source.pk)
    person = follow.give_to(source, name, timezone.now())
    messages.success(request, _("It belongs to %(name)s now.") % {"name": person.name})
    return there(person)


def page(request: Asked, found: Person, **more: object) -> HttpResponse:
    now = timezone.now()
    sources = found.sources.select_related("feed", "person").order_by("created_at")
    context = {
        "person": found,
        "rows": [rows.row(source, now) for source in sources],
        "in_circles": list(found.circles.all()),
        "circles": list(Circle.objects.of(request.user)),
        "names": Person.objects.of(request.user).exclude(pk=found.pk).values_list("name", flat=True)[:1000],
        "kinds": Person.Kind.choices,
        **more,
    }
    return render(request, "network/person.html", context, status=422 if more else 200)


def there(person: Person) -> HttpResponse:
    return see_other(reverse("person", args=[person.pk]))
