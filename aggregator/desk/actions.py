"""What an administrator can do to feeds from their list: poll now, suspend, resume, merge, forget."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import feeds, health
from ..merge import merge
from ..models import Feed
from . import steer
from .pages import Desk

FORGET_SECONDS = 5.0  # of deleting in one request; what is left goes with the next
FORGOTTEN_AT_ONCE = 20  # feeds
MERGEABLE = 2


class FeedActions(Desk):
    """Needs the permission to change feeds; everything but the first three is confirmed on a page of its own."""

    actions = ("poll_now", "suspend", "resume", "merge_two", "forget")

    def has_steer_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return request.user.has_perm("aggregator.change_feed")

    @admin.action(description=gettext_lazy("Poll now (as soon as manners allow)"), permissions=["steer"])
    def poll_now(self, request: HttpRequest, chosen: QuerySet[Feed]) -> None:
        now = timezone.now()
        when = feeds.due_now(list(chosen.values_list("pk", flat=True)), now).values()
        due = sum(1 for at in when if at and at <= now)
        later = sum(1 for at in when if at and at > now)
        rest = len(when) - due - later
        told = [
            ngettext("%(n)d feed is due now.", "%(n)d feeds are due now.", due) % {"n": due},
            later and ngettext("%(n)d has to wait a little.", "%(n)d have to wait a little.", later) % {"n": later},
            rest and ngettext("%(n)d must be resumed first.", "%(n)d must be resumed first.", rest) % {"n": rest},
        ]
        self.message_user(request, " ".join(words for words in told if words))

    @admin.action(description=gettext_lazy("Suspend"), permissions=["steer"])
    def suspend(self, request: HttpRequest, chosen: QuerySet[Feed]) -> None:
        n = steer.suspend(list(chosen.values_list("pk", flat=True)))
        self.message_user(request, ngettext("%(n)d feed is suspended.", "%(n)d feeds are suspended.", n) % {"n": n})

    @admin.action(description=gettext_lazy("Resume (a fresh start)"), permissions=["steer"])
    def resume(self, request: HttpRequest, chosen: QuerySet[Feed]) -> None:
        n = steer.resume(list(chosen.values_list("pk", flat=True)), timezone.now())
        self.message_user(request, ngettext("%(n)d feed is resumed.", "%(n)d feeds are resumed.", n) % {"n": n})

    @admin.action(description=gettext_lazy("Merge two feeds into one…"), permissions=["steer"])
    def merge_two(self, request: HttpRequest, chosen: QuerySet[Feed]) -> HttpResponse | None:
        two = list(chosen.order_by("pk")[: MERGEABLE + 1])
        if len(two) != MERGEABLE:
            self.message_user(request, _("Choose exactly two feeds to merge."), messages.WARNING)
            return None
        stays = next((feed for feed in two if str(feed.pk) == request.POST.get("stays")), None)
        if stays is None:
            return self._confirm(request, "merge_two", _("Merge two feeds into one"), two)
        [goes] = [feed for feed in two if feed != stays]
        merge(goes, stays, timezone.now())
        words = {"goes": goes.url, "stays": stays.url}
        self.log_change(request, stays, _("Took over %(goes)s.") % words)
        self.message_user(request, _("Merged: %(stays)s has taken over %(goes)s.") % words)
        return None

    @admin.action(description=gettext_lazy("Forget, with all entries…"), permissions=["steer"])
    def forget(self, request: HttpRequest, chosen: QuerySet[Feed]) -> HttpResponse | None:
        some = list(chosen.order_by("pk")[: FORGOTTEN_AT_ONCE + 1])
        if len(some) > FORGOTTEN_AT_ONCE:
            told = _("Choose at most %(n)d feeds to forget.") % {"n": FORGOTTEN_AT_ONCE}
            self.message_user(request, told, messages.WARNING)
            return None
        if request.POST.get("sure") != "yes":
            return self._confirm(request, "forget", _("Forget feeds with all their entries"), some)
        return self._forget(request, some)

    def _forget(self, request: HttpRequest, some: list[Feed]) -> HttpResponse | None:
        over = stop_watch(FORGET_SECONDS)
        for n, feed in enumerate(some):
            url = feed.url
            if not steer.forget(feed, over):
                told = _("There are many entries. Some are gone; press again to go on.")
                self.message_user(request, told, messages.WARNING)
                return self._confirm(request, "forget", _("Forget feeds with all their entries"), some[n:])
            self.message_user(request, _("Forgotten: %(url)s") % {"url": url})
        return None

    def _confirm(self, request: HttpRequest, action: str, title: str, chosen: list[Feed]) -> HttpResponse:
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "action": action,
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
            "opts": self.opts,
            "rows": [{"feed": feed, "health": health.sentence(feed, now)} for feed in chosen],
        }
        return TemplateResponse(request, f"admin/aggregator/{action}.html", context)


def stop_watch(seconds: float) -> Callable[[], bool]:
    """Whether so many seconds are over."""
    end = monotonic() + seconds
    return lambda: monotonic() >= end
