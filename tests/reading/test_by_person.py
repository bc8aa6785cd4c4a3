"""A list by person, against counting by hand."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aggregator.models import Entry
from network.models import Circle, Person, Source, User
from reading import kinds
from reading.by_person import one_voice, voices
from reading.models import Mark, Rule, Watermark
from reading.timeline import View, page
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


def by_hand(view: View) -> list[tuple[int, int]]:
    """(person, their newest entry in the view) from the definition, one entry at a time."""
    shown = {each.entry.pk: each.entry for each in page(view, None, 10_000).shown}
    newest: dict[int, tuple[Any, int]] = {}
    for source in view.sources:
        for entry in shown.values():
            if entry.feed_id == source.feed_id and source.author in ("", entry.author):
                here = (entry.sorted_at, entry.pk)
                newest[source.person_id] = max(newest.get(source.person_id, here), here)
    order = sorted(((at, person, pk) for person, (at, pk) in newest.items()), reverse=True)
    return [(person, pk) for _at, person, pk in order]


def to_the_end(view: View, size: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    before = None
    for _ in range(1000):
        got = voices(view, before, size)
        found += [(voice.person.pk, voice.shown.entry.pk) for voice in got.voices]
        if got.older is None:
            return found
        before = got.older
    raise AssertionError("no end")


def a_world(seed: int) -> User:
    """People with several sources, shared feeds, feeds shown in part, read in every way; dates that are equal."""
    chance = random.Random(seed)
    user = a_member(f"m{seed}")
    people = [Person.objects.create(roster=user.roster, name=f"P{n}", created_at=NOW) for n in range(6)]
    for n in range(9):
        feed = a_feed(f"w{seed}-{n}")
        ages = [chance.choice([1, 2, 3, 40, 500]) for _ in range(chance.choice([0, 1, 4, 9]))]
        made = []
        for age in sorted(ages, reverse=True):
            author, medium = chance.choice(["Ada", "Bo", ""]), chance.choice(["text", "audio"])
            made += entries(
                feed, [age], author=author, medium=medium, title=chance.choice(["", "A title"]), words=9
            )
        upto = chance.choice([0, feed.last_entry, chance.choice(made).pk if made else 0])
        for person in chance.sample(people, chance.choice([1, 1, 2])):
            author = chance.choice(["", "", "Ada"])
            a_source(user, feed, person, upto=upto, author=author)
        for entry in made:
            if chance.random() < 0.3:
                read = chance.choice([True, False, None])
                Mark.objects.create(user=user, entry=entry, feed=feed, read=read, at=NOW)
        marked = dict(Mark.objects.filter(user=user, feed=feed, read__isnull=False).values_list("entry", "read"))
        read_count = sum(marked.get(entry.pk, entry.pk <= upto) for entry in made)
        Watermark.objects.filter(user=user, feed=feed).update(read_count=read_count)
    return user


@pytest.mark.parametrize("kind", ["", "skim", "listen"])
@pytest.mark.parametrize("seed", range(6))
def test_everybody_stands_there_once_by_their_newest_to_the_last_page(seed: int, kind: str) -> None:
    user = a_world(seed)
    for unread in (True, False):
        sources = Source.objects.of(user).followed()
        view = View(user, kinds.bringing(kind, sources) if kind else sources, unread, kind=kind)
        for size in (1, 3, 40):
            assert to_the_end(view, size) == by_hand(view)


@pytest.mark.parametrize("unread", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_who_is_opened_shows_all_they_wrote_in_this_list(seed: int, unread: bool) -> None:
    user = a_world(seed)
    view = View(user, Source.objects.of(user).followed(), unread)
    for person, newest in by_hand(view):
        voice = one_voice(view, person)
        assert voice and voice.shown.entry.pk == newest
        theirs = View(user, view.sources.filter(person=person), unread)
        every = [each.entry.pk for each in page(theirs, None, 100).shown]
        assert [newest, *(each.entry.pk for each in voice.opened)] == every
        assert (voice.second is not None) == (len(every) > 1)
        assert all(each.source and each.source.person_id == person for each in (voice.shown, *voice.opened))
    assert one_voice(view, 10**9) is None


def test_what_a_rule_hides_is_nobodys_newest() -> None:
    user, feed = a_member(), a_feed("ada")
    old, new = entries(feed, [2, 1])
    a_source(user, feed)
    rule = Rule.objects.create(user=user, name="Less", at=NOW)
    Mark.objects.create(user=user, entry=new, feed=feed, read=True, hidden=True, hidden_by=rule, at=NOW)
    shown = voices(View(user, Source.objects.of(user))).voices
    assert [voice.shown.entry.pk for voice in shown] == [old.pk]


# ---- pages


@pytest.fixture
def crowd() -> User:
    """One source of 200 entries a day and 40 weekly writers."""
    user = a_member("nora")
    loud = a_feed("loud")
    entries(loud, [n / 200 for n in range(1400, 0, -1)])
    a_source(user, loud)
    for n in range(40):
        feed = a_feed(f"weekly{n}")
        entries(feed, [7 + n / 7, n / 7])
        a_source(user, feed)
    return user


def visit(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def people(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'<li class="rows voice-of" id="person-(\d+)"', text(response))]


@pytest.mark.parametrize("show", ["unread", "all"])
def test_two_hundred_a_day_do_not_drown_forty_weekly_writers(crowd: User, show: str) -> None:
    shown = people(visit(crowd).get("/river/", {"by": "person", "show": show}))
    assert len(shown) == len(set(shown)) == 40
    by_time = page(View(crowd, Source.objects.of(crowd), unread=True), None, 40).shown
    assert len({each.entry.feed_id for each in by_time}) < 5


def test_the_next_page_has_whoever_is_left(crowd: User) -> None:
    client = visit(crowd)
    first = client.get("/river/?by=person")
    older = re.search(r'hx-get="(/river/\?by=person&amp;before=[^"]+)"', text(first))
    assert older
    rest = client.get(older[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert len(people(rest)) == 1 and set(people(first)) | set(people(rest)) == set(
        Person.objects.values_list("pk", flat=True)
    )
    assert 'id="here"' in text(rest) and "<html" not in text(rest)


def test_somebody_is_opened_by_a_plain_link_and_by_htmx_alike(crowd: User) -> None:
    client = visit(crowd)
    loud = Person.objects.get(name="Loud")
    whole = text(client.get(f"/river/?by=person&open={loud.pk}"))
    part = text(client.get(f"/river/?by=person&open={loud.pk}", headers={"HX-Request": "true"}))
    assert "<html" in whole and "<html" not in part and part.strip() in whole
    assert part.count('<li class="row ') == 21
    gone = client.get("/river/?by=person&open=999999", headers={"HX-Request": "true"})
    assert gone.status_code == 404
    assert client.get("/river/?by=person&open=nonsense").status_code == 200


def test_a_page_by_person_costs_eight_queries_at_most_with_somebody_opened(crowd: User) -> None:
    client = visit(crowd)
    client.get("/more/")
    loud = Person.objects.get(name="Loud")
    for show in ("unread", "all"):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/river/?by=person&show={show}&open={loud.pk}")
        assert len(asked) <= 8, "\n".join(q["sql"] for q in asked)


def test_all_read_and_its_undo_come_back_to_the_list_by_person(crowd: User) -> None:
    client = visit(crowd)
    shown = text(client.get("/river/?by=person"))
    top = re.search(r'name="top" value="(\d+)"', shown)
    assert top and int(top[1]) == Entry.objects.latest("pk").pk
    form = {"in": "river.unread.cards.person", "top": top[1]}
    done = client.post("/marks/all/", form)
    assert done.headers["Location"].startswith("/river/?by=person&undo=")
    assert "Nothing unread here" in text(client.get("/river/?by=person"))
    undo = done.headers["Location"].rpartition("=")[2]
    again = client.post(f"/marks/undo/{undo}/", form, headers={"HX-Request": "true"})
    assert len(people(again)) == 40


def test_above_read_marks_what_is_newer_than_the_row_one_stands_on(crowd: User) -> None:
    client = visit(crowd)
    shown = text(client.get("/river/?by=person"))
    places = re.findall(r'data-place="([^"]+)"', shown)
    top = re.search(r'name="top" value="(\d+)"', shown)
    assert top
    client.post("/marks/above/", {"in": "river.unread.cards.person", "top": top[1], "here": places[9]})
    left = page(View(crowd, Source.objects.of(crowd), unread=True), None, 1).shown[0]
    assert left.place < places[9] and left.entry.sorted_at < NOW


def test_a_circle_and_a_group_have_it_too_and_one_person_has_not(crowd: User) -> None:
    client = visit(crowd)
    person = Person.objects.get(name="Weekly7")
    circle = Circle.objects.create(roster=crowd.roster, name="Close")
    circle.people.add(person)
    assert people(client.get(f"/circles/{circle.pk}/river/?by=person")) == [person.pk]
    alone = text(client.get(f"/people/{person.pk}/river/?by=person"))
    assert "By person" not in alone and "voice-of" not in alone


def test_a_row_marked_in_it_comes_back_as_it_stood(crowd: User) -> None:
    entry = Entry.objects.filter(feed__title="Loud").latest("sorted_at")
    form = {"read": "1", "from": "list", "in": "river.unread.cards.person"}
    row = text(visit(crowd).post(f"/entries/{entry.pk}/read/", form, headers={"HX-Request": "true"}))
    assert 'class="row read"' in row and 'class="plate' in row
