"""How rules come to entries: as they come, before a rule is saved, and on what is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aggregator import arrived
from aggregator.models import Entry, EntryBody, Feed
from network import follow
from network.gathering import groups, mutes
from network.models import Circle, Membership, User
from reading import doing, editions
from reading.governing import rules, ruling
from reading.models import EntryTag, Mark, Rule, RuleAct
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def a_rule(user: User, *acts: str, upto: int | None = None, position: int = 0, **condition: Any) -> Rule:
    asks = [{"what": "words", "how": "any", "value": "sponsored"}]
    if condition:
        asks = [{"how": "is"} | condition]
    does = [{"act": act} | ({"value": "north"} if act == "tag" else {}) for act in acts or ("hide",)]
    at = arrived.upto(LATER) if upto is None else upto
    return Rule.objects.create(
        user=user, name="Quiet", conditions=asks, acts=does, upto=at, at=NOW, position=position
    )


@pytest.fixture
def nora() -> User:
    return a_member()


@pytest.fixture
def feed(nora: User) -> Feed:
    feed = a_feed("fern")
    entries(feed, [9, 8])
    a_source(nora, feed)
    return feed


def hidden(user: User) -> list[str]:
    return list(doing.hidden(user).order_by("entry").values_list("entry__title", flat=True))


def test_a_rule_does_what_it_says_to_what_comes(nora: User, feed: Feed) -> None:
    entries(feed, [5], title="Sponsored, before there was a rule")
    rule = a_rule(nora)
    entries(feed, [1], title="Sponsored: shelves")
    entries(feed, [1], title="Ferns")
    assert ruling.apply_new(LATER) == 1
    assert hidden(nora) == ["Sponsored: shelves"]
    assert Rule.objects.get(pk=rule.pk).upto == Entry.objects.order_by("-pk")[0].pk
    assert ruling.apply_new(LATER) == 0


def test_words_are_looked_for_in_the_text_too(nora: User, feed: Feed) -> None:
    a_rule(nora, "read", "tag")
    (made,) = entries(feed, [1])
    EntryBody.objects.filter(pk=made.pk).update(text="This piece is sponsored by nobody.")
    assert ruling.apply_new(LATER) == 2
    assert Mark.objects.get(user=nora).read
    assert EntryTag.objects.get().name == "north"


def test_where_nobody_has_a_rule_nothing_is_looked_at(nora: User, feed: Feed) -> None:
    a_rule(nora, upto=0).delete()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert ruling.apply_new(LATER) == 0
    assert len(asked) == 1


def test_the_steps_end_and_cost_the_same_for_few_or_many(nora: User, feed: Feed) -> None:
    entries(feed, [1 + n / 5000 for n in range(1100)], title="Sponsored")
    a_rule(nora, upto=0)
    with CaptureQueriesContext(connection) as asked:
        assert ruling.apply_new(LATER, seconds=60) == 1100
    assert len(asked) < 150
    assert Rule.objects.get().upto == Entry.objects.order_by("-pk")[0].pk


def test_what_is_not_done_in_time_waits_for_the_next_round(nora: User, feed: Feed) -> None:
    entries(feed, [1 + n / 5000 for n in range(1100)], title="Sponsored")
    a_rule(nora, upto=0)
    assert [ruling.apply_new(LATER, seconds=0) for _ in range(4)] == [498, 500, 102, 0]


def test_the_order_of_rules_says_what_is_kept_from_hiding(nora: User, feed: Feed) -> None:
    a_rule(nora, "hide", position=1)
    a_rule(nora, "keep", position=0, what="author", value="Ada")
    entries(feed, [1], title="Sponsored", author="Ada")
    entries(feed, [1], title="Sponsored too", author="Bo")
    ruling.apply_new(LATER)
    assert hidden(nora) == ["Sponsored too"]


def test_a_rule_is_its_members_alone(nora: User, feed: Feed) -> None:
    otto = a_member("otto")
    a_source(otto, feed)
    a_rule(nora)
    entries(feed, [1], title="Sponsored")
    ruling.apply_new(LATER)
    assert hidden(nora) == ["Sponsored"]
    assert not Mark.objects.filter(user=otto).exists()
    assert not RuleAct.objects.exclude(rule__user=nora).exists()


def test_a_rule_sees_what_its_member_sees_and_no_more(nora: User, feed: Feed) -> None:
    elsewhere = a_feed("elsewhere")
    a_rule(nora)
    entries(elsewhere, [1], title="Sponsored elsewhere")
    entries(feed, [1], title="Sponsored by Ada", author="Ada")
    nora.roster.sources.update(author="Bo")
    assert ruling.apply_new(LATER) == 0
    assert not ruling.look(nora, list(rules.of(nora)), list(Entry.objects.all())).deeds()


def test_what_a_group_reads_is_ruled_unless_it_is_muted_or_left(nora: User, feed: Feed) -> None:
    group = groups.make(nora, "Ferns", NOW)
    shelf = a_feed("shelf")
    entries(shelf, [5])
    source = follow.follow(group.roster, shelf, NOW, name="Shelf")
    rule = a_rule(nora, what="group", value=group.pk)
    entries(shelf, [1], title="One")
    ruling.apply_new(LATER)
    assert hidden(nora) == ["One"]
    mutes.mute(nora, source, NOW)
    entries(shelf, [1], title="Two")
    assert ruling.apply_new(LATER) == 0
    Membership.objects.filter(group=group).delete()
    entries(feed, [1])
    ruling.apply_new(LATER)
    assert "no longer in the group" in Rule.objects.get(pk=rule.pk).trouble


def test_a_rule_whose_circle_is_gone_says_so_and_does_nothing(nora: User, feed: Feed) -> None:
    circle = Circle.objects.create(roster=nora.roster, name="Ferns")
    circle.people.add(nora.roster.people.get())
    rule = a_rule(nora, what="circle", value=circle.pk)
    entries(feed, [1], title="One")
    ruling.apply_new(LATER)
    assert hidden(nora) == ["One"]
    kept, pk = list(circle.people.all()), circle.pk
    circle.delete()
    entries(feed, [1], title="Two")
    assert ruling.apply_new(LATER) == 0
    assert "circle" in Rule.objects.get(pk=rule.pk).trouble
    Circle.objects.create(pk=pk, roster=nora.roster, name="Ferns").people.set(kept)
    entries(feed, [1], title="Three")
    ruling.apply_new(LATER)
    assert hidden(nora) == ["One", "Three"]
    assert Rule.objects.get(pk=rule.pk).trouble == ""


def test_another_members_circle_is_gone_to_a_rule(nora: User, feed: Feed) -> None:
    otto = a_member("otto")
    theirs = Circle.objects.create(roster=otto.roster, name="Theirs")
    theirs.people.add(nora.roster.people.get())
    a_rule(nora, what="circle", value=theirs.pk)
    entries(feed, [1])
    assert ruling.apply_new(LATER) == 0


def test_a_preview_changes_nothing_and_says_what_would_be(nora: User, feed: Feed) -> None:
    entries(feed, [3], title="Sponsored")
    entries(feed, [2], title="Sponsored again")
    rule = Rule(
        user=nora, conditions=[{"what": "words", "how": "any", "value": "sponsored"}], acts=[{"act": "hide"}]
    )
    looked = ruling.preview(nora, rule)
    assert [entry.title for entry in looked.fits[0].entries] == ["Sponsored again", "Sponsored"]
    assert len(looked.entries) == 4
    assert not RuleAct.objects.exists()
    assert not Mark.objects.exists()


def test_a_preview_looks_at_five_hundred_and_at_what_is_hidden(nora: User, feed: Feed) -> None:
    entries(feed, [1 + n / 5000 for n in range(600)], title="Sponsored")
    rule = a_rule(nora)
    ruling.apply_again(rule, LATER)
    assert doing.hidden(nora).count() == ruling.NEWEST
    looked = ruling.preview(nora, rule)
    assert len(looked.entries) == len(looked.fits[0].entries) == ruling.NEWEST


def test_again_does_what_the_preview_showed_and_the_bell_does_the_rest(nora: User, feed: Feed) -> None:
    made = entries(feed, [1 + n / 5000 for n in range(600)], title="Sponsored")
    rule = a_rule(nora)
    shown = {entry.pk for entry in ruling.preview(nora, rule).fits[0].entries}
    assert ruling.apply_again(rule, LATER) == len(shown)
    assert set(doing.hidden(nora).values_list("entry", flat=True)) == shown
    assert ruling.apply_new(LATER) == 100
    assert doing.hidden(nora).count() == len(made)


def test_a_rule_switched_on_again_leaves_alone_what_came_meanwhile(nora: User, feed: Feed) -> None:
    rule = a_rule(nora)
    rules.switch(rule, False, 0)
    entries(feed, [1], title="Sponsored")
    assert ruling.apply_new(LATER) == 0
    rule.refresh_from_db()
    rules.switch(rule, True, arrived.upto(LATER))
    assert ruling.apply_new(LATER) == 0
    entries(feed, [1], title="Sponsored later")
    ruling.apply_new(LATER)
    assert hidden(nora) == ["Sponsored later"]


def test_what_postgresql_may_not_show_yet_is_waited_for(nora: User, feed: Feed) -> None:
    a_rule(nora)
    (made,) = entries(feed, [1], title="Sponsored")
    Entry.objects.filter(pk=made.pk).update(arrived_at=LATER)
    at_once = ruling.apply_new(LATER + timedelta(seconds=1))
    assert at_once == (1 if connection.vendor == "sqlite" else 0)
    assert at_once + ruling.apply_new(LATER + arrived.LAG) == 1


def test_merging_feeds_carries_what_rules_did(nora: User, feed: Feed) -> None:
    from reading import merging

    rule, other = a_rule(nora, "hide", "skim"), a_feed("other")
    (old,), (twin,) = entries(feed, [1], title="Sponsored"), entries(other, [1], title="Sponsored")
    ruling.apply_new(LATER)
    merging.merge(feed.pk, other.pk, {old.pk: twin.pk})
    mark = Mark.objects.get(user=nora, entry=twin)
    assert (mark.hidden, mark.hidden_by, mark.read) == (True, rule, True)
    assert set(RuleAct.objects.filter(entry=twin).values_list("act", flat=True)) == {"hide", "skim"}


def test_what_a_rule_puts_in_skim_stands_there_and_in_no_edition(nora: User, feed: Feed) -> None:
    rule = a_rule(nora, "skim")
    (made,) = entries(feed, [0.1], title="Sponsored")
    visitor = Client()
    visitor.force_login(nora)
    assert "Sponsored" not in visitor.get("/skim/").content.decode()
    ruling.apply_new(LATER)
    for path in ("/skim/", "/skim/?show=all"):
        assert "Sponsored" in visitor.get(path).content.decode()
    assert made.pk not in [each.first for each in editions.sources_of(nora, NOW - timedelta(days=9), 0)]
    doing.take_back(nora, rule.done.all(), LATER)
    assert "Sponsored" not in visitor.get("/skim/?show=all").content.decode()


def test_a_rule_that_is_off_is_done_to_the_newest_alone(nora: User, feed: Feed) -> None:
    entries(feed, [1 + n / 5000 for n in range(600)], title="Sponsored")
    rule = a_rule(nora)
    rules.switch(rule, False, 0)
    assert ruling.apply_again(rule, LATER) == ruling.NEWEST
    assert ruling.apply_new(LATER) == 0


def test_a_rule_that_was_deleted_meanwhile_does_nothing(nora: User, feed: Feed) -> None:
    entries(feed, [1], title="Sponsored")
    rule = a_rule(nora)
    rules.delete(Rule.objects.get(pk=rule.pk), False, LATER)
    assert ruling.apply_again(rule, LATER) == 0
