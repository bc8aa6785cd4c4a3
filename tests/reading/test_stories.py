"""One row for a story in every list, with all who carried it, against telling it by hand."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator.models import Entry
from network.models import Source, User
from reading import by_person
from reading.models import Apart, Mark, Watermark
from reading.opening.neighbours import neighbours
from reading.timeline import View, page
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries
from tests.reading.test_timeline import a_world

pytestmark = pytest.mark.django_db


def a_retold_world(seed: int) -> User:
    """A roster on which some things were published in several places, read in every way one can."""
    user = a_world(seed)
    chance = random.Random(seed)
    feeds: dict[int, list[int]] = {}
    for pk, feed in Entry.objects.order_by("pk").values_list("pk", "feed"):
        feeds.setdefault(feed, []).append(pk)
    for _ in range(12 if len(feeds) > 1 else 0):
        where = chance.sample(list(feeds), min(len(feeds), chance.randint(2, 3)))
        copies = [feeds[feed].pop(chance.randrange(len(feeds[feed]))) for feed in where if feeds[feed]]
        Entry.objects.filter(pk__in=copies).update(story=min(copies, default=0))
    storied = list(Entry.objects.filter(story__isnull=False))
    for entry in chance.sample(storied, len(storied) // 5):
        Apart.objects.create(user=user, feed_id=entry.feed_id, entry=entry, at=NOW)
    if chance.random() < 0.3 and storied:
        Apart.objects.create(user=user, feed_id=storied[0].feed_id, at=NOW)
    return user


def rows_by_hand(view: View) -> list[int]:
    """The rows of a list from their definition: of a story the copy that stands lowest in it."""
    feeds = set(view.sources.values_list("feed", flat=True))
    upto = dict(Watermark.objects.filter(user=view.user).values_list("feed", "upto"))
    marks = {mark.entry_id: mark for mark in Mark.objects.filter(user=view.user)}
    apart = set(Apart.objects.filter(user=view.user).values_list("feed", "entry"))
    lowest: dict[tuple[str, int], tuple[object, int]] = {}
    for entry in Entry.objects.filter(feed__in=feeds):
        mark = marks.get(entry.pk)
        read = mark.read if mark and mark.read is not None else entry.pk <= upto.get(entry.feed_id, 0)
        if (view.unread and read) or (mark and mark.hidden):
            continue
        alone = not entry.story or {(entry.feed_id, entry.pk), (entry.feed_id, None)} & apart
        key = ("entry", entry.pk) if alone or not entry.story else ("story", entry.story)
        place = (entry.sorted_at, entry.pk)
        lowest[key] = min(lowest.get(key, place), place)  # type: ignore[type-var]
    return [pk for _, pk in sorted(lowest.values(), reverse=True)]  # type: ignore[type-var]


def to_the_end(view: View, size: int) -> list[int]:
    ids: list[int] = []
    before = None
    for _ in range(10_000):
        got = page(view, before, size)
        ids += [shown.entry.pk for shown in got.shown]
        if got.older is None:
            return ids
        assert len(got.shown) == size
        before = got.older
    raise AssertionError("no end")


@pytest.mark.parametrize("seed", range(14))
def test_paging_to_the_end_shows_every_story_once_and_in_its_place(seed: int) -> None:
    user = a_retold_world(seed)
    for unread in (True, False):
        view = View(user, Source.objects.of(user).followed(), unread)
        by_hand = rows_by_hand(view)
        for size in (2, 7, 30):
            assert to_the_end(view, size) == by_hand
        for n in {0, len(by_hand) // 2, len(by_hand) - 1} if by_hand else ():
            above, below = neighbours(view, Entry.objects.get(pk=by_hand[n]))
            assert (above.pk if above else None) == (by_hand[n - 1] if n else None)
            assert (below.pk if below else None) == (by_hand[n + 1] if n + 1 < len(by_hand) else None)


@pytest.mark.parametrize("seed", range(8))
def test_by_person_everybody_stands_there_by_a_row_of_their_own(seed: int) -> None:
    user = a_retold_world(seed)
    for unread in (True, False):
        view = View(user, Source.objects.of(user).followed(), unread)
        people: dict[int, int] = {}
        feed_of = dict(Entry.objects.values_list("pk", "feed"))
        for pk in rows_by_hand(view):
            for person in set(view.sources.filter(feed=feed_of[pk]).values_list("person", flat=True)):
                people.setdefault(person, pk)
        got = by_person.voices(view, size=100)
        assert {voice.person.pk: voice.shown.entry.pk for voice in got.voices} == people
        first = got.voices[0].person.pk if got.voices else 0
        opened = by_person.voices(view, size=100, opened=first).voices[:1]
        theirs = [pk for pk in rows_by_hand(view) if feed_of[pk] in feeds_of(view, first)]
        assert [each.entry.pk for voice in opened for each in (voice.shown, *voice.opened)] == theirs[:21]


def feeds_of(view: View, person: int) -> set[int]:
    return set(view.sources.filter(person=person).values_list("feed", flat=True))


def retold(*ages: float) -> tuple[User, list[Entry]]:
    """A member with as many sources as ages, who all carried one story besides something of their own."""
    user, made = a_member(), []
    for n, age in enumerate(ages):
        feed = a_feed(f"f{n}")
        a_source(user, feed)
        made.append(entries(feed, [age, age + 0.1], title=f"Story {n}")[0])
    Entry.objects.filter(pk__in=[each.pk for each in made]).update(story=made[0].pk)
    return user, list(Entry.objects.filter(story=made[0].pk).order_by("pk"))


def everything(user: User, unread: bool = True) -> View:
    return View(user, Source.objects.of(user).followed(), unread)


def test_a_row_names_all_who_carried_it_in_every_list() -> None:
    user, made = retold(1, 2, 3)
    rows = {each.entry.pk: each for each in page(everything(user)).shown}
    assert set(rows) & {each.pk for each in made} == {made[2].pk}, "the first that was published"
    assert [copy.source.person.name for copy in rows[made[2].pk].also] == ["F1", "F0"]
    one = View(user, Source.objects.filter(feed=made[0].feed), unread=True)
    (here,) = (each for each in page(one).shown if each.entry.pk == made[0].pk)
    assert [copy.source.person.name for copy in here.also] == ["F2", "F1"], "also who is in no list one looks at"


def test_nobody_hears_of_a_copy_they_may_not_read() -> None:
    user, made = retold(1, 2)
    stranger = a_member("mo")
    for entry, mine in ((made[0], stranger), (made[1], user)):
        Source.objects.filter(feed=entry.feed).update(roster=mine.roster)
        entry.feed.sources.get().person.__class__.objects.filter(sources__feed=entry.feed).update(
            roster=mine.roster
        )
    (row,) = (each for each in page(everything(user)).shown if each.entry.pk == made[1].pk)
    assert row.also == ()
    Source.objects.filter(feed=made[0].feed).update(roster=user.roster, state=Source.State.PAUSED)
    (row,) = (each for each in page(everything(user)).shown if each.entry.pk == made[1].pk)
    assert row.also == (), "a paused source is in no list"


def test_stories_cost_a_page_two_queries_and_none_where_there_are_none() -> None:
    user, made = retold(1, 2)
    asked = []
    for story in (made[0].pk, None):
        Entry.objects.filter(pk__in=[each.pk for each in made]).update(story=story)
        for unread in (True, False):
            with CaptureQueriesContext(connection) as queries:
                page(everything(user, unread))
            asked.append(len(queries))
    assert asked[0] == asked[2] + 2 and asked[1] == asked[3] + 2, "the rows again, and who carried them"
