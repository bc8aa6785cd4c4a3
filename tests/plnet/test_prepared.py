"""A query put together once answers for any number and at any time, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F, FloatField, QuerySet, Value

from aggregator.desk import by_health
from aggregator.models import Feed
from plnet.prepared import prepared, prepared_at
from tests.network.members import NOW, a_feed

pytestmark = pytest.mark.django_db


@prepared
def called(number: int) -> QuerySet[Any, Any]:
    return Feed.objects.filter(pk=number).values_list("title", "ttl")


@prepared_at
def how(least: int, now: datetime) -> QuerySet[Any, Any]:
    seconds = Value(now.timestamp(), FloatField()) - by_health.Epoch(F("newest_at"))
    lately = Feed.objects.filter(pk__gte=least, newest_at__gt=now - timedelta(days=3))
    return lately.annotate(how=by_health.standing(now), ago=seconds).values_list("pk", "how", "ago")


def test_it_answers_for_any_number() -> None:
    one, other = a_feed(title="One"), a_feed(title="Other", ttl=7)
    assert [called(feed.pk) for feed in (one, other)] == [[("One", 0)], [("Other", 7)]]
    assert called(0) == []


@prepared
def between(least: int, most: int) -> QuerySet[Any, Any]:
    return Feed.objects.filter(pk__gte=least, pk__lte=most).order_by("pk").values_list("pk")


def test_it_answers_for_several_numbers() -> None:
    ids = [a_feed().pk for _ in range(4)]
    assert between(ids[1], ids[2]) == [(ids[1],), (ids[2],)]


def test_it_answers_at_any_time() -> None:
    usual = {"last_polled_at": NOW, "last_ok_at": NOW, "usual_per_day": 3.0, "subscribers": 1}
    feed, failing = (a_feed(newest_at=NOW, **usual, **more) for more in ({}, {"failing_since": NOW}))
    later = NOW + timedelta(days=2, microseconds=5)
    assert [(pk, state) for pk, state, _ in how(feed.pk, NOW)] == [(feed.pk, "well"), (failing.pk, "well")]
    assert [(pk, state) for pk, state, _ in how(feed.pk, later)] == [(feed.pk, "well"), (failing.pk, "trouble")]
    assert [ago for _, _, ago in how(failing.pk, later)] == [pytest.approx(2 * 86400, abs=0.01)]
    assert how(feed.pk, NOW + timedelta(days=3)) == []
