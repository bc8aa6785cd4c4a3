"""A query built once a process and asked with another number each time: for what stands on every page.

Putting a query of several parts together takes Django longer than answering it takes the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

NUMBER = 0x7E57_0F_7A1E  # it and those after it stand for the numbers at first; no row has one for an id
MOMENT = datetime(7000, 1, 1, tzinfo=UTC)  # stands for now: what is near it was reckoned from it
NEAR = timedelta(days=100_000)
Rows = list[tuple[Any, ...]]


def prepared(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., Rows]:
    """From a function that puts together a query of values for an id, or several: one that answers for any ids."""
    return lambda *numbers: _ask(_put_together(build, len(numbers), connection.vendor), numbers)


def prepared_at(build: Callable[[int, datetime], QuerySet[Any, Any]]) -> Callable[[int, datetime], Rows]:
    """The same for a query that asks how something is now, by moments and seconds reckoned from that."""

    def built(number: int) -> QuerySet[Any, Any]:
        return build(number, MOMENT)

    return lambda number, now: _ask(_put_together(built, 1, connection.vendor), [number], now)


@cache
def _put_together(
    build: Callable[..., QuerySet[Any, Any]], numbers: int, vendor: str
) -> tuple[str, tuple[Any, ...]]:
    sql, parameters = build(*range(NUMBER, NUMBER + numbers)).query.sql_with_params()
    return sql, tuple(_ahead(each, vendor) for each in parameters)


def _ask(query: tuple[str, tuple[Any, ...]], numbers: Sequence[int], now: datetime = MOMENT) -> Rows:
    sql, parameters = query
    with connection.cursor() as cursor:
        cursor.execute(sql, [_meant(each, numbers, now) for each in parameters])
        return list(cursor.fetchall())


class Ahead(timedelta):
    """A parameter that is a moment, so far from now."""


class AheadInSeconds(float):
    """A parameter that is a moment in seconds since 1970, so far from now."""


def _ahead(parameter: Any, vendor: str) -> Any:
    """What is near the moment, as its distance."""
    moment = parameter
    if isinstance(parameter, float):
        seconds = parameter - MOMENT.timestamp()
        return AheadInSeconds(seconds) if abs(seconds) < NEAR.total_seconds() else parameter
    if vendor == "sqlite" and isinstance(parameter, str) and parameter[:2] in ("69", "70"):  # its moments are text
        moment = _moment(parameter)
    if isinstance(moment, datetime) and abs(moment - MOMENT) < NEAR:
        return Ahead(seconds=(moment - MOMENT).total_seconds())
    return parameter


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _meant(parameter: Any, numbers: Sequence[int], now: datetime) -> Any:
    if isinstance(parameter, int) and NUMBER <= parameter < NUMBER + len(numbers):
        return numbers[parameter - NUMBER]
    if isinstance(parameter, Ahead):
        return connection.ops.adapt_datetimefield_value(now + parameter)
    return now.timestamp() + parameter if isinstance(parameter, AheadInSeconds) else parameter
