"""The mix in two sentences."""

from __future__ import annotations

from datetime import timedelta

import pytest

from network.models import Circle
from tending import events, mix
from tending.budget import roster, weighing
from tending.mix import Mix
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries


def test_two_sentences_without_a_score() -> None:
    said = Mix(["Ann", "Bo"], 54, 5, 3, [("Kofi", "North")], NOW - timedelta(days=1))
    assert mix.sentences(said, NOW) == [
        "Of the minutes your roster asks for, Ann and Bo take 54 %. "
        "What you opened in the last half year came from 3 of your 5 circles.",
        "Some people alone link you to a circle: Kofi to “North”. The last new voice came yesterday morning.",
    ]


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert mix.sentences(Mix(), NOW) == []
    assert mix.sentences(Mix(circles=1, bridges=[("Kofi", "North")], newest=NOW + timedelta(days=9)), NOW) == []


@pytest.mark.django_db
def test_circles_count_by_what_was_opened_and_bridges_by_who_is_followed() -> None:
    nora = a_member()
    north, south = (Circle.objects.create(roster=nora.roster, name=name) for name in ("North", "South"))
    sources = {}
    for name in ("kelp", "rye", "moss"):
        feed = a_feed(name)
        sources[name] = a_source(nora, feed)
        made = entries(feed, [3 + 7 * n for n in range(26)])
    north.people.add(sources["kelp"].person)
    south.people.add(sources["rye"].person, sources["moss"].person)
    events.notice(nora, "shown", [made[0].pk], "river", NOW)
    weighing.weigh_due(NOW)
    found = mix.mix(nora, nora.roster, roster.of_member(nora, NOW), NOW)
    assert (found.circles, found.read, found.bridges) == (2, 0, [("Kelp", "North")])
    events.notice(nora, "opened", [made[0].pk], "page", NOW)
    assert mix.mix(nora, nora.roster, roster.of_member(nora, NOW), NOW).read == 1
    assert sorted(found.most) == ["Kelp", "Moss", "Rye"]
    assert found.part == 100
