"""Marking, keeping, marking many, and taking it back: the counters always say what the marks say."""

import random
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from aggregator.models import Entry
from network.models import Source, User
from reading import marks, undoing
from reading.models import Mark, Undo, Watermark
from reading.settling import settle
from reading.timeline import Cursor, View, page
from reading.watermarks import recount
from tests.reading.roster import NOW, a_feed, a_member, a_source, count, entries
from tests.reading.test_timeline import a_world, by_hand

pytestmark = pytest.mark.django_db


def everything(user: User, unread: bool = True) -> View:
    return View(user, Source.objects.of(user).followed(), unread)


def counters_are_right(user: User) -> bool:
    """Whether counting again would change nothing."""
    said = list(Watermark.objects.filter(user=user).order_by("pk").values_list("pk", "read_count"))
    recount(Watermark.objects.filter(user=user))
    return said == list(Watermark.objects.filter(user=user).order_by("pk").values_list("pk", "read_count"))


def a_reader() -> tuple[User, list[Entry]]:
    user, feed = a_member(), a_feed("shelf")
    made = entries(feed, range(9, 0, -1))
    a_source(user, feed, upto=made[3].pk)
    return user, made


def test_marking_read_and_unread_moves_the_counter_only_when_something_changed() -> None:
    user, made = a_reader()
    assert marks.mark(user, made[8], True, NOW) is True
    assert marks.mark(user, made[8], True, NOW) is False
    assert counters_are_right(user)
    assert marks.mark(user, made[0], False, NOW) is True, "below the watermark it was read"
    assert marks.mark(user, made[0], False, NOW) is False
    assert counters_are_right(user)
    assert made[0].pk in by_hand(everything(user))
    assert made[8].pk not in by_hand(everything(user))


def test_keeping_leaves_read_and_unread_as_they_are() -> None:
    user, made = a_reader()
    before = by_hand(everything(user))
    marks.keep(user, made[0], True, NOW)
    marks.keep(user, made[8], True, NOW)
    marks.keep(user, made[8], True, NOW + timedelta(days=1))
    assert Mark.objects.get(entry=made[8]).kept_at == NOW, "kept since the first time"
    assert by_hand(everything(user)) == before
    marks.keep(user, made[8], False, NOW)
    assert not Mark.objects.filter(entry=made[8]).exists()
    marks.mark(user, made[0], False, NOW)
    marks.keep(user, made[0], False, NOW)
    assert Mark.objects.get(entry=made[0]).read is False
    assert counters_are_right(user)


def test_above_marks_what_was_seen_down_to_a_place_and_nothing_else() -> None:
    user, made = a_reader()
    top = page(everything(user)).top
    late = entries(made[0].feed, [0.5])  # came while the page stood open
    undo = marks.read_above(everything(user), Cursor(made[6].sorted_at, made[6].pk), top, "3 marked", NOW)
    assert undo is not None
    assert set(by_hand(everything(user))) == {late[0].pk, made[5].pk, made[4].pk}
    assert counters_are_right(user)
    undoing.take_back(undo)
    assert set(by_hand(everything(user))) == {late[0].pk, *(e.pk for e in made[4:])}
    assert counters_are_right(user) and not Mark.objects.exists()


def test_below_marks_what_is_older_than_a_place_and_nothing_else() -> None:
    user, made = a_reader()
    top = page(everything(user)).top
    late = entries(made[0].feed, [400])  # old, but it came while the page stood open
    undo = marks.read_below(everything(user), Cursor(made[6].sorted_at, made[6].pk), top, "2 marked", NOW)
    assert undo is not None
    assert set(by_hand(everything(user))) == {late[0].pk, *(each.pk for each in made[6:])}
    assert counters_are_right(user)
    undoing.take_back(undo)
    assert set(by_hand(everything(user))) == {late[0].pk, *(each.pk for each in made[4:])}
    assert counters_are_right(user) and not Mark.objects.exists()


def test_all_read_is_one_row_a_feed_and_spares_what_came_later() -> None:
    user, made = a_reader()
    marks.mark(user, made[0], False, NOW)
    marks.mark(user, made[1], False, NOW)
    marks.keep(user, made[1], True, NOW)
    before, top = by_hand(everything(user)), page(everything(user)).top
    late = entries(made[0].feed, [0.5])
    undo = marks.read_all(everything(user), top, "all read", NOW)
    assert undo is not None
    assert by_hand(everything(user)) == [late[0].pk]
    assert counters_are_right(user)
    assert list(Mark.objects.values_list("entry", "read")) == [(made[1].pk, None)], "kept, and nothing else"
    undoing.take_back(undo)
    assert by_hand(everything(user)) == [late[0].pk, *before]
    assert counters_are_right(user)


