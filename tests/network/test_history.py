"""What happened to a roster: written down in few queries, told in sentences, and walked back to any day."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network import follow, states, whose
from network.arriving import imports
from network.follow import Wish, follow_many
from network.models import Change, Person, Source
from network.outlining import opml, opml_out
from network.remembering import history, past, pictures, told
from network.remembering.undoing import Refused, undo

from .members import NOW, a_feed, a_member, a_source
from .test_undoing import ACTS, Roster, last, nothing_brought_home, numbers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told_of(change: Change) -> str:
    return str(told.sentence(change, ())).replace("<bdi>", "").replace("</bdi>", "")


def test_each_act_is_told_in_a_sentence() -> None:
    nora = a_member()
    slow = a_source(nora, a_feed(title="The Slow Shelf"), name="Ingrid", circles=["Desk"])
    said = [told_of(last())]
    other = a_source(nora, a_feed(title="Kelp"), name="Otto")
    for act in (
        lambda: states.retire(slow, NOW, "too loud"),
        lambda: states.bring_back(slow, NOW),
        lambda: states.pause(slow, NOW + 30 * DAY, NOW),
        lambda: states.pause(slow, None, NOW),
        lambda: states.end_pauses(NOW),
        lambda: states.try_out(slow, NOW + DAY, NOW),
        lambda: states.keep(slow, NOW),
        lambda: states.try_out(slow, NOW + DAY, NOW),
        lambda: states.end_trials(NOW + DAY),
        lambda: whose.give(slow, other.person, NOW),
        lambda: whose.split(other.person, [slow.pk], "Ingrid Hoel", NOW),
        lambda: whose.merge(other.person, Person.objects.get(name="Ingrid Hoel"), NOW, name="Both"),
        lambda: undo(last(), NOW),
        lambda: whose.forget([Source.objects.get(pk=slow.pk)], NOW),
    ):
        act()  # type: ignore[no-untyped-call]
        said.append(told_of(last()))
    assert said == [
        "Ingrid came, with “The Slow Shelf”.",
        "“The Slow Shelf” of Ingrid was retired.",
        "“The Slow Shelf” of Ingrid is followed again.",
        "“The Slow Shelf” of Ingrid is paused until 24 December 2026.",
        "“The Slow Shelf” of Ingrid is paused.",
        "“The Slow Shelf” of Ingrid is paused.",
        "“The Slow Shelf” of Ingrid is on trial until 25 November 2026.",
        "“The Slow Shelf” of Ingrid was kept after its trial.",
        "“The Slow Shelf” of Ingrid is on trial until 25 November 2026.",
        "The trial of “The Slow Shelf” of Ingrid ended, and nobody kept it.",
        "“The Slow Shelf” belongs to Otto now, no longer to Ingrid.",
        "Ingrid Hoel is somebody of their own now, with “The Slow Shelf”.",
        "Both and Ingrid Hoel are one person now.",
        "Taken back: what was changed about somebody (Ingrid Hoel and Otto).",
        "Ingrid Hoel was taken off, as if they had never come.",
    ]
    assert Source.objects.get().person.name == "Otto"


def test_every_act_has_a_sentence() -> None:
    assert set(told.TOLD) == history.ACTS


def test_many_are_told_by_three_names_and_a_number() -> None:
    nora = a_member()
    follow_many(
        nora.roster, [Wish(a_feed(), name=f"Voice {n}") for n in range(1200)], NOW, act="imported", why="r.opml"
    )
    assert told_of(last()) == "Voice 0, Voice 1, Voice 2 and 1,197 others came with “r.opml”."
    assert len(str(last().about)) < 1000


def test_a_name_with_markup_is_told_as_text() -> None:
    source = a_source(a_member(), name="<b>Otto & {who}")
    assert "&lt;b&gt;Otto &amp; {who}" in told.sentence(last(), {source.person_id})


# ---- what it costs


def queries(act: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return sum(1 for query in captured if "network_change" in query["sql"] or "network_aside" in query["sql"])


def test_writing_an_act_down_takes_one_query_however_many_it_was_about() -> None:
    nora = a_member()
    many = [Wish(a_feed(), name=f"V {n}") for n in range(300)]
    assert queries(lambda: follow_many(nora.roster, many, NOW)) == 1
    sources = list(Source.objects.all())
    with CaptureQueriesContext(connection) as few:
        states.turn(sources[:2], "paused", NOW)
    with CaptureQueriesContext(connection) as all_of_them:
        states.turn(sources, "retired", NOW, reason="x")
    assert len(few) == len(all_of_them) <= 11
    with (
        CaptureQueriesContext(connection) as renamed,
        history.noted(nora.roster.pk, "renamed", NOW, people=[sources[0].person_id]),
    ):
        Person.objects.filter(pk=sources[0].person_id).update(name="Wim")
    assert len(renamed) <= 1 + 4 + 2  # the act itself, ours, and a savepoint


def test_nothing_is_written_where_nothing_changed() -> None:
    source = a_source(a_member())
    count = Change.objects.count()
    states.bring_back(source, NOW)
    with history.noted(source.roster_id, "renamed", NOW, people=[source.person_id]) as noting:
        pass
    assert (noting.change, Change.objects.count()) == (None, count)


# ---- what stands between


def test_who_cannot_be_merged_is_told_why() -> None:
    nora, otto = a_member(), a_member("otto")
    mine, theirs = a_source(nora, name="Ingrid").person, a_source(otto).person
    gone = a_source(nora, name="Wim")
    whose.forget([gone], NOW)
    for other, why in (
        (mine, "the same already"),
        (theirs, "same roster"),
        (gone.person, "not on the roster any more"),
    ):
        with pytest.raises(Refused, match=why):
            whose.merge(mine, other, NOW)


def test_two_sources_of_one_feed_become_one_the_livelier() -> None:
    nora, feed = a_member(), a_feed()
    one = a_source(nora, feed, name="One")
    other = Person.objects.create(roster=nora.roster, name="Other", created_at=NOW)
    Source.objects.create(
        roster=nora.roster, person=other, feed=feed, state="retired", created_at=NOW, changed_at=NOW
    )
    whose.merge(other, one.person, NOW)
    assert list(Source.objects.values_list("person__name", "state")) == [("Other", "following")]


def test_a_split_leaves_at_least_one_source_with_each() -> None:
    source = a_source(a_member(), name="Ingrid")
    for ids, why in (([], "Tick"), ([source.pk], "Leave at least one"), ([999], "Tick")):
        with pytest.raises(Refused, match=why):
            whose.split(source.person, ids, "Half", NOW)
    assert Person.objects.count() == 1


def test_a_trial_that_is_kept_stays_and_one_that_is_not_goes() -> None:
    nora = a_member()
    kept, left = a_source(nora), a_source(nora)
    for source in (kept, left):
        states.try_out(source, NOW + DAY, NOW)
    states.keep(kept, NOW)
    assert states.end_trials(NOW + DAY) == 1
    assert dict(Source.objects.values_list("pk", "state")) == {kept.pk: "following", left.pk: "retired"}
    assert Source.objects.get(pk=left.pk).reason == "the trial ended"


# ---- the past


def as_it_is(roster: Any) -> Any:
    there = pictures.of_roster(roster.pk)
    for source in there["sources"].values():
        source.pop("named")
    return there


def as_it_was(roster: Any, at: Any) -> Any:
    there = past.picture(roster, at)
    for source in there["sources"].values():
        source.pop("named")
    return there


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), numbers, numbers), min_size=1, max_size=7))
def test_the_roster_of_any_moment_is_as_it_was_then(acts: list[tuple[str, int, int]]) -> None:
    with nothing_brought_home(), transaction.atomic():
        there = Roster()
        moments = []
        for act in acts:
            there.now += timedelta(minutes=1)
            moments.append((there.now, as_it_is(there.roster)))
            there.do(*act)
        if Change.objects.exists() and moments:
            there.now += timedelta(minutes=5)
            with suppress(Refused):
                undo(last(), there.now)
        for at, was in moments:
            assert as_it_was(there.roster, at) == was
        transaction.set_rollback(True)


def test_a_past_roster_as_opml_makes_the_same_roster() -> None:
    nora, otto = a_member(), a_member("otto")
    slow = a_source(nora, a_feed(title="Slow", url="https://slow.example/feed"), name="Ingrid", circles=["Desk"])
    states.pause(slow, NOW + 90 * DAY, NOW)
    whose.forget([slow], NOW + 2 * DAY, circles=True)
    was = past.roster_at(nora.roster, NOW + DAY)
    content = opml_out.document("x", was.sources, was.circles, NOW)
    imports.bring_in(otto.roster, opml.read(content), "x", NOW)
    theirs = Source.objects.of(otto).get()
    assert (theirs.person.name, theirs.state, theirs.until) == ("Ingrid", "paused", NOW + 90 * DAY)
    assert [circle.name for circle in theirs.person.circles.all()] == ["Desk"]
    assert past.roster_at(nora.roster, NOW + 3 * DAY).people == []


def test_the_past_costs_five_queries() -> None:
    nora = a_member()
    for n in range(30):
        states.retire(a_source(nora, name=f"V {n}"), NOW + n * DAY)
    with CaptureQueriesContext(connection) as captured:
        assert len(past.roster_at(nora.roster, NOW + DAY).people) == 30
    assert len(captured) == 5
    assert past.roster_at(nora.roster, NOW - DAY).people == []
    assert follow.recount(NOW) == 0
