"""Several authors in one feed: a source of one author shows that author's entries and no other's."""

import random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aggregator.models import Entry
from network.models import Circle, Person, Source, User
from reading import marks, undoing
from reading.models import Mark, Watermark
from reading.opening.neighbours import neighbours
from reading.templatetags.rail import circles_of
from reading.timeline import Cursor, View, page
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries
from tests.reading.test_marks import counters_are_right
from tests.reading.test_timeline import to_the_end

pytestmark = pytest.mark.django_db
AUTHORS = ("Ada", "Bo", "Cy", "")


def by_hand(view: View) -> list[int]:
    """The ids of a view from its definition, one entry and one source at a time."""
    upto = dict(Watermark.objects.filter(user=view.user).values_list("feed", "upto"))
    said = dict(Mark.objects.filter(user=view.user, read__isnull=False).values_list("entry", "read"))
    found = set()
    for source in view.sources:
        for entry in Entry.objects.filter(feed=source.feed_id):
            read = said.get(entry.pk, entry.pk <= upto.get(entry.feed_id, 0))
            if source.author in ("", entry.author) and not (view.unread and read):
                found.add((entry.sorted_at, entry.pk))
    return [pk for _, pk in sorted(found, reverse=True)]


def a_world(seed: int) -> User:
    """A roster of feeds with several authors, some followed whole, some for one author or two, some both."""
    chance = random.Random(seed)
    user = a_member(f"m{seed}")
    for n in range(chance.randint(1, 6)):
        feed = a_feed(f"w{seed}-{n}")
        made = [entries(feed, [chance.choice([1, 30, 3000]) * chance.random()], author=chance.choice(AUTHORS))[0]
                for _ in range(chance.choice([0, 3, 25]))]  # fmt: skip
        upto = chance.choice([0, feed.last_entry, chance.choice(made).pk if made else 0])
        for author in chance.choice([[""], ["Ada"], ["Ada", "Bo"], ["", "Ada"], ["Nobody"]]):
            a_source(user, feed, upto=upto, author=author)
        for entry in made:
            if chance.random() < 0.3:
                marks.mark(user, entry, chance.choice([True, False]), NOW)
    return user


