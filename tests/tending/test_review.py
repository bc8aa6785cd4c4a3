"""The review: what is found, cards, decisions, taking back exactly, and a group's from sums alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aggregator.models import Entry, Feed
from network import follow, states, whose
from network.gathering import groups
from network.models import Circle, Source, User
from network.remembering import undoing
from reading.models import Watermark
from tending import daily, events
from tending.budget import weighing
from tending.models import Decision, Event, Finding
from tending.reviewing import deciding, looking, when
from tending.reviewing.deck import deck
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


def shown(user: User, feed: Feed, opened: int = 0) -> None:
    """All of a feed stood before the member three weeks ago, and the first few were opened."""
    ids = list(Entry.objects.filter(feed=feed).order_by("pk").values_list("pk", flat=True))
    events.notice(user, "shown", ids, "river", NOW - timedelta(days=21))
    events.notice(user, "opened", ids[:opened], "page", NOW - timedelta(days=20))


def loud(user: User, name: str = "loud") -> Source:
    """Takes most of the minutes, and nobody opens it: two reasons."""
    feed = a_feed(name)
    source = a_source(user, feed)
    entries(feed, [22 + n for n in range(60)], words=2300)
    shown(user, feed)
    return source


def loved(user: User) -> Source:
    feed = a_feed("loved")
    source = a_source(user, feed)
    entries(feed, [22 + 4 * n for n in range(20)])
    shown(user, feed, 18)
    return source


def broken(user: User) -> Source:
    return a_source(user, a_feed("broken", state="gone"))


def tables() -> list[Any]:
    """All of it but when feeds are asked next: somebody follows them anew."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Source, Watermark, Finding, Event)]
    return [*rows, list(Feed.objects.order_by("pk").values("pk", "subscribers", "state", "entry_count"))]


def test_what_deserves_a_decision_is_found_and_nobody_is_for_being_quiet(nora: User) -> None:
    loved(nora)
    quiet = a_source(nora, a_feed("quiet"))
    entries(quiet.feed, [2000, 3000])
    ones = {loud(nora).pk: ["unread", "room"], broken(nora).pk: ["broken"]}
    found = looking.look(nora.roster, NOW)
    assert {each.source: each.reasons for each in found} == ones
    numbers = Finding.objects.get(reasons=["unread", "room"]).numbers
    assert (numbers["shown"], numbers["opened"], numbers["opened_part"]) == (60, 0, 0)
    assert looking.look_due(NOW) is False
    assert looking.look_due(NOW + timedelta(days=1)) is True


def test_the_gravest_stands_first_and_each_verdict_does_what_it_says(nora: User) -> None:
    gone, first, second, third = broken(nora), loud(nora), loud(nora, "loud2"), loud(nora, "loud3")
    looking.look(nora.roster, NOW)
    assert deck(nora.roster, NOW).waiting == 1 + 3 * 1
    card = deck(nora.roster, NOW).card
    assert card and card.source == gone
    assert card.sentences == ["Its site says that this feed is gone for good."]
    for source, verdict in ((gone, "retire"), (first, "pause30"), (second, "keep"), (third, "skip")):
        assert deciding.decide(source, verdict, "too  loud", nora, NOW)
    kept = {source.pk: (source.state, source.until, source.reason) for source in Source.objects.all()}
    assert kept[gone.pk] == ("retired", None, "too loud")
    assert kept[first.pk] == ("paused", NOW + timedelta(days=30), "")
    assert kept[second.pk][0] == kept[third.pk][0] == "following"
    assert deck(nora.roster, NOW).card is None
    assert deciding.decide(gone, "keep", "", nora, NOW) is None  # decided already


def test_what_was_decided_is_asked_again_after_half_a_year_or_for_a_new_reason(nora: User) -> None:
    source = loud(nora)
    looking.look(nora.roster, NOW)

    def waits(days: int) -> bool:
        return deck(nora.roster, NOW + timedelta(days=days)).waiting == 1

    for verdict, again in (("keep", 182), ("skip", 14)):
        decision = deciding.decide(source, verdict, "", nora, NOW)
        assert decision
        assert (waits(again - 1), waits(again)) == (False, True)
        deciding.take_back(decision, nora, NOW)
    deciding.decide(source, "keep", "", nora, NOW)
    Finding.objects.update(reasons=["broken", "unread", "room"])
    assert waits(1)
    Finding.objects.update(reasons=["unread", "room"])
    Decision.objects.update(verdict="always")
    assert not waits(4000)


@pytest.mark.parametrize("verdict", Decision.Verdict.values)
def test_taking_back_leaves_everything_as_it_was(verdict: str, nora: User) -> None:
    source, now = loud(nora), timezone.now()
    looking.look(nora.roster, now)
    before, waited = tables(), deck(nora.roster, now)
    decision = deciding.decide(source, verdict, "", nora, now)
    assert decision
    assert deck(nora.roster, now).waiting == 0
    deciding.take_back(decision, nora, now + timedelta(minutes=1))
    deciding.take_back(decision, nora, now + timedelta(minutes=1))  # twice is once
    after = deck(nora.roster, now)
    assert (after.waiting, after.card) == (waited.waiting, waited.card)
    assert tables() == before


def test_what_is_taken_back_in_the_rosters_history_is_taken_back_here(nora: User) -> None:
    source, now = loud(nora), timezone.now()
    looking.look(nora.roster, now)
    decision = deciding.decide(source, "retire", "", nora, now)
    assert decision and decision.change
    undoing.undo(decision.change, now, nora)
    assert deck(nora.roster, now).waiting == 1
    deciding.take_back(decision, nora, now)
    assert Source.objects.get(pk=source.pk).state == "following"


