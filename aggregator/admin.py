"""The administrator's desk: feeds with their health, what was asked and answered, and what can be done about it."""

from __future__ import annotations

from typing import Any, get_args

from django.contrib import admin
from django.db import connection
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from . import health, index
from .desk.actions import FeedActions
from .desk.by_health import in_state
from .desk.pages import LookedAt
from .folding import asked
from .models import Entry, Feed, FeedAddress, Heartbeat, Host, HubLease, Lookup, Poll
from .schedule import Outcome

POLLS_SEARCHED = 100_000  # the last so many visits, when asked for one outcome of all feeds
WORDS_FOUND = 1000  # the newest so many entries that hold a word


class HealthFilter(admin.SimpleListFilter):
    """By the same judgement the rows show."""

    title = _("health")
    parameter_name = "health"
    NAMES = {
        "well": _("well"),
        "sleeping": _("sleeping"),
        "trouble": _("in trouble"),
        "paused": _("at rest"),
        "new": _("never fetched"),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return list(self.NAMES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feed]) -> QuerySet[Feed]:  # noqa: ARG002
        for name in get_args(health.State):
            if self.value() == name:
                return in_state(queryset, name, timezone.now())
        return queryset


@admin.register(Feed)
class FeedAdmin(FeedActions, LookedAt):
    list_display = ("name", "health", "subscribers", "entry_count", "next", "host", "kind")
    list_filter = (HealthFilter, "state", "kind")
    search_fields = ("url", "title", "host")
    search_help_text = _("by address, title or host")
    ordering = ("-pk",)
    sortable_by = ("name", "subscribers", "entry_count", "next", "host")
    deferred = ("window", "body_digest", "subtitle", "etag", "last_modified", "moved_to", "icon_url", "self_url")
    fieldsets = (
        (None, {"fields": ("title", "url", "site_url", "kind", "language", "subscribers", "more")}),
        (_("Health"), {"fields": ("health", "next", "remedy", "last_error", "last_status", "failures")}),
        (_("When it is asked"), {"fields": ("state", "next_poll_at", "why_then", "interval", "last_polled_at")}),
        (_("What its publisher asks for"), {"fields": ("ttl", "skip_hours", "skip_days", "hub_url")}),
        (_("Validators"), {"fields": ("etag", "last_modified", "last_ok_at", "last_changed_at")}),
        (_("Entries"), {"fields": ("entry_count", "newest_at", "per_day", "usual_per_day")}),
        (_("Addresses"), {"fields": ("host", "old", "moved_to", "moved_count", "moved_at", "created_at")}),
    )
    readonly_fields = ("health", "next", "remedy", "more", "old")

    @admin.display(description=_("feed"), ordering="title")
    def name(self, feed: Feed) -> str:
        return feed.title or feed.url

    @admin.display(description=_("health"))
    def health(self, feed: Feed) -> SafeString:
        now = timezone.now()
        return format_html('<span class="health {}">{}</span>', health.state(feed, now), health.sentence(feed, now))

    @admin.display(description=_("next visit"), ordering="next_poll_at")
    def next(self, feed: Feed) -> str:
        return health.next_poll(feed, timezone.now())

    @admin.display(description=_("what can be done"))
    def remedy(self, feed: Feed) -> str:
        return health.what_to_do(feed, timezone.now()) or "—"

    @admin.display(description=_("see also"))
    def more(self, feed: Feed) -> SafeString:
        names = ((_("visits"), "poll"), (_("entries"), "entry"))
        links = [(reverse(f"admin:aggregator_{model}_changelist"), feed.pk, name) for name, model in names]
        return format_html_join(" · ", '<a href="{}?feed__id__exact={}">{}</a>', links)

    @admin.display(description=_("old addresses"))
    def old(self, feed: Feed) -> str:
        return ", ".join(feed.old_addresses.values_list("url", flat=True)) or "—"


class OutcomeFilter(admin.SimpleListFilter):
    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [(outcome.value, outcome.value.replace("_", " ")) for outcome in Outcome]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Poll]) -> QuerySet[Poll]:
        if not self.value():
            return queryset
        if "feed__id__exact" not in request.GET:  # a rare outcome would be sought through the whole log
            newest = Poll.objects.aggregate(last=Max("pk"))["last"] or 0
            queryset = queryset.filter(pk__gt=newest - POLLS_SEARCHED)
        return queryset.filter(outcome=self.value())


@admin.register(Poll)
class PollAdmin(LookedAt):
    """The poll log, whole or of one feed."""

    list_display = (
        "at", "feed", "outcome", "status", "entries_new", "entries_changed", "size", "milliseconds", "error",
    )  # fmt: skip
    list_filter = (OutcomeFilter,)
    ordering = ("-at",)
    list_select_related = ("feed",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).only(*self.list_display, "feed__title", "feed__url")


@admin.register(Entry)
class EntryAdmin(LookedAt):
    """Entries, newest arrival first; searched in the search index."""

    list_display = ("title_or_gist", "feed", "sorted_at", "arrived_at", "medium", "words")
    ordering = ("-pk",)
    list_select_related = ("feed",)
    search_fields = ("pk",)  # any, so that there is a field to type in: see get_search_results
    search_help_text = _("all these words, among the newest entries that hold them")
    fields = (
        "feed", "uid", "title", "link", "author", "gist", "language", "words", "medium", "duration",
        "sorted_at", "arrived_at", "published_at", "updated_at", "edited_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        narrow = ("feed__title", "feed__url", *self.fields)
        return super().get_queryset(request).only(*narrow)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Entry],
        search_term: str,
    ) -> tuple[QuerySet[Entry], bool]:
        return (queryset.filter(pk__in=holding(search_term)) if search_term else queryset), False

    @admin.display(description=_("entry"))
    def title_or_gist(self, entry: Entry) -> str:
        return str(entry)[:120]


def holding(words: str) -> list[int]:
    """The ids of the newest entries that hold all these words."""
    said = [asked(word) for word in words.split()]
    wish = index.Wish(tuple((index.Phrase(word, open),) for word, open in said if word))
    if not wish.all_of:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*index.found(wish, WORDS_FOUND))
        return [row[0] for row in cursor.fetchall()]


@admin.register(Host)
class HostAdmin(LookedAt):
    list_display = ("name", "blocked_until", "strikes")
    search_fields = ("name",)
    ordering = ("-blocked_until",)


@admin.register(Lookup)
class LookupAdmin(LookedAt):
    list_display = ("address", "state", "asked_at", "title", "feed", "error")
    list_filter = ("state",)
    search_fields = ("address", "title")
    ordering = ("-pk",)
    list_select_related = ("feed",)
    fields = ("address", "state", "asked_at", "due_at", "attempts", "title", "feed", "error", "candidates")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).only(*self.fields, "feed__title", "feed__url")


@admin.register(HubLease)
class HubLeaseAdmin(LookedAt):
    list_display = ("feed", "hub", "state", "until", "due_at")
    list_filter = ("state",)
    ordering = ("-pk",)
    list_select_related = ("feed",)
    fields = ("feed", "hub", "topic", "state", "until", "due_at")  # neither path nor secret

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).only(*self.fields, "feed__title", "feed__url")


@admin.register(FeedAddress)
class FeedAddressAdmin(LookedAt):
    list_display = ("url", "feed", "since")
    search_fields = ("url",)
    ordering = ("-pk",)
    list_select_related = ("feed",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).only("url", "since", "feed__title", "feed__url")


@admin.register(Heartbeat)
class HeartbeatAdmin(LookedAt):
    list_display = ("name", "at", "detail")
    ordering = ("name",)
