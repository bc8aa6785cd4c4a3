"""A member's own order of what they keep in a row: rules, saved searches."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from network.models import User

from .models import Rule, SavedSearch


@transaction.atomic
def shift(one: Rule | SavedSearch, by: int) -> None:
    """One place up (-1) or down (1); at the end it stays. One at a time for each member."""
    User.objects.select_for_update().get(pk=one.user_id)
    rows: QuerySet[Any] = type(one)._default_manager.filter(user=one.user_id)
    order: list[Any] = list(rows)
    at = next((n for n, each in enumerate(order) if each.pk == one.pk), -1)
    to = at + by
    if at < 0 or not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    for position, each in enumerate(order):
        each.position = position
    rows.bulk_update(order, ["position"])