def test_the_last_link_to_a_circle_is_warned_of(nora: User) -> None:
    source, other = loud(nora), loved(nora)
    circle = Circle.objects.create(roster=nora.roster, name="North")
    circle.people.add(source.person, other.person)
    looking.look(nora.roster, NOW)
    assert bridges(nora) == []
    states.retire(other, NOW)
    assert bridges(nora) == ["North"]
    a_source(nora, a_feed("elsewhere"), source.person)
    assert bridges(nora) == []  # they speak elsewhere too


def bridges(user: User) -> list[str]:
    card = deck(user.roster, NOW).card
    assert card
    return card.bridge_to


def test_copies_of_what_came_already(nora: User) -> None:
    first, second = a_feed("first"), a_feed("second")
    a_source(nora, first)
    copier = a_source(nora, second)
    for feed, late in ((first, 0.5), (second, 0.0)):
        made = entries(feed, [22 + n + late for n in range(16)])
        for n, entry in enumerate(made):
            Entry.objects.filter(pk=entry.pk).update(story=n + 1)
    shown(nora, first, 16)
    shown(nora, second)
    weighing.weigh([first.pk, second.pk], NOW)
    (found,) = looking.look(nora.roster, NOW)
    assert (found.source, found.reasons) == (copier.pk, ["unread", "copies"])
    assert (found.numbers["pieces"], found.numbers["copies"], found.numbers["copy_of"]) == (16, 16, "First")


def test_everything_is_done_once_a_day_in_short_turns(nora: User) -> None:
    loud(nora)
    Event.objects.filter(kind="opened").update(at=NOW - timedelta(days=500))
    assert daily.run(NOW) == 2  # its feed, and her roster
    assert Finding.objects.count() == 1
    assert daily.run(NOW + timedelta(hours=1)) == 0
    assert daily.run(NOW + timedelta(days=1), seconds=0) == 0  # no time: the next turn goes on
    assert daily.run(NOW + timedelta(days=1)) == 2


# ---- pages


def test_a_deck_is_gone_through_with_a_post_a_card_and_is_due_again_weeks_later(nora: User, client: Client) -> None:
    for n in range(3):
        loud(nora, f"loud{n}")
    client.force_login(nora)
    assert "Nobody has looked through" in client.get("/tend/review/").content.decode()
    Event.objects.update(at=timezone.now() - timedelta(days=20))
    client.post("/tend/review/", {"verdict": "look"})
    assert when.of_member(nora).is_due(timezone.now())
    for n in (1, 2, 3):
        page = client.get("/tend/review/").content.decode()
        assert f"{n} of 3 sources" in page
        source = deck(nora.roster, timezone.now()).card
        assert source
        said = {"verdict": "keep", "source": source.source.pk}
        answer = client.post("/tend/review/", said, headers={"HX-Request": "true"})
        assert answer.content.decode().startswith('<div id="deck"')
    assert "That was all" in answer.content.decode()
    assert not when.of_member(nora).is_due(timezone.now())
    assert when.of_member(nora).is_due(timezone.now() + timedelta(weeks=5))
    listed = client.get("/tend/decisions/").content.decode()
    assert listed.count("Take back") == 3
    client.post(f"/tend/decisions/{Decision.objects.first().pk}/undo/", {"back": "list"})  # type: ignore[union-attr]
    assert "taken back" in client.get("/tend/decisions/").content.decode()
    assert "1 of" not in client.get("/tend/").content.decode()


def test_somebody_deleted_in_another_tab_is_told_of_and_nothing_is_lost(nora: User, client: Client) -> None:
    source = loud(nora)
    looking.look(nora.roster, timezone.now())
    change_before = Source.objects.count()
    client.force_login(nora)
    whose.forget([source], timezone.now())
    for posted in ({"source": source.pk}, {"source": "x"}, {}, {"source": "9" * 30}):
        answer = client.post("/tend/review/", {"verdict": "retire", **posted}, follow=True)
        assert "not on the roster any more" in answer.content.decode()
    assert Source.objects.count() == change_before - 1
    assert Decision.objects.count() == 0


def test_how_often_it_is_due_is_the_members_choice(nora: User, client: Client) -> None:
    client.force_login(nora)
    for said, kept in (("8", 8), ("5", 8), ("x", 8), ("", 8), ("0", 0)):
        client.post("/tend/review/every/", {"every": said})
        assert when.of_member(nora).every == kept
    assert not when.of_member(nora).is_due(timezone.now())


def test_a_groups_review_is_its_curators_and_speaks_of_sums_over_five_members(nora: User, client: Client) -> None:
    group = groups.make(nora, "Shelf", NOW)
    feed, other = a_feed("loud"), a_feed("other")
    for each in (feed, other):
        follow.follow(group.roster, each, NOW, name=each.title)
    entries(feed, [22 + n for n in range(60)], words=2300)
    entries(other, [22, 40])
    members = [nora, *(a_member(f"m{n}") for n in range(4))]
    for member in members[1:]:
        groups.enter(group, member, NOW)
    for member in members[:4]:
        shown(member, feed)
    assert looking.look(group.roster, NOW) == []
    shown(members[4], feed)
    (found,) = looking.look(group.roster, NOW)
    assert (found.numbers["shown"], found.numbers["opened"], found.numbers["members"]) == (300, 0, 5)
    client.force_login(members[1])
    assert client.get(f"/groups/{group.pk}/review/").status_code == 404
    client.force_login(nora)
    page = client.get(f"/groups/{group.pk}/review/").content.decode()
    assert "stood before members of the group 300 times" in page
    client.post(f"/groups/{group.pk}/review/", {"verdict": "pause90", "source": found.source})
    assert Source.objects.get(pk=found.source).state == "paused"
    assert client.get("/tend/decisions/").content.decode().count("Take back") == 0  # not nora's own roster
