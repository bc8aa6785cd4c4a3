"""What rules do to entries, and that taking it back leaves every mark as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.models import Entry, Feed
from network.models import User
from reading import doing, marks, settling, undoing
from reading.doing import Deed
from reading.models import EntryTag, Mark, Rule, RuleAct, Watermark
from reading.timeline import View, page, with_state
from reading.watermarks import recount
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


def a_rule(user: User, **more: Any) -> Rule:
    fields = {"name": "Quiet", "conditions": [], "acts": [], "at": NOW}
    return Rule.objects.create(user=user, **(fields | more))


@pytest.fixture
def nora() -> User:
    return a_member()


@pytest.fixture
def feed(nora: User) -> Feed:
    feed = a_feed("fern")
    made = entries(feed, [6, 5, 4, 3, 2, 1])
    a_source(nora, feed, upto=made[2].pk)
    return feed


def everything(feed: Feed) -> list[Entry]:
    return list(Entry.objects.filter(feed=feed).order_by("pk"))


def as_it_stands(user: User) -> Any:
    marks = Mark.objects.filter(user=user).order_by("entry")
    return (
        list(marks.values_list("entry", "read", "kept_at", "hidden", "hidden_by")),
        list(Watermark.objects.filter(user=user).values_list("feed", "upto", "read_count")),
        list(EntryTag.objects.filter(user=user).order_by("entry", "name").values_list("entry", "name")),
        list(with_state(Entry.objects.order_by("pk"), user).values_list("pk", "is_read")),
        sorted(doing.in_skim(user)),
    )


def counted_right(user: User) -> bool:
    said = list(Watermark.objects.filter(user=user).values_list("pk", "read_count"))
    recount(Watermark.objects.filter(user=user))
    return said == list(Watermark.objects.filter(user=user).values_list("pk", "read_count"))


def test_what_is_hidden_is_read_and_in_no_list(nora: User, feed: Feed) -> None:
    rule, last = a_rule(nora), everything(feed)[-1]
    assert doing.do(nora, [Deed(rule, last, "hide")], NOW) == 1
    for unread in (True, False):
        shown = page(View(nora, nora.roster.sources.all(), unread=unread)).shown
        assert last.pk not in [each.entry.pk for each in shown]
    mark = Mark.objects.get(user=nora, entry=last)
    assert (mark.hidden, mark.hidden_by, mark.read) == (True, rule, True)
    assert counted_right(nora)


def test_what_is_kept_is_not_hidden(nora: User, feed: Feed) -> None:
    first, last = everything(feed)[0], everything(feed)[-1]
    marks.keep(nora, first, True, NOW)
    keeps, hides = a_rule(nora), a_rule(nora)
    deeds = [Deed(keeps, last, "keep"), Deed(hides, last, "hide"), Deed(hides, first, "hide")]
    assert doing.do(nora, deeds, NOW) == 1
    assert not doing.hidden(nora).exists()


def test_the_same_act_is_done_once(nora: User, feed: Feed) -> None:
    rule, other, last = a_rule(nora), a_rule(nora), everything(feed)[-1]
    deeds = [Deed(rule, last, act, "fern" if act == "tag" else "") for act in doing.ACTS if act != "hide"]
    assert doing.do(nora, deeds, NOW) == 5
    assert doing.do(nora, deeds, NOW) == 0
    again = [Deed(other, *deed[1:]) for deed in deeds]
    assert doing.do(nora, again, NOW) == 1  # each rule tells for itself
    assert EntryTag.objects.get(user=nora).name == "fern"


def test_what_was_taken_back_is_not_done_again(nora: User, feed: Feed) -> None:
    rule, last = a_rule(nora), everything(feed)[-1]
    doing.do(nora, [Deed(rule, last, "hide")], NOW)
    assert doing.take_back(nora, rule.done.all(), NOW) == 1
    assert doing.do(nora, [Deed(rule, last, "hide")], NOW) == 0
    assert not doing.hidden(nora).exists()


def test_what_a_whole_rule_did_is_forgotten_when_it_is_taken_back(nora: User, feed: Feed) -> None:
    rule = a_rule(nora)
    deeds = [Deed(rule, entry, "hide") for entry in everything(feed)]
    before = as_it_stands(nora)
    assert doing.do(nora, deeds, NOW) == 6
    assert doing.take_back(nora, rule.done.all(), NOW, forget=True) == 6
    assert as_it_stands(nora) == before
    assert doing.do(nora, deeds, NOW) == 6


def test_who_marks_it_unread_sees_it_again(nora: User, feed: Feed) -> None:
    rule, last = a_rule(nora), everything(feed)[-1]
    doing.do(nora, [Deed(rule, last, "hide")], NOW)
    assert marks.mark(nora, last, False, NOW)
    assert not doing.hidden(nora).exists()
    doing.take_back(nora, rule.done.all(), NOW)
    assert not with_state(Entry.objects.all(), nora).get(pk=last.pk).is_read  # type: ignore[attr-defined]
    assert counted_right(nora)


def test_the_night_leaves_what_is_hidden_and_it_comes_back_unread(nora: User, feed: Feed) -> None:
    rule, some = a_rule(nora), everything(feed)[3:5]
    doing.do(nora, [Deed(rule, some[0], "hide"), Deed(rule, some[1], "read")], NOW)
    settling.settle(NOW + timedelta(days=1))
    assert Watermark.objects.get(user=nora).upto == some[1].pk
    assert list(doing.hidden(nora).values_list("entry", flat=True)) == [some[0].pk]
    doing.take_back(nora, rule.done.all(), NOW)
    assert not any(each.is_read for each in with_state(Entry.objects.filter(pk__in=[e.pk for e in some]), nora))  # type: ignore[attr-defined]
    assert counted_right(nora)


def test_what_its_rule_left_behind_can_be_shown(nora: User, feed: Feed) -> None:
    rule, last = a_rule(nora), everything(feed)[-1]
    doing.do(nora, [Deed(rule, last, "hide")], NOW)
    rule.delete()
    assert doing.hidden(nora).get().hidden_by is None
    doing.show(nora, last, NOW)
    assert not doing.hidden(nora).exists()
    assert not with_state(Entry.objects.all(), nora).get(pk=last.pk).is_read  # type: ignore[attr-defined]
    assert counted_right(nora)


def test_what_was_kept_anew_stays_when_a_rules_keeping_is_taken_back(nora: User, feed: Feed) -> None:
    rule, last = a_rule(nora), everything(feed)[-1]
    doing.do(nora, [Deed(rule, last, "keep")], NOW)
    marks.keep(nora, last, False, NOW)
    marks.keep(nora, last, True, NOW + timedelta(hours=1))
    doing.take_back(nora, rule.done.all(), NOW)
    assert Mark.objects.get(user=nora, entry=last).kept_at


def test_reading_taken_back_under_what_another_rule_hides(nora: User, feed: Feed) -> None:
    reads, hides, last = a_rule(nora), a_rule(nora), everything(feed)[-1]
    before = as_it_stands(nora)
    doing.do(nora, [Deed(reads, last, "read"), Deed(hides, last, "hide")], NOW)
    doing.take_back(nora, reads.done.all(), NOW)
    assert doing.hidden(nora).get().read
    doing.take_back(nora, hides.done.all(), NOW)
    assert as_it_stands(nora) == before


def test_a_lost_bulk_act_does_not_show_what_a_rule_hides(nora: User, feed: Feed) -> None:
    rule, last, view = a_rule(nora), everything(feed)[-1], View(nora, nora.roster.sources.all())
    marks.mark(nora, last, False, NOW)
    undo = marks.read_all(view, last.pk, "", NOW)
    assert undo
    doing.do(nora, [Deed(rule, last, "hide")], NOW)
    undoing.take_back(undo)
    assert doing.hidden(nora).get().read
    assert counted_right(nora)


deeds_of = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.sampled_from(doing.ACTS)), max_size=20)
by_hand = st.lists(st.tuples(st.sampled_from(["read", "unread", "keep"]), st.integers(0, 5)), max_size=6)


@given(by_hand, st.lists(deeds_of, min_size=1, max_size=3), st.permutations(range(3)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_taking_back_what_rules_did_leaves_everything_as_it_was(
    nora: User, feed: Feed, hand: list[Any], rounds: list[list[Any]], order: list[int]
) -> None:
    point = transaction.savepoint()
    made, rules, now = everything(feed), [a_rule(nora) for _ in range(3)], timezone.now()
    for act, n in hand:
        if act == "keep":
            marks.keep(nora, made[n], True, now)
        else:
            marks.mark(nora, made[n], act == "read", now)
    before = as_it_stands(nora)
    for at, some in enumerate(rounds):
        deeds = [Deed(rules[r], made[n], act, "fern" if act == "tag" else "") for r, n, act in some]
        doing.do(nora, deeds, now + timedelta(minutes=at))
        hidden = Mark.objects.filter(user=nora, hidden=True)
        assert not hidden.exclude(read=True).exists()
    for n in order:
        doing.take_back(nora, RuleAct.objects.filter(rule=rules[n]), now, forget=bool(n))
        assert counted_right(nora)
    assert as_it_stands(nora) == before
    transaction.savepoint_rollback(point)