@pytest.mark.parametrize("seed", range(12))
def test_paging_shows_what_their_authors_wrote_once_and_in_order(seed: int) -> None:
    user = a_world(seed)
    for unread in (True, False):
        view = View(user, Source.objects.of(user).followed(), unread)
        expected = by_hand(view)
        for size in (2, 30):
            assert to_the_end(view, size) == expected
        for n in {0, len(expected) // 2, len(expected) - 1} if expected else ():
            above, below = neighbours(view, Entry.objects.get(pk=expected[n]))
            assert (above.pk if above else None) == (expected[n - 1] if n else None)
            assert (below.pk if below else None) == (expected[n + 1] if n + 1 < len(expected) else None)


@pytest.mark.parametrize("seed", range(12))
def test_all_read_reads_what_is_shown_and_can_be_taken_back(seed: int) -> None:
    user = a_world(seed)
    view = View(user, Source.objects.of(user).followed(), unread=True)
    before = by_hand(view)
    others = set(by_hand_of_feeds(user)) - set(before)
    undo = marks.read_all(view, 10**9, "", NOW)
    assert by_hand(view) == [] and counters_are_right(user)
    assert others <= set(by_hand_of_feeds(user))
    assert undo is not None or not before
    if undo:
        undoing.take_back(undo)
    assert by_hand(view) == before and counters_are_right(user)


@pytest.mark.parametrize("seed", range(6))
def test_above_read_reads_what_is_shown_above_and_nothing_else(seed: int) -> None:
    user = a_world(seed)
    view = View(user, Source.objects.of(user).followed(), unread=True)
    shown, unseen = page(view, None, 4).shown, set(by_hand_of_feeds(user)) - set(by_hand(view))
    if not shown:
        return
    last = shown[-1].entry
    rest = by_hand(view)[len(shown) :]
    marks.read_above(view, Cursor(last.sorted_at, last.pk), 10**9, "", NOW)
    assert by_hand(view) == rest and counters_are_right(user)
    assert unseen <= set(by_hand_of_feeds(user))


def by_hand_of_feeds(user: User) -> list[int]:
    """What is unread in the feeds, whoever wrote it."""
    upto = dict(Watermark.objects.filter(user=user).values_list("feed", "upto"))
    said = dict(Mark.objects.filter(user=user, read__isnull=False).values_list("entry", "read"))
    return [e.pk for e in Entry.objects.filter(feed__in=upto) if not said.get(e.pk, e.pk <= upto[e.feed_id])]


def an_organisation(user: User) -> tuple[Source, Source]:
    """Ada and Bo, who write in one feed; Cy, who writes there too, is on nobody's roster."""
    feed = a_feed("house")
    for author in ("Ada", "Bo", "Cy", "Ada"):
        entries(feed, [1], author=author)
    people = [
        Person.objects.create(roster=user.roster, name=f"{name} B.", created_at=NOW) for name in ("Ada", "Bo")
    ]
    ada, bo = (a_source(user, feed, person, author=person.name[:-3]) for person in people)
    return ada, bo


def test_a_row_names_the_person_whose_author_fits() -> None:
    user = a_member()
    an_organisation(user)
    shown = page(View(user, Source.objects.of(user).followed())).shown
    assert sorted((s.entry.author, s.source.person.name) for s in shown if s.source) == [
        ("Ada", "Ada B."),
        ("Ada", "Ada B."),
        ("Bo", "Bo B."),
    ]


def test_a_persons_river_and_the_page_of_a_source_show_their_author_alone() -> None:
    user, client = a_member(), Client()
    client.force_login(user)
    ada, bo = an_organisation(user)
    for address, n in ((f"/people/{ada.person_id}/river/", 2), (f"/sources/{bo.pk}/", 1), ("/river/", 3)):
        assert client.get(address).content.decode().count('<li class="row ') == n, address


def test_the_dot_of_a_circle_goes_with_what_its_people_wrote() -> None:
    user = a_member()
    ada, _ = an_organisation(user)
    circle = Circle.objects.create(roster=user.roster, name="Close")
    circle.people.add(ada.person)
    assert circles_of(user).get().has_new  # type: ignore[attr-defined]
    marks.read_all(View(user, Source.objects.filter(pk=ada.pk), unread=True), 10**9, "", NOW)
    assert not circles_of(user).get().has_new  # type: ignore[attr-defined]
    cy = Entry.objects.get(author="Cy")
    assert Watermark.objects.get(user=user, feed=cy.feed_id).read_count == 2


@pytest.mark.parametrize("unread", [True, False])
def test_a_roster_without_authors_asks_as_it_would_if_there_were_none(unread: bool) -> None:
    user, other = a_member(), a_member("other")
    for n in range(3):
        feed = a_feed(f"f{n}")
        entries(feed, range(1, 40))
        a_source(user, feed)
    view = View(user, Source.objects.of(user).followed(), unread)
    with CaptureQueriesContext(connection) as before:
        page(view)
    an_organisation(other)
    with CaptureQueriesContext(connection) as after:
        page(view)
    assert [q["sql"] for q in after] == [q["sql"] for q in before] and len(after) == 3
    assert not any("author" in q["sql"].partition("WHERE")[2] for q in after.captured_queries[1:])


def test_the_unread_of_others_keep_no_page_from_ending_early() -> None:
    """The counters know of Cy's; without counting those out every short page would be asked for four times."""
    user = a_member()
    an_organisation(user)
    view = View(user, Source.objects.of(user).followed(), unread=True)
    with CaptureQueriesContext(connection) as asked:
        assert len(page(view).shown) == 3
    assert len(asked) == 4, "\n".join(q["sql"] for q in asked)
