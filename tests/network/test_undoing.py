"""Acts on a roster taken back: everything is as it was, or a sentence says why it is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.merge import merge as merge_feeds
from aggregator.models import Feed, FeedAddress
from network import follow, states, whose
from network.arriving import places
from network.follow import Wish, follow_many
from network.models import Arrival, Aside, Change, Circle, Mute, Note, Notice, Person, Place, Source, Tag, User
from network.remembering import history, pictures, repaint, undoing
from network.remembering.undoing import Refused, undo

from .members import NOW, a_feed, a_member, a_source
from .test_showing import a_group

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


def last() -> Change:
    return Change.objects.order_by("-pk")[0]


def everything() -> dict[str, Any]:
    """All tables that hang on rosters, row by row, and what the feeds hear of it."""
    found: dict[str, Any] = {kind: pictures.rows(kind) for kind in pictures.TABLES}
    for kind, name in pictures.LISTS:
        pictures.listed(kind, name, found[kind])
    for source in found["sources"].values():
        del source["named"]
    return found | {"subscribers": dict(Feed.objects.values_list("pk", "subscribers"))}


def nothing_brought_home() -> Any:
    """What members' notes bring onto their own rosters is no part of an act: tests/network/test_leaving.py."""
    return mock.patch.object(repaint, "when_leaving", [])


# ---- whatever is done


class Roster:
    """A roster that things are done to; each number an act is given picks one of what there is."""

    def __init__(self) -> None:
        self.nora = a_member()
        self.otto = a_member("otto")
        self.roster = a_group("kelp", self.nora, self.otto)
        self.feeds = [a_feed(title=f"Feed {n}") for n in range(5)]
        self.now = NOW
        follow_many(self.roster, [Wish(feed, who=f"{n % 3}") for n, feed in enumerate(self.feeds[:4])], NOW)
        for n, source in enumerate(Source.objects.order_by("pk")):
            Mute.objects.create(user=self.otto, source=source, at=NOW)
            Note.objects.create(user=self.nora, source=source, text=f"of {n}", changed_at=NOW)
            Notice.objects.create(user=self.nora, source=source, kind="gone", at=NOW)
            Arrival.objects.create(roster=self.roster, address="x", at=NOW, source=source)
        for n, person in enumerate(Person.objects.order_by("pk")):
            Note.objects.create(user=(self.nora, self.otto)[n % 2], person=person, text=f"who {n}", changed_at=NOW)
            Place.objects.create(person=person, url=f"https://p{n % 2}.example/", at=NOW)
        tag = Tag.objects.create(roster=self.roster, name="slow")
        tag.people.set(Person.objects.all()[:2])
        tag.sources.set(Source.objects.all()[:3])
        Circle.objects.create(roster=self.roster, name="Desk").people.set(Person.objects.all()[:2])

    def pick(self, model: Any, n: int) -> Any:
        rows = list(model.objects.order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def do(self, act: str, a: int, b: int) -> None:
        self.now += timedelta(minutes=1)
        ACTS[act](self, a, b)

    # the acts

    def follow(self, a: int, b: int) -> None:
        circles = [f"Circle {b % 3}"] if b % 2 else []
        follow.follow(self.roster, self.feeds[a % 5], self.now, circles=circles)

    def turn(self, a: int, b: int) -> None:
        state = Source.State.values[b % 4]
        until = self.now + timedelta(hours=1) if state in ("trial", "paused") else None
        some = [s for s in Source.objects.all() if s.pk % 3 == a % 3]
        follow.turn(some, state, self.now, until=until, reason="x")

    def forget(self, a: int, b: int) -> None:
        if source := self.pick(Source, a):
            follow.forget([source], self.now, circles=bool(b % 2))

    def give(self, a: int, b: int) -> None:
        if source := self.pick(Source, a):
            follow.give_to(source, ("Somebody new", self.pick(Person, b).name)[b % 2], self.now)

    def merge(self, a: int, b: int) -> None:
        one, other = self.pick(Person, a), self.pick(Person, b)
        if one and one != other:
            whose.merge(one, other, self.now, name="Both")

    def split(self, a: int, b: int) -> None:
        person = self.pick(Person, a)
        if person and (theirs := list(person.sources.values_list("pk", flat=True)))[1:]:
            whose.split(person, [theirs[b % len(theirs)]], "Half", self.now)

    def circle(self, a: int, b: int) -> None:
        person, circle = self.pick(Person, a), self.pick(Circle, b)
        if person and circle:
            with history.noted(self.roster.pk, "circles", self.now, circles_of=[person.pk]):
                (circle.people.remove if b % 2 else circle.people.add)(person)

    def drop_circle(self, a: int, b: int) -> None:
        if circle := self.pick(Circle, a):
            members = list(circle.people.values_list("pk", flat=True))
            with history.noted(self.roster.pk, "circle_deleted", self.now, circles=[circle.pk], circles_of=members):
                circle.delete()

    def rename(self, a: int, b: int) -> None:
        if person := self.pick(Person, a):
            with history.noted(self.roster.pk, "renamed", self.now, people=[person.pk]):
                Person.objects.filter(pk=person.pk).update(name=f"Name {b % 3}", met="at sea")

    def place(self, a: int, b: int) -> None:
        if person := self.pick(Person, a):
            with suppress(Refused):
                places.add(person, f"https://p{b % 5}.example/", self.now, self.nora)

    def say(self, a: int, b: int) -> None:
        if place := self.pick(Place, a):
            places.answer(place, bool(b % 2), self.now, self.nora)


ACTS: dict[str, Callable[[Roster, int, int], None]] = {
    name: getattr(Roster, name)
    for name in (
        *("follow", "turn", "forget", "give", "merge", "split", "circle", "drop_circle", "rename"),
        *("place", "say"),
    )
}
numbers = st.integers(0, 11)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), numbers, numbers), min_size=1, max_size=7))
def test_whatever_was_done_undone_backwards_leaves_the_tables_as_they_were(
    acts: list[tuple[str, int, int]],
) -> None:
    with nothing_brought_home(), transaction.atomic():
        there = Roster()
        stages = []
        for act in acts:
            before, count = everything(), Change.objects.count()
            there.do(*act)
            if Change.objects.count() > count:
                assert Change.objects.count() == count + 1
                stages.append((act, before, last()))
            else:
                assert everything() == before, act
        after = everything()
        undone = []
        for act, before, change in reversed(stages):
            undone.append(undo(change, there.now + timedelta(minutes=1)))
            assert everything() == before, act
        for change in reversed(undone):  # and all of it again
            assert change
            undo(change, there.now + timedelta(minutes=2))
        assert everything() == after
        transaction.set_rollback(True)


