"""A page's window guessed from the page before: cheaper, and never another page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from network.models import Source
from reading import pace
from reading.timeline import View, page
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries
from tests.reading.test_timeline import a_world, by_hand, to_the_end

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten() -> None:
    caches["here"].clear()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("unread", [True, False])
def test_a_guessed_page_is_the_page(seed: int, unread: bool) -> None:
    user = a_world(seed)
    view = View(user, Source.objects.of(user).followed(), unread, name=f"river.{unread}")
    for size in (3, 1, 7):  # each guesses from the one before
        assert to_the_end(view, size) == by_hand(view)


def test_the_second_look_counts_nothing() -> None:
    user = a_member()
    for n in range(4):
        feed = a_feed(f"f{n}")
        entries(feed, range(40))
        a_source(user, feed)
    view = View(user, Source.objects.of(user).followed(), True, name="river.unread")
    with CaptureQueriesContext(connection) as first:
        shown = page(view).shown
    with CaptureQueriesContext(connection) as second:
        again = page(view)
    assert [each.pk for each in again.shown] == [each.pk for each in shown]
    assert (len(first), len(second)) == (3, 2), "entries and sources; the highest id comes with them"
    assert "SUM(" in "".join(query["sql"] for query in first)
    assert "SUM(" not in "".join(query["sql"] for query in second)


def test_what_came_meanwhile_stands_on_top() -> None:
    user, feed = a_member(), a_feed("f")
    entries(feed, range(40))
    a_source(user, feed)
    view = View(user, Source.objects.of(user).followed(), True, name="river.unread")
    page(view)
    (new,) = entries(feed, [-1])
    got = page(view)
    assert got.shown[0].entry == new
    assert got.top == new.pk


def test_a_list_without_a_name_and_another_members_list_have_no_guess() -> None:
    user, feed = a_member(), a_feed("f")
    made = entries(feed, range(40))
    view = View(user, Source.objects.of(user), True, name="river.unread")
    pace.learn(view, made)
    assert pace.guess(view, None) is not None
    assert pace.guess(replace(view, name=""), None) is None
    assert pace.guess(replace(view, user=a_member("ola")), None) is None


def test_a_page_that_spans_centuries_is_no_trouble() -> None:
    user, feed = a_member(), a_feed("f")
    made = entries(feed, [0, 150_000])
    view = View(user, Source.objects.of(user), name="river.all")
    pace.learn(view, made)
    guessed = pace.guess(view, None)
    assert guessed is not None and guessed > NOW - timedelta(days=2000)
