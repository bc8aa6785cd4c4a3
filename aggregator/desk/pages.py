"""What the pages of the administrator's desk share: large tables are looked at, never counted and never edited."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest

if TYPE_CHECKING:  # generic for mypy only
    Pages = Paginator[Any]
    Desk = admin.ModelAdmin[Any]
else:
    Pages, Desk = Paginator, admin.ModelAdmin

MOST_COUNTED = 10_000  # rows; a list says that it has so many when it has more


class CappedPaginator(Pages):
    """Counts no further than one can reasonably page."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not hasattr(rows, "order_by"):
            return len(rows)
        return int(rows.order_by().values("pk")[:MOST_COUNTED].count())


class LookedAt(Desk):
    """A table an administrator reads: nothing is added, changed or deleted by hand."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 100
    list_max_show_all = 200
    sortable_by: ClassVar[tuple[str, ...]] = ()  # by nothing: the order has an index
    deferred: ClassVar[Sequence[str]] = ()  # heavy columns that lists do not read

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer(*self.deferred)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False