# ---- each act


def test_an_import_of_many_is_one_change_and_one_undo() -> None:
    nora = a_member()
    before = everything()
    wishes = [Wish(a_feed(), name=f"Voice {n}", circles=(f"C {n % 4}",)) for n in range(40)]
    before = everything()
    follow_many(nora.roster, wishes, NOW, act="imported", why="readers.opml", circles=["C 3", "empty"])
    assert (Change.objects.count(), last().about["people_count"], last().why) == (1, 40, "readers.opml")
    undo(last(), LATER)
    assert everything() == before


def test_what_a_merge_swallowed_comes_back_with_every_members_own_rows() -> None:
    there = Roster()
    one, other = Person.objects.order_by("pk")[:2]
    Note.objects.create(user=there.nora, person=other, text="met in Bergen", changed_at=NOW)
    before = everything()
    change = whose.merge(one, other, LATER, name="Both")
    assert change and {aside.user for aside in Aside.objects.all()} == {there.nora, there.otto}
    assert Person.objects.get(pk=one.pk).name == "Both"
    assert Note.objects.get(user=there.nora, person=one).text == "who 0\n\nmet in Bergen"
    undo(change, LATER, there.nora)
    assert everything() == before


def test_what_is_brought_back_is_not_news_to_who_had_it_before_them() -> None:
    nora, heard = a_member(), []
    source = a_source(nora)
    change = states.retire(source, NOW)
    follow.when_visible.append(lambda *told: heard.append(told))
    try:
        assert change
        undo(change, LATER)
        assert heard == []
        states.retire(Source.objects.get(), NOW)
        undo(last(), NOW + timedelta(days=30))
        assert [(list(users), list(feeds)) for users, feeds, _ in heard] == [([nora.pk], [source.feed_id])]
    finally:
        follow.when_visible.pop()


# ---- and when not


def test_an_act_is_taken_back_once() -> None:
    change = states.retire(a_source(a_member()), NOW)
    assert change
    undo(change, LATER)
    with pytest.raises(Refused, match="already"):
        undo(change, LATER)


