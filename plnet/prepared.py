"""A query built once a process and asked with another number each time: for what stands on every page.

Putting a query of several parts together takes Django longer than answering it takes the database.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

NUMBER = 0x7E57_0F_7A1E  # stands for the number while the query is put together; no row has it for an id


def prepared(build: Callable[[int], QuerySet[Any, Any]]) -> Callable[[int], list[tuple[Any, ...]]]:
    """From a function that puts together a query of values for an id: one that answers its rows for any id."""

    @cache
    def put_together(vendor: str) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG001
        sql, parameters = build(NUMBER).query.sql_with_params()
        return sql, parameters

    def ask(number: int) -> list[tuple[Any, ...]]:
        sql, parameters = put_together(connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(sql, [number if each == NUMBER else each for each in parameters])
            return list(cursor.fetchall())

    return ask
