"""Where somebody is: their portrait, their places, who may be the same person, and who writes in a feed of many."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aggregator import icons
from plnet.answer import is_htmx, see_other

from .. import whose
from ..arriving import authors, places
from ..arriving.whereabouts import whereabouts
from ..asked import Asked
from ..models import Person, Place, Source, User
from ..remembering import offering, told
from ..remembering.undoing import Refused
from . import add
from .people import page as whole_page

PLACES = "#places"  # where on a person's page they stand


@require_safe
def portrait(request: HttpRequest, pk: int) -> HttpResponse:
    """A portrait as we keep it, for whoever may see the person: a bitmap by its first bytes, given no powers."""
    public = Person.objects.filter(roster__group__public=True)
    may_see = Person.objects.seen_by(request.user) | public if request.user.is_authenticated else public
    found = may_see.filter(pk=pk).select_related("portrait").first()
    if found is None and not request.user.is_authenticated:
        return redirect_to_login(request.path)
    if found is None or found.portrait is None:
        raise Http404
    kept = found.portrait
    response = HttpResponse(bytes(kept.content), content_type=kept.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = f"private, max-age={icons.AGAIN // timedelta(seconds=1)}"
    return response


@login_required
def shown(request: Asked, pk: int) -> HttpResponse:
    """A person's places, asked for again while their page is being looked at; others see the whole page. POST adds
    one by hand."""
    if request.method == "POST":
        return added(request, pk)
    people = Person.objects.seen_by(request.user).select_related("profile")
    person = get_object_or_404(people, pk=pk)
    if not is_htmx(request):
        return see_other(reverse("person", args=[pk]) + PLACES)
    return render(request, "network/_places.html", section(person, request.user))


@require_POST
@login_required
def act(request: Asked, pk: int) -> HttpResponse:
    """Say whether a place is somebody's, or follow a feed there."""
    place = get_object_or_404(tended_places(request), pk=pk)
    said = ""
    if url := request.POST.get("follow", ""):
        source = places.follow_there(place, url, timezone.now(), request.user)
        if source is None:
            said = _("There is no such feed at that place any more.")
        elif source.person_id != place.person_id:
            said = _("That is followed already, as %(name)s.") % {"name": source.person.name}
    elif (theirs := request.POST.get("theirs", "")) in ("yes", "no"):
        places.answer(place, theirs == "yes", timezone.now(), request.user)
    return after(request, place.person, said)


@require_POST
@login_required
def look(request: Asked, pk: int) -> HttpResponse:
    """Look at somebody's home page again."""
    person = get_object_or_404(
        Person.objects.tended_by(request.user).select_related("profile", "roster__group"), pk=pk
    )
    now = timezone.now()
    when, said = places.look_again(person, now), _("It is being looked at.")
    if when is None:
        said = _("No home page of theirs is known yet.")
    elif when > now:
        said = _("It was looked at within the hour; that is done again a little later.")
    return after(request, person, said)


@require_POST
@login_required
def same(request: Asked, pk: int) -> HttpResponse:
    """Two people on a roster are one, or they are not."""
    people = Person.objects.tended_by(request.user).select_related("roster__group")
    person = get_object_or_404(people, pk=pk)
    number, url = request.POST.get("other", ""), request.POST.get("url", "")
    ids = [int(number)] if number.isdecimal() and len(number) < 19 else []
    other = people.filter(roster=person.roster_id, pk__in=ids).first()
    now = timezone.now()
    if other is None:
        return after(request, person, _("The other is not on the roster any more."))
    if request.POST.get("same", "") == "no":
        places.decline(person, other, url, now)
        return after(request, person)
    try:
        whose.merge(person, other, now, by=request.user)
    except Refused as why:
        return after(request, person, str(why))
    return after(request, person, _("%(name)s and %(other)s are one now.") % {"name": person, "other": other})


@login_required
def writers(request: Asked, pk: int) -> HttpResponse:
    """Who writes in a feed of several; POST makes one organisation of them, or several people."""
    found = Source.objects.tended_by(request.user).select_related("feed", "person", "roster")
    source = get_object_or_404(found, pk=pk)
    if request.method != "POST":
        return render(request, "network/authors.html", writers_page(source))
    now, names = timezone.now(), request.POST.getlist("author")
    if request.POST.get("are", "") == "one":
        authors.one_organisation(source.person, now, request.user)
        return see_other(reverse("person", args=[source.person_id]))
    try:
        people = authors.apart(source, names, request.POST.get("rest", "") == "goes", now, request.user)
    except Refused as why:
        return render(request, "network/authors.html", writers_page(source, names, str(why)), status=422)
    messages.success(request, _("Now on the roster: %(names)s.") % {"names": ", ".join(map(str, people[:10]))})
    return see_other(reverse("person", args=[people[0].pk if len(people) == 1 else source.person_id]))


# ---- what the pages are made of


def added(request: Asked, pk: int) -> HttpResponse:
    """A place a member knows of; refused, the page with what they typed."""
    found = get_object_or_404(Person.objects.tended_by(request.user).select_related("roster__group"), pk=pk)
    typed = request.POST.get("url", "")
    try:
        change = places.add(found, typed, timezone.now(), request.user)
    except Refused as why:
        return whole_page(request, pk, place_typed=typed[:2000], place_error=str(why))
    if change:
        offering.said(request, told.sentence(change, ()), change)
    return see_other(reverse("person", args=[pk]) + PLACES)


def tended_places(request: Asked) -> QuerySet[Place]:
    theirs = Person.objects.tended_by(request.user).values("pk")
    return Place.objects.filter(person__in=theirs).select_related("person__roster__group", "person__profile")


def after(request: Asked, person: Person, said: str = "") -> HttpResponse:
    """Back to the Add page if that is where the button stood, else to the person, where the places are."""
    on_add = request.GET.get("at", "") == "add"
    if said and not is_htmx(request):
        messages.info(request, said)
    if on_add:
        return add.after(request, person.roster, said)
    if not is_htmx(request):
        return see_other(reverse("person", args=[person.pk]) + PLACES)
    person = Person.objects.select_related("profile").get(pk=person.pk)
    return render(request, "network/_places.html", section(person, request.user) | {"said": said})


def section(person: Person, user: User) -> dict[str, object]:
    tends = Person.objects.tended_by(user).filter(pk=person.pk).exists()
    return {"where": whereabouts([person], timezone.now())[person.pk], "person": person, "tends": tends}


def writers_page(source: Source, ticked: list[str] | None = None, error: str = "") -> dict[str, object]:
    return {
        "source": source,
        "person": source.person,
        "authors": authors.of(source),
        "ticked": ticked or [],
        "error": error,
    }