def test_what_was_changed_since_stays_and_a_sentence_names_it() -> None:
    source = a_source(a_member(), name="Ingrid")
    came, retired = last(), states.retire(source, NOW)
    paused = states.pause(source, None, NOW)
    before = everything()
    for change in (retired, came):
        assert change
        with pytest.raises(Refused, match="“A blog” was changed since"):
            undo(change, LATER)
    assert everything() == before
    for change in (paused, retired, came):
        assert change
        undo(change, LATER)
    assert not Person.objects.exists()


def test_nobody_is_taken_away_with_a_source_that_came_since() -> None:
    nora = a_member()
    source = a_source(nora, name="Ingrid")
    came = last()
    a_source(nora, a_feed(title="Her podcast"), person=source.person)
    with pytest.raises(Refused, match="Her podcast"):
        undo(came, LATER)
    assert Source.objects.count() == 2


def test_what_was_followed_anew_does_not_come_twice() -> None:
    nora, feed = a_member(), a_feed(title="Slow")
    follow.forget([a_source(nora, feed)], NOW)
    gone = last()
    follow.follow(nora.roster, feed, LATER)
    with pytest.raises(Refused, match="on the roster again"):
        undo(gone, LATER)


def test_a_circle_of_the_same_name_is_not_doubled() -> None:
    nora = a_member()
    circle = follow.make_circles(nora.roster, ["Desk"])["Desk"]
    with history.noted(nora.roster.pk, "circle_deleted", NOW, circles=[circle.pk]) as act:
        circle.delete()
    follow.make_circles(nora.roster, ["Desk"])
    assert act.change
    with pytest.raises(Refused, match="another “Desk”"):
        undo(act.change, LATER)


def test_a_circle_that_was_there_before_stays_when_somebody_is_taken_out_of_it_again() -> None:
    nora = a_member()
    source = a_source(nora, name="Ingrid")
    for name in ("Desk", "Desk", "New"):
        with history.noted(nora.roster.pk, "circles", NOW, circles_of=[source.person_id]) as act:
            circle = follow.make_circles(nora.roster, [name])[name]
            act.also("circles", [circle.pk])
            source.person.circles.set([circle])
        if name == "Desk":
            source.person.circles.clear()
    assert act.change
    undo(act.change, LATER)
    assert [circle.name for circle in Circle.objects.all()] == ["Desk"]


def test_what_happened_by_itself_or_long_ago_cannot_be_taken_back() -> None:
    source = a_source(a_member())
    states.try_out(source, NOW + timedelta(days=1), NOW)
    long_ago = last()
    assert states.end_trials(NOW + timedelta(days=2)) == 1
    with pytest.raises(Refused, match="by itself"):
        undo(last(), LATER)
    with pytest.raises(Refused, match="90 days"):
        undo(long_ago, NOW + timedelta(days=91))


def test_a_feed_that_became_another_is_found_by_its_address() -> None:
    nora, old, into = a_member(), a_feed(), a_feed()
    follow.forget([a_source(nora, old)], NOW)
    gone = last()
    merge_feeds(old, into, NOW)
    assert FeedAddress.objects.get().feed == into
    undo(gone, LATER)
    assert Source.objects.get().feed == into


def test_rows_of_members_who_have_left_stay_away() -> None:
    there = Roster()
    one, other = Person.objects.order_by("pk")[:2]
    change = whose.merge(one, other, LATER)
    there.otto.memberships.all().delete()
    User.objects.filter(pk=there.nora.pk).delete()
    assert change
    Note.objects.all().delete()
    undo(change, LATER)
    assert (Person.objects.count(), Note.objects.count()) == (3, 0)


def test_what_members_wrote_is_let_go_when_nothing_can_be_undone_any_more() -> None:
    there = Roster()
    whose.merge(*Person.objects.order_by("pk")[:2], there.now)
    undoing.let_go(NOW + timedelta(days=89))
    assert Aside.objects.exists()
    undoing.let_go(NOW + timedelta(days=91))
    assert not Aside.objects.exists()


def test_everything_that_goes_with_a_person_or_a_source_is_known_to_history() -> None:
    """A new table that points to either needs a line in pictures.TABLES, or an undo would lose its rows."""
    known = {*pictures.TABLES.values(), *(through for through, _, _ in pictures.LISTS.values())}
    for model in (Person, Source):
        pointing = {relation.related_model for relation in model._meta.related_objects}
        pointing |= {field.remote_field.through for field in model._meta.many_to_many}
        lists = {relation.through for relation in model._meta.related_objects if relation.many_to_many}
        assert (pointing - {Circle, Tag}) | lists <= known
