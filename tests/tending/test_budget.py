"""What a roster costs: by person and circle, estimated where only beginnings come, and its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from aggregator.models import Beyond, EntryBody
from network.gathering.proposal_words import Line, Stage
from network.models import Circle, Proposal, Source, User
from reading.timeline import LONG_AGO
from tending.budget import roster, weighing
from tending.models import FeedWeeks
from tending.templatetags import budget
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
WEEKLY = [3 + 7 * n for n in range(26)]  # days ago


@pytest.fixture
def nora() -> User:
    return a_member(minutes=10)


def test_the_budget_is_that_of_what_is_followed_by_person_and_by_circle(nora: User) -> None:
    long, short, gone = a_feed("kelp"), a_feed("rye"), a_feed("gone")
    for feed, words in ((long, 4600), (short, 460), (gone, 2300)):
        entries(feed, [*WEEKLY, 400], words=words)
    kelp = a_source(nora, long)
    rye = a_source(nora, short, kelp.person)
    a_source(nora, gone, state="retired")
    Circle.objects.create(roster=nora.roster, name="North").people.add(kelp.person)
    weighing.weigh([long.pk, short.pk], NOW)
    costs = roster.of_member(nora, NOW)
    assert (costs.cost.usual, costs.cost.busiest, costs.given) == (22, 22, 70)
    assert [(share.name, round(share.minutes)) for share in costs.people] == [("Kelp", 22)]
    assert [(share.name, round(share.minutes)) for share in costs.circles] == [("North", 22)]
    assert {pk: round(share.minutes) for pk, share in costs.by_source.items()} == {kelp.pk: 20, rye.pk: 2}
    assert costs.uncounted == 0


def test_one_feed_of_two_people_costs_once(nora: User) -> None:
    feed = a_feed("planet")
    entries(feed, [*WEEKLY, 400], words=2300, author="Ann")
    entries(feed, WEEKLY, words=2300, author="Bo")
    a_source(nora, feed)
    a_source(nora, feed, nora.roster.people.create(name="Ann", created_at=NOW), author="Ann")
    costs = roster.of_member(nora, NOW)  # never weighed: counted now
    assert costs.cost.usual == 20
    assert sorted(round(share.minutes) for share in costs.people) == [10, 20]


def test_beginnings_are_estimated_and_said_to_be(nora: User) -> None:
    feed = a_feed("kelp")
    made = entries(feed, [*WEEKLY, 400], words=30)
    EntryBody.objects.update(text="Once there was […]")
    a_source(nora, feed)
    weighing.weigh([feed.pk], NOW)
    row = FeedWeeks.objects.get()
    assert row.estimated
    assert row.weeks[0] == pytest.approx(700 / 230, abs=0.01)
    for entry in made[:3]:
        Beyond.objects.create(entry=entry, what="text", url="https://x/", asked_at=NOW, words=2300)
    weighing.weigh([feed.pk], NOW)
    assert FeedWeeks.objects.get().weeks[0] == 10
    EntryBody.objects.update(text="A whole thought.")
    weighing.weigh([feed.pk], NOW)
    row = FeedWeeks.objects.get()
    assert not row.estimated
    assert row.weeks[0] < 1


def test_feeds_are_weighed_once_a_day_and_whatever_their_dates_say(nora: User) -> None:
    feed = a_feed("kelp")
    entries(feed, [1, -40])
    entries(feed, [1], edited_at=LONG_AGO)
    a_feed("nobodys", subscribers=0)
    a_source(nora, feed)
    assert weighing.weigh_due(NOW) == 1
    assert weighing.weigh_due(NOW) == 0
    assert weighing.weigh_due(NOW + timedelta(days=1)) == 1
    assert weighing.weigh_due(NOW - timedelta(days=9)) == 1  # the clock was set back


def test_the_page_shows_who_takes_it_and_offers_changes_that_can_be_taken_back(nora: User, client: Client) -> None:
    loud = a_feed("loud")
    entries(loud, [*WEEKLY, 400], words=6000)
    loud_one = a_source(nora, loud)
    for name in ("a", "b"):
        feed = a_feed(name)
        entries(feed, [*WEEKLY, 400], words=5750)
        a_source(nora, feed)
    weighing.weigh_due(NOW)
    User.objects.filter(pk=nora.pk).update(minutes=8)
    client.force_login(nora)
    page = client.get("/tend/budget/").content.decode()
    assert "Changes that would fit" in page
    assert page.count("Pause for a month:") == 2
    assert "Give it 11 minutes a day." in page
    client.post("/tend/budget/fit/", {"sources": f"{loud_one.pk},x,{'9' * 30}"})
    assert Source.objects.get(pk=loud_one.pk).state == "paused"
    page = client.get("/tend/budget/").content.decode()
    assert "1 source pauses for 30 days." in page
    assert 'data-act="undo"' in page
    assert "Changes that would fit" not in page


def test_a_newcomer_comes_with_its_price(nora: User) -> None:
    feed = a_feed("kelp")
    entries(feed, [*WEEKLY, 400], words=2300)
    weighing.weigh([feed.pk], NOW)
    proposed, looked_for = Proposal(feed=feed), Proposal()
    lines = [Line(proposed, Stage.FOUND, ""), Line(looked_for, Stage.LOOKING, "")]
    prices = budget.prices_of(lines)
    assert budget.price(prices, feed) == "about 10 minutes a week"
    assert budget.price(prices, None) == ""
    assert budget.price(budget.prices_of([]), feed) == ""
    source = a_source(nora, feed)
    assert budget.asked_by([source]) == "It asks for about 10 minutes a week."
    assert budget.asked_by([source, a_source(nora, a_feed("new"))]) == ""  # not weighed yet: not half a sum
    assert budget.asked_by([]) == ""


def test_the_first_page_costs_the_same_with_one_source_and_with_many(
    nora: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(nora)
    assert "Your roster asks for nothing yet." in client.get("/tend/").content.decode()
    for n in range(30):
        feed = a_feed(f"feed{n}")
        entries(feed, [1, 20])
        a_source(nora, feed)
    weighing.weigh_due(NOW)
    with django_assert_max_num_queries(14):
        client.get("/tend/")
