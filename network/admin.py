"""The administrator's view of people: accounts, groups, rosters, sources, circles, invitations, imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .follow import count_subscribers
from .gathering import leaving
from .gathering.groups import Refused, is_last_curator
from .models import Arrival, Circle, Group, Import, Invitation, Membership, Person, Roster, Source, User

if TYPE_CHECKING:
    Model = admin.ModelAdmin[Any]
else:
    Model = admin.ModelAdmin


class Plain(Model):
    """What all of them share: no count of the whole table, no list of thousands to choose from."""

    show_full_result_count = False
    list_per_page = 100


class TakesSourcesAlong(Model):
    """Deleting takes sources along, so their feeds' followers are counted anew: nobody's feed is not asked for."""

    path_from_source = "pk"  # a lookup on Source that leads to the row

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        feeds = self.feeds([obj.pk])
        super().delete_model(request, obj)
        count_subscribers(feeds)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        feeds = self.feeds(list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)
        count_subscribers(feeds)

    def feeds(self, ids: list[int]) -> list[int]:
        there = Source.objects.filter(**{f"{self.path_from_source}__in": ids})
        return list(there.values_list("feed", flat=True).distinct())


class TakesMembershipsAlong(Model):
    """Memberships cannot be deleted by themselves here, but they go with their member and with their group."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        found, counted, refused, kept = super().get_deleted_objects(objs, request)
        return found, counted, refused - {Membership._meta.verbose_name}, kept


@admin.register(User)
class Users(TakesMembershipsAlong, TakesSourcesAlong, UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "email", "date_joined", "last_login", "is_staff", "is_active")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (
            _("How they like it"),
            {"fields": ("timezone", "language", "theme", "size", "measure", "face", "density")},
        ),
    )
    show_full_result_count = False
    path_from_source = "roster__owner"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not the only administrator: somebody has to look after the house."""
        return super().has_delete_permission(request, obj) and not (obj and leaving.why_not(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ARG002
        leaving.delete_account(obj, timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for user in queryset:
            try:
                leaving.delete_account(user, timezone.now())
            except Refused as why:
                self.message_user(request, f"{user}: {why}", messages.ERROR)


class Whose(admin.SimpleListFilter):
    """On whose roster."""

    title = _("roster")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [("member", _("a member’s")), ("group", _("a group’s")), ("starter", _("the starter roster"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        way = "" if queryset.model is Roster else "roster__"
        match self.value():
            case "member":
                return queryset.filter(**{f"{way}owner__isnull": False})
            case "group":
                return queryset.filter(**{f"{way}group__isnull": False})
            case "starter":
                return queryset.filter(**{f"{way}group__starter": True})
        return queryset


@admin.register(Roster)
class Rosters(TakesSourcesAlong, Plain):
    path_from_source = "roster"
    list_display = ("pk", "owner", "group", "name", "how_many")
    list_select_related = ("owner", "group")
    list_filter = (Whose,)
    search_fields = ("owner__username", "group__name", "name")
    raw_id_fields = ("owner", "group")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Roster]:
        rosters: QuerySet[Roster] = super().get_queryset(request)
        return rosters.annotate(sources_there=Count("sources"))

    @admin.display(description=_("sources"), ordering="sources_there")
    def how_many(self, roster: Any) -> int:
        return int(roster.sources_there)


@admin.register(Person)
class People(TakesSourcesAlong, Plain):
    path_from_source = "person"
    list_display = ("name", "kind", "roster", "created_at")
    list_filter = (Whose, "kind")
    list_select_related = ("roster__owner", "roster__group")
    search_fields = ("name", "roster__owner__username")
    raw_id_fields = ("roster",)


@admin.register(Source)
class Sources(TakesSourcesAlong, Plain):
    """Where a source stands is its reader's to say; here its words can be changed, and it can go."""

    list_display = ("person", "feed", "state", "roster", "changed_at")
    list_filter = (Whose, "state", "feed__kind")
    list_select_related = ("person", "feed", "roster__owner", "roster__group")
    search_fields = ("person__name", "feed__title", "feed__url", "roster__owner__username")
    raw_id_fields = ("roster", "person", "feed")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:  # noqa: ARG002
        return [field.name for field in Source._meta.fields if field.name not in ("title", "reason")]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False


@admin.register(Group)
class Groups(TakesMembershipsAlong, Plain):
    """What a group is; who is in it and whom it follows is looked after on its own pages."""

    list_display = ("name", "members_there", "joining", "public", "starter", "table", "made_at")
    list_filter = ("starter", "public", "joining")
    search_fields = ("name", "slug")
    raw_id_fields = ("made_by",)
    readonly_fields = ("opml_key", "made_at", "starter", "table")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(how_many=Count("memberships"))

    @admin.display(description=_("members"), ordering="how_many")
    def members_there(self, group: Any) -> int:
        return int(group.how_many)

    @admin.display(description=_("roster"))
    def table(self, group: Group) -> str:
        return format_html('<a href="{}">{}</a>', reverse("group_roster", args=[group.pk]), _("the table"))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def delete_model(self, request: Any, obj: Group) -> None:
        leaving.delete_group(obj, timezone.now(), request.user)

    def delete_queryset(self, request: Any, queryset: QuerySet[Group]) -> None:
        for group in queryset:
            leaving.delete_group(group, timezone.now(), request.user)


@admin.register(Membership)
class Memberships(Plain):
    """Who is in which group, and as what. They come and go on the group's own pages, which tell whoever reads."""

    list_display = ("user", "group", "role", "at")
    list_filter = ("role",)
    list_select_related = ("user", "group")
    search_fields = ("user__username", "group__name")
    readonly_fields = ("user", "group", "at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not of the last curator: somebody looks after each group."""
        return super().has_change_permission(request, obj) and not (obj and is_last_curator(obj))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


@admin.register(Circle)
class Circles(Plain):
    list_display = ("name", "roster", "position")
    list_select_related = ("roster__owner", "roster__group")
    search_fields = ("name", "roster__owner__username")
    raw_id_fields = ("roster", "people")


@admin.register(Invitation)
class Invitations(Plain):
    list_display = ("note", "made_by", "made_at", "expires_at", "used_by", "used_at")
    list_select_related = ("made_by", "used_by")
    raw_id_fields = ("made_by", "used_by")
    readonly_fields = ("code",)


@admin.register(Import)
class Imports(Plain):
    list_display = ("name", "roster", "at", "outlines", "joined")
    list_select_related = ("roster__owner", "roster__group")
    raw_id_fields = ("roster",)
    date_hierarchy = "at"


@admin.register(Arrival)
class Arrivals(Plain):
    list_display = ("address", "roster", "at", "joined", "dismissed")
    list_select_related = ("roster__owner", "roster__group")
    search_fields = ("address", "title")
    raw_id_fields = ("roster", "batch", "lookup", "feed", "source")
