"""Pages of a timeline, against counting by hand."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator.models import Entry
from network.models import Circle, Person, Source, User
from reading.models import Mark, Watermark
from reading.opening.neighbours import neighbours
from reading.timeline import Cursor, View, page
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


def by_hand(view: View) -> list[int]:
    """The ids of a view from its definition, one entry at a time."""
    feeds = set(view.sources.values_list("feed", flat=True))
    upto = dict(Watermark.objects.filter(user=view.user).values_list("feed", "upto"))
    said = dict(Mark.objects.filter(user=view.user, read__isnull=False).values_list("entry", "read"))
    found = []
    for entry in Entry.objects.filter(feed__in=feeds):
        read = said.get(entry.pk, entry.pk <= upto.get(entry.feed_id, 0))
        if not (view.unread and read):
            found.append((entry.sorted_at, entry.pk))
    return [pk for _, pk in sorted(found, reverse=True)]


def to_the_end(view: View, size: int) -> list[int]:
    """The ids of a view by paging as a reader does."""
    ids: list[int] = []
    before = None
    for _ in range(10_000):
        got = page(view, before, size)
        ids += [shown.entry.pk for shown in got.shown]
        if got.older is None:
            return ids
        assert len(got.shown) == size
        before = got.older
    raise AssertionError("no end")


def a_world(seed: int) -> User:
    """A roster with busy, quiet, sleeping and silent feeds, read in every way one can."""
    chance = random.Random(seed)
    user, stranger = a_member(f"m{seed}"), a_member(f"s{seed}")
    for n in range(chance.randint(1, 9)):
        feed = a_feed(f"w{seed}-{n}")
        start = chance.choice([0, 0, 0, 30, 400, 4000])
        step = chance.choice([0.0, 0.01, 1, 30, 300])
        ages = [start + step * k * chance.random() for k in range(chance.choice([0, 1, 7, 40]))]
        made = entries(feed, sorted(ages, reverse=chance.random() < 0.7))
        upto = chance.choice([0, feed.last_entry, chance.choice(made).pk if made else 0])
        state = chance.choice([Source.State.FOLLOWING, Source.State.FOLLOWING, Source.State.PAUSED])
        a_source(user, feed, upto=upto, state=state)
        if chance.random() < 0.3:
            a_source(user, feed)  # a second person on the same feed
        a_source(stranger, feed)
        marked = [entry for entry in made if chance.random() < 0.3]
        for entry in marked:
            read = chance.choice([True, False, None])
            Mark.objects.create(user=user, entry=entry, feed=feed, read=read, at=NOW)
            Mark.objects.create(user=stranger, entry=entry, feed=feed, read=True, at=NOW)
        unread = by_hand(View(user, user.roster.sources.filter(feed=feed), unread=True))
        Watermark.objects.filter(user=user, feed=feed).update(read_count=len(made) - len(unread))
    return user


@pytest.mark.parametrize("seed", range(16))
def test_paging_to_the_end_shows_everything_once_in_order(seed: int) -> None:
    user = a_world(seed)
    for unread in (True, False):
        view = View(user, Source.objects.of(user).followed(), unread)
        for size in (2, 7, 30):
            assert to_the_end(view, size) == by_hand(view)


@pytest.mark.parametrize("unread", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_neighbours_are_those_of_the_list(seed: int, unread: bool) -> None:
    user = a_world(seed)
    view = View(user, Source.objects.of(user).followed(), unread)
    ids = by_hand(view)
    for n in {0, len(ids) // 2, len(ids) - 1} if ids else ():
        above, below = neighbours(view, Entry.objects.get(pk=ids[n]))
        assert (above.pk if above else None) == (ids[n - 1] if n else None)
        assert (below.pk if below else None) == (ids[n + 1] if n + 1 < len(ids) else None)


def test_a_person_and_a_circle_are_views_of_the_same_list() -> None:
    user = a_member()
    ada, bo = (a_source(user, a_feed(name)).person for name in ("ada", "bo"))
    for person in (ada, bo):
        entries(person.sources.get().feed, [1, 2, 3])
    circle = Circle.objects.create(roster=user.roster, name="close")
    circle.people.add(bo)
    sources = Source.objects.of(user).followed()
    assert to_the_end(View(user, sources.filter(person=ada)), 2) == by_hand(View(user, sources.filter(person=ada)))
    inside = View(user, sources.filter(person__circles=circle))
    assert {e.entry.feed_id for e in page(inside).shown} == {bo.sources.get().feed_id}


def test_two_people_on_one_feed_do_not_double_its_entries() -> None:
    user = a_member()
    feed = a_feed("planet")
    entries(feed, [1, 2])
    a_source(user, feed)
    a_source(user, feed, Person.objects.create(roster=user.roster, name="Another", created_at=NOW))
    assert len(page(View(user, Source.objects.of(user))).shown) == 2


def test_late_arrivals_with_old_dates_are_unread() -> None:
    user = a_member()
    feed = a_feed("slow")
    made = entries(feed, [3, 2, 1])
    a_source(user, feed, upto=made[-1].pk)
    late = entries(feed, [200])
    shown = page(View(user, Source.objects.of(user), unread=True)).shown
    assert [s.entry.pk for s in shown] == [late[0].pk]


def test_the_unread_of_an_hour_and_one_of_years_ago_are_both_found() -> None:
    user = a_member()
    busy, old = a_feed("busy"), a_feed("old")
    entries(busy, [n / 100 for n in range(100, 0, -1)])
    entries(old, [6000])
    for feed in (busy, old):
        a_source(user, feed)
    view = View(user, Source.objects.of(user), unread=True)
    assert to_the_end(view, 30) == by_hand(view)


@pytest.mark.parametrize("unread", [True, False])
def test_a_page_of_a_living_river_is_three_queries(unread: bool) -> None:
    user = a_member()
    for n in range(12):
        feed = a_feed(f"f{n}")
        entries(feed, [k + n / 12 for k in range(40, 0, -1)])
        a_source(user, feed)
    view = View(user, Source.objects.of(user).followed(), unread)
    with CaptureQueriesContext(connection) as asked:
        first = page(view)
    assert len(asked) == 3, "counters, entries, sources"
    with CaptureQueriesContext(connection) as asked:
        page(view, first.older)
    assert len(asked) == 3


def test_everything_read_asks_for_nothing_more() -> None:
    user = a_member()
    feed = a_feed("all")
    made = entries(feed, [3, 2, 1])
    a_source(user, feed, upto=made[-1].pk)
    with CaptureQueriesContext(connection) as asked:
        assert page(View(user, Source.objects.of(user), unread=True)).shown == []
    assert len(asked) == 1


def test_a_cursor_between_equal_times_is_exact() -> None:
    user = a_member()
    feed = a_feed("same")
    made = entries(feed, [1] * 9)
    a_source(user, feed)
    middle = made[4]
    got = page(View(user, Source.objects.of(user)), Cursor(middle.sorted_at, middle.pk))
    assert [s.entry.pk for s in got.shown] == [e.pk for e in reversed(made[:4])]
    assert made[0].sorted_at == NOW - timedelta(days=1)
