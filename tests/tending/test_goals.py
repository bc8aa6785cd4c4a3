"""Goals with an end: held, closed with what was learnt, opened again as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from network.models import Circle, Source, User
from reading.annotating import noting
from reading.annotating.anchors import Anchor
from reading.annotating.noting import Written
from reading.models import SavedSearch
from tending.goals import keeping
from tending.goals.page import page
from tending.models import Goal, Held
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def nora() -> User:
    return a_member()


@pytest.fixture
def goal(nora: User) -> Goal:
    return Goal.objects.create(user=nora, name="Grant writing", until=NOW.date(), made_at=NOW)


def somebody(user: User, name: str) -> Source:
    source = a_source(user, a_feed(name))
    entries(source.feed, [1, 2])
    return source


def test_a_goal_holds_what_is_its_makers_and_nothing_else(nora: User, goal: Goal) -> None:
    kelp, other = somebody(nora, "kelp"), somebody(a_member("odo"), "rye")
    circle = Circle.objects.create(roster=nora.roster, name="North")
    search = SavedSearch.objects.create(user=nora, name="Kelp", query="kelp", at=NOW)
    keeping.put_in(goal, "person", [kelp.person_id, other.person_id, 0], NOW)
    keeping.put_in(goal, "person", [kelp.person_id], NOW)
    keeping.put_in(goal, "circle", [circle.pk], NOW)
    keeping.put_in(goal, "search", [search.pk], NOW)
    keeping.put_in(goal, "nonsense", [1], NOW)
    shown = page(goal, NOW.date())
    assert [each.pk for each in shown["people"]] == [kelp.person_id]
    assert (shown["circles"], shown["searches"]) == ([circle], [search])
    keeping.take_out(goal, "circle", circle.pk)
    assert Held.objects.count() == 2


def test_notes_of_its_people_come_by_themselves_and_say_whom_to_thank(nora: User, goal: Goal) -> None:
    kelp, rye, moss = (somebody(nora, name) for name in ("kelp", "rye", "moss"))
    circle = Circle.objects.create(roster=nora.roster, name="North")
    circle.people.add(rye.person)
    keeping.put_in(goal, "person", [kelp.person_id], NOW)
    keeping.put_in(goal, "circle", [circle.pk], NOW)
    for source, at in ((kelp, LATER), (kelp, NOW - timedelta(days=1)), (rye, LATER), (moss, LATER)):
        entry = source.feed.entries.order_by("pk" if at == LATER else "-pk").first()
        assert entry
        noting.write(nora, entry, Written(Anchor("Words"), note=f"Of {source.feed.title}"), at)
    shown = page(goal, NOW.date())
    assert [note.note for note, _html in shown["notes"]] == ["Of Kelp", "Of Rye"]
    assert [person.name for person in shown["thanks"]] == ["Kelp", "Rye"]


def test_closing_lets_go_of_whom_it_was_told_and_reopening_restores(nora: User, goal: Goal) -> None:
    kelp, rye = somebody(nora, "kelp"), somebody(nora, "rye")
    keeping.put_in(goal, "person", [kelp.person_id, rye.person_id], NOW)
    before = list(Source.objects.order_by("pk").values("pk", "state", "until", "reason"))
    goals = list(Goal.objects.values())
    now = timezone.now()
    keeping.close(goal, "It went well.", [kelp.person_id, 999], now)
    keeping.close(goal, "Twice is once.", [rye.person_id], now)
    assert Source.objects.get(pk=kelp.pk).reason == "“Grant writing” is over"
    assert Source.objects.get(pk=rye.pk).state == "following"
    assert Goal.objects.get().summary == "It went well."
    assert keeping.reopen(goal, now) == []
    assert list(Source.objects.order_by("pk").values("pk", "state", "until", "reason")) == before
    assert list(Goal.objects.values()) == [goals[0] | {"summary": "It went well."}]
    assert keeping.reopen(goal, now) == []


def test_somebody_who_was_changed_since_is_told_of_and_the_goal_opens(nora: User, goal: Goal) -> None:
    kelp, now = somebody(nora, "kelp"), timezone.now()
    keeping.put_in(goal, "person", [kelp.person_id], NOW)
    keeping.close(goal, "", [kelp.person_id], now)
    Source.objects.filter(pk=kelp.pk).update(state="following")
    (refused,) = keeping.reopen(goal, now)
    assert "changed since" in refused
    assert Goal.objects.get().closed_at is None


def test_from_its_making_to_its_markdown(nora: User, client: Client) -> None:
    kelp = somebody(nora, "kelp")
    client.force_login(nora)
    for wrong in (
        {"name": "", "until": "2040-01-01"},
        {"name": "x", "until": "soon"},
        {"name": "x", "until": "1999-01-01"},
    ):
        answer = client.post("/goals/", wrong)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
    assert not Goal.objects.exists()
    client.post("/goals/", {"name": "Grant writing", "until": "2040-06-01", "why": "For the *library*."})
    path = f"/goals/{Goal.objects.get().pk}/"
    assert "<em>library</em>" in client.get(path).content.decode()
    nobody = client.post(f"{path}hold/", {"kind": "person", "name": "Nobody"}, follow=True).content.decode()
    assert "Nobody on your roster has that name." in nobody
    client.post(f"{path}hold/", {"kind": "person", "name": "kelp"})
    entry = kelp.feed.entries.first()
    assert entry
    noting.write(nora, entry, Written(Anchor("Words"), note="Ask early."), timezone.now())
    assert "Ask early." in client.get(f"{path}end/").content.decode()
    client.post(f"{path}end/", {"summary": "Two grants.", "person": [kelp.person_id]})
    assert Source.objects.get(pk=kelp.pk).state == "retired"
    assert "Open it again" in client.get(path).content.decode()
    file = client.get(f"{path}export.md")
    assert file["Content-Disposition"] == 'attachment; filename="grant-writing.md"'
    text = file.content.decode()
    for part in ("# Grant writing", "Two grants.", "> Words", "Ask early.", f"]({'<'}{entry.link}>)", "- Kelp"):
        assert part in text
    client.post(f"{path}reopen/")
    assert Source.objects.get(pk=kelp.pk).state == "following"
