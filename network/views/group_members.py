"""Who is in a group: coming in, the curators' page of members, and going."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plnet.answer import see_other

from .. import markdown
from ..asked import Asked
from ..gathering import groups, joining, leaving
from ..gathering.groups import Refused, members_of
from ..models import Group, GroupInvitation, JoinRequest, Membership


@login_required
def members(request: Asked, pk: int) -> HttpResponse:
    """GET shows who is in it; POST is a curator who invites, changes a role or removes somebody."""
    if request.method != "POST":
        return page(request, get_object_or_404(Group.objects.of(request.user), pk=pk))
    group = get_object_or_404(Group.objects.curated_by(request.user), pk=pk)
    act = request.POST.get("act", "")
    try:
        said = invited(request, group) if act in ("name", "link") else changed(request, group)
    except Refused as why:
        return page(request, group, error=str(why), failed=act, typed=request.POST)
    messages.success(request, said)
    return see_other(reverse("group_members", args=[pk]))


@login_required
def by_link(request: Asked, code: str) -> HttpResponse:
    """GET says into which group an invitation leads; POST goes in."""
    now = timezone.now()
    try:
        if request.method == "POST":
            group = joining.come_by(code, request.user, now)
            messages.success(request, welcome(group))
            return see_other(reverse("group", args=[group.pk]))
        invitation = joining.invitation_for(code, request.user, now)
    except Refused as why:
        return render(request, "network/group_invitation.html", {"why": str(why)}, status=404)
    is_in = Membership.objects.filter(group=invitation.group_id, user=request.user).exists()
    context = {"invitation": invitation, "about": markdown.render(invitation.group.about), "is_in": is_in}
    return render(request, "network/group_invitation.html", context)


@require_POST
@login_required
def invitation_answer(request: Asked, pk: int) -> HttpResponse:
    """The member somebody invited by name says yes or no."""
    found = GroupInvitation.objects.filter(invited=request.user, used=0).select_related("group")
    invitation = get_object_or_404(found, pk=pk)
    if request.POST.get("answer") != "yes":
        invitation.delete()
        messages.success(request, _("You are not coming in; nobody is told."))
        return see_other(reverse("groups"))
    try:
        group = joining.come_by(invitation.code, request.user, timezone.now())
    except Refused as why:
        messages.error(request, str(why))
        return see_other(reverse("groups"))
    messages.success(request, welcome(group))
    return see_other(reverse("group", args=[group.pk]))


@require_POST
@login_required
def invitation_revoke(request: Asked, pk: int) -> HttpResponse:
    """A curator takes an invitation back."""
    curated = Group.objects.curated_by(request.user)
    invitation = get_object_or_404(GroupInvitation.objects.filter(group__in=curated), pk=pk)
    invitation.delete()
    messages.success(request, _("The invitation leads nowhere now."))
    return see_other(reverse("group_members", args=[invitation.group_id]))


@require_POST
@login_required
def join(request: Asked, pk: int) -> HttpResponse:
    """Into an open group with one click; into another by asking, with words."""
    now = timezone.now()
    group = get_object_or_404(Group.objects.known_to(request.user, now), pk=pk)
    try:
        if request.POST.get("act") == "ask":
            joining.ask(group, request.user, request.POST.get("words", ""), now)
            messages.success(request, _("You have asked. The answer will stand on your page of groups."))
        else:
            joining.walk_in(group, request.user, now)
            messages.success(request, welcome(group))
    except Refused as why:
        messages.error(request, str(why))
    return see_other(reverse("group", args=[pk]))


@require_POST
@login_required
def request_answer(request: Asked, pk: int) -> HttpResponse:
    """A curator answers who asked to come in."""
    found = JoinRequest.objects.filter(group__in=Group.objects.curated_by(request.user))
    asked = get_object_or_404(found.select_related("group", "user"), pk=pk)
    yes = request.POST.get("answer") == "yes"
    first = joining.answer(asked, request.user, yes, request.POST.get("word", ""), timezone.now())
    if first:
        said = _("%(name)s is in the group now.") if yes else _("%(name)s reads your answer.")
    else:
        said = _("%(name)s has had an answer already.")
    messages.success(request, said % {"name": asked.user})
    return see_other(reverse("group_members", args=[asked.group_id]))


@require_POST
@login_required
def request_withdraw(request: Asked, pk: int) -> HttpResponse:
    """Who asked asks no more."""
    mine = JoinRequest.objects.filter(user=request.user, state=JoinRequest.State.OPEN)
    mine.filter(group=get_object_or_404(Group.objects.filter(requests__in=mine), pk=pk)).delete()
    return see_other(reverse("groups"))


@login_required
def leave(request: Asked, pk: int) -> HttpResponse:
    """GET says what leaving means; POST leaves."""
    group = get_object_or_404(Group.objects.of(request.user).select_related("roster"), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            leaving.leave(group, request.user, timezone.now(), request.POST.get("heir", ""))
        except Refused as why:
            error = str(why)
        else:
            messages.success(request, _("You have left “%(group)s”.") % {"group": group.name})
            return see_other(reverse("groups"))
    me = get_object_or_404(members_of(group), user=request.user)
    heirs = leaving.heirs_of(group, request.user) if groups.is_last_curator(me) else []
    context = {"group": group, "last": groups.is_last_curator(me), "heirs": heirs, "error": error}
    return render(request, "network/group_leave.html", context, status=422 if error else 200)


# ---- the steps


def invited(request: Asked, group: Group) -> str:
    """A curator invites by name or makes a link; what to say then."""
    now, note = timezone.now(), request.POST.get("note", "")
    if request.POST.get("act") == "name":
        invitation = joining.invite(group, request.user, request.POST.get("name", ""), note, now)
        return _("%(name)s finds the invitation on their page of groups.") % {"name": invitation.invited}
    asked = request.POST.get("places", "") or "1"
    places = int(asked) if asked.isdecimal() and len(asked) < 5 else 0
    joining.make_link(group, request.user, places, note, now)
    return _("The link stands below. Give it to whom you want in the group.")


def changed(request: Asked, group: Group) -> str:
    """A curator gives or takes a role, or removes somebody; what to say then."""
    asked = request.POST.get("member", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    match request.POST.get("act", ""):
        case "curator" | "member" as role:
            name = groups.give_role(group, number, role).user
            if role == "curator":
                return _("%(name)s looks after the group now.") % {"name": name}
            return _("%(name)s is a member like the others now.") % {"name": name}
        case "remove":
            word = request.POST.get("word", "")
            name = leaving.remove(group, number, request.user, word, timezone.now()).user
            words = _(
                "%(name)s is no longer in the group. They may still know the address of its live OPML; "
                "below its river it can be given another."
            )
            return words % {"name": name}
    raise Refused(_("Choose what to do."))


def page(request: Asked, group: Group, **more: object) -> HttpResponse:
    """Who is in it; for curators also who asks and who is invited."""
    now = timezone.now()
    people = list(members_of(group))
    curates = any(member.user_id == request.user.pk and member.role == groups.CURATOR for member in people)
    context = {"group": group, "members": people, "curates": curates, "now": now, "most": joining.PLACES, **more}
    if curates:
        waiting = JoinRequest.objects.filter(group=group, state=JoinRequest.State.OPEN)
        made = GroupInvitation.objects.filter(group=group).filter(Q(invited=None) | Q(used=0))
        context["requests"] = waiting.select_related("user").order_by("at")[:100]
        context["invitations"] = made.select_related("invited", "made_by").order_by("-made_at")[:100]
        context["address"] = settings.BASE_URL + reverse("group_join_by", args=["-"]).removesuffix("-/")
        context["days"] = joining.DAYS
    return render(request, "network/group_members.html", context, status=422 if more else 200)


def welcome(group: Group) -> str:
    return _("You are in “%(group)s” now.") % {"group": group.name}