def test_nothing_unread_leaves_nothing_to_undo() -> None:
    user, made = a_reader()
    assert marks.read_all(everything(user), made[-1].pk, "all", NOW)
    assert marks.read_all(everything(user), made[-1].pk, "all", NOW) is None
    assert marks.read_above(everything(user), Cursor(NOW, 0), made[-1].pk, "above", NOW) is None
    assert Undo.objects.count() == 1


def test_all_read_in_one_circle_leaves_the_others() -> None:
    user, made = a_reader()
    other = a_feed("other")
    theirs = entries(other, [2, 1])
    source = a_source(user, other)
    marks.read_all(View(user, Source.objects.filter(pk=source.pk), True), theirs[-1].pk, "all", NOW)
    assert set(by_hand(everything(user))) == {e.pk for e in made[4:]}


def test_undoing_after_more_was_done_keeps_the_counters_right() -> None:
    user, made = a_reader()
    undo = marks.read_all(everything(user), made[-1].pk, "all", NOW)
    assert undo
    marks.mark(user, made[8], False, NOW)
    marks.mark(user, made[2], False, NOW)
    gone = made.pop(1)
    gone.delete()
    count(made[0].feed)
    recount(Watermark.objects.filter(user=user))
    undoing.take_back(undo)
    assert counters_are_right(user)
    assert {made[1].pk, made[7].pk} <= set(by_hand(everything(user)))


def test_marking_many_takes_as_many_queries_as_marking_few() -> None:
    user, _ = a_reader()
    feed = a_feed("loud")
    a_source(user, feed)
    asked = []
    for more in (10, 2000):
        made = entries(feed, [n / 1000 for n in range(more, 0, -1)])
        with CaptureQueriesContext(connection) as queries:
            assert marks.read_above(everything(user), Cursor(made[0].sorted_at, 0), made[-1].pk, "", NOW)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12, "two of them are the asking of the room that remembers"
    assert counters_are_right(user)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_in_whatever_order_the_counters_are_right(seed: int) -> None:
    user = a_world(seed)
    chance = random.Random(seed)
    ids = list(Entry.objects.filter(feed__sources__roster=user.roster).values_list("pk", flat=True).distinct())
    for step in range(25 if ids else 0):
        now = NOW + timedelta(seconds=step)
        entry = Entry.objects.get(pk=chance.choice(ids))
        acts: list[Callable[[], object]] = [
            lambda e=entry, n=now: marks.mark(user, e, True, n),
            lambda e=entry, n=now: marks.mark(user, e, False, n),
            lambda e=entry, n=now: marks.keep(user, e, chance.random() < 0.5, n),
            lambda e=entry, n=now: marks.read_above(
                everything(user), Cursor(e.sorted_at, e.pk), chance.choice(ids), "", n
            ),
            lambda n=now: marks.read_all(everything(user), chance.choice(ids), "", n),
            lambda n=now: settle(n + timedelta(hours=2)),
            lambda: (last := undoing.last_act(user)) and undoing.take_back(last),
        ]
        chance.choice(acts)()
        assert counters_are_right(user)


def test_settling_changes_rows_and_not_what_is_read() -> None:
    user, made = a_reader()
    for entry in (made[4], made[5], made[7]):
        marks.mark(user, entry, True, NOW)
    marks.keep(user, made[5], True, NOW)
    marks.mark(user, made[0], False, NOW)
    before = by_hand(everything(user))
    assert settle(NOW + timedelta(hours=3)) == 1
    assert by_hand(everything(user)) == before and counters_are_right(user)
    assert Watermark.objects.get(user=user).upto == made[5].pk, "up to the first unread one"
    assert set(Mark.objects.values_list("entry", "read")) == {
        (made[0].pk, False),
        (made[5].pk, None),
        (made[7].pk, True),
    }
    assert settle(NOW + timedelta(hours=3)) == 0


def test_settling_waits_for_whoever_may_still_take_something_back() -> None:
    user, made = a_reader()
    undo = marks.read_above(everything(user), Cursor(made[0].sorted_at, 0), made[-1].pk, "", NOW)
    before = Mark.objects.count()
    assert settle(NOW + timedelta(minutes=5)) == 0 and Mark.objects.count() == before
    assert undo
    undoing.take_back(undo)
    assert set(by_hand(everything(user))) == {e.pk for e in made[4:]}


@pytest.mark.django_db(transaction=True)
def test_two_tabs_marking_at_once_count_once() -> None:
    user, made = a_reader()
    start, changed = Barrier(4), []

    def tab() -> None:
        start.wait()
        changed.extend(marks.mark(user, entry, True, NOW) for entry in made)
        close_old_connections()
        connection.close()

    tabs = [Thread(target=tab) for _ in range(4)]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    assert sum(changed) == 5 and len(changed) == 36
    assert counters_are_right(user)
    assert by_hand(everything(user)) == []
