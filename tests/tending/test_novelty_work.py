"""The work behind novelty: what is judged, what is judged anew, and that doing it again changes nothing."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from aggregator import expire, merge
from aggregator.models import Entry, EntryBody, Feed
from network.models import Person, User
from tending.models import Compared, EntryPrint, Novelty
from tending.novelty import changes, told, work
from tending.novelty.habits import above, is_habit
from tests.reading.roster import NOW, a_feed, a_member, a_source, count, entries

pytestmark = pytest.mark.django_db


def prose(seed: int, words: int = 130) -> str:
    r = random.Random(seed)
    syllables = ("ka", "lo", "mi", "ne", "ru", "sa", "to", "vi")
    said = ["".join(r.choices(syllables, k=3)) for _ in range(words)]
    return "<p>" + ". ".join(" ".join(said[at : at + 12]).capitalize() for at in range(0, words, 12)) + ".</p>"


def a_blog(user: User, name: str = "kelp", pieces: int = 25) -> Feed:
    """The oldest first: so many pieces, one a day, each with words of its own."""
    feed = a_feed(name)
    a_source(user, feed)
    for entry in entries(feed, range(pieces + 1, 1, -1)):
        wrote(entry, prose(entry.pk), f"On {prose(entry.pk)[3:20]}")
    return feed


def one_more(feed: Feed, html: str, age: float = 0.5) -> Entry:
    feed.refresh_from_db()
    title = f"Of {prose(feed.entry_count)[3:20]}"
    (entry,) = entries(feed, [age], title=title)
    wrote(entry, html, title)
    return entry


def wrote(entry: Entry, html: str, title: str) -> None:
    EntryBody.objects.filter(entry=entry).update(html=html)
    Entry.objects.filter(pk=entry.pk).update(title=title)


def said() -> dict[int, tuple[str, int | None]]:
    return {pk: (verdict, like) for pk, verdict, like in Novelty.objects.values_list("entry", "verdict", "like")}


def rows() -> list[tuple[object, ...]]:
    return [
        *Novelty.objects.order_by("pk").values_list(),
        *EntryPrint.objects.order_by("pk").values_list("pk", "words"),
    ]


def test_what_feeds_bring_is_judged_once_and_going_over_it_again_changes_nothing() -> None:
    nora = a_member()
    feed = a_blog(nora)
    first = Entry.objects.filter(feed=feed).order_by("sorted_at")[0]
    assert work.run(NOW) == work.JUDGED
    assert work.run(NOW) == 0
    again = one_more(feed, EntryBody.objects.get(entry=first).html)
    new = one_more(feed, prose(1000) + "<p>Zeppelins! Oh zeppelins.</p>", age=0.4)
    short = one_more(feed, "<p>Gone fishing.</p>", age=0.3)
    assert work.run(NOW) == 3
    found = said()
    assert found[again.pk] == ("copy", first.pk)
    assert (found[new.pk], found[short.pk]) == (("new", None), ("unjudged", None))
    assert Novelty.objects.get(entry=new).terms.count("Zeppelins") == 1
    before = rows()
    Compared.objects.all().delete()
    assert work.run(NOW + timedelta(days=1)) == 0
    assert rows() == before


def test_nobodys_feeds_organisations_and_podcasts_are_left_alone() -> None:
    nora = a_member()
    unfollowed = a_feed("nobody")
    entries(unfollowed, [1])
    firm, cast, paused = a_blog(nora, "firm", 1), a_blog(nora, "cast", 1), a_blog(nora, "paused", 1)
    Person.objects.filter(sources__feed=firm).update(kind="organisation")
    Feed.objects.filter(pk=cast.pk).update(kind="podcast")
    paused.sources.update(state="paused")
    assert work.run(NOW) == 0
    assert not EntryPrint.objects.exists()


def test_what_was_edited_and_what_stood_like_something_gone_is_judged_anew() -> None:
    nora = a_member()
    feed = a_blog(nora)
    first = Entry.objects.filter(feed=feed).order_by("sorted_at")[0]
    again = one_more(feed, EntryBody.objects.get(entry=first).html)
    other = one_more(feed, prose(77), age=0.4)
    work.run(NOW)
    wrote(other, EntryBody.objects.get(entry=first).html, "Another")
    changes.edited([other.pk])
    assert work.run(NOW) == 1
    assert said()[other.pk][0] == "copy"
    expire._let_go([first])
    assert again.pk not in said()
    work.run(NOW)
    assert said()[again.pk] == ("new", None)
    assert said()[other.pk] == ("copy", again.pk)


def test_an_entry_edited_while_it_was_compared_waits_for_the_next_round() -> None:
    nora = a_member()
    feed = a_blog(nora, pieces=3)
    stale = work.rows_of(feed.pk)
    Entry.objects.filter(pk=stale[0].pk).update(edited_at=NOW)
    work.write(feed, stale, {row.pk: work.print_of([["a"]]) for row in stale}, [])
    assert set(EntryPrint.objects.values_list("pk", flat=True)) == {row.pk for row in stale[1:]}
    assert not Compared.objects.exists()


def test_two_feeds_that_become_one_are_compared_with_all_of_it() -> None:
    nora = a_member()
    old, new = a_blog(nora), a_blog(nora, "weed")
    copied = one_more(new, EntryBody.objects.filter(entry__feed=old).order_by("pk")[0].html)
    work.run(NOW)
    assert said()[copied.pk][0] == "new"
    merge.merge(old, new, NOW)
    work.run(NOW)
    assert said()[copied.pk][0] == "copy"


def test_each_author_of_a_feed_is_compared_with_themselves() -> None:
    nora = a_member()
    feed = a_blog(nora, pieces=22)
    Entry.objects.filter(feed=feed).update(author="Ann")
    html = EntryBody.objects.filter(entry__feed=feed)[0].html
    guest, own = one_more(feed, html), one_more(feed, html, age=0.3)
    Entry.objects.filter(pk=guest.pk).update(author="Ben")
    Entry.objects.filter(pk=own.pk).update(author="ann")
    work.run(NOW)
    assert (said()[guest.pk][0], said()[own.pk][0]) == ("unjudged", "copy")


def test_the_sentence_counts_the_last_twelve_and_names_the_years() -> None:
    nora = a_member()
    feed = a_blog(nora)
    old = Entry.objects.filter(feed=feed).order_by("sorted_at")[0]
    half = EntryBody.objects.get(entry=old).html[:400] + "</p>" + prose(501)
    pair = one_more(feed, half)
    one_more(feed, "<p>Short.</p>", age=0.4)
    work.run(NOW)
    found = told.of_sources(list(feed.sources.all()))
    assert [each.entry_id for each in found.pairs] == [pair.pk]
    assert told.sentence("Ann", found) == (
        "Of Ann’s last 12: 5 new ground, 1 reuses a passage from 2026, 6 too short, or too early, to judge."
    )
    assert not found.is_habit
    assert not told.of_sources([])
    count(feed)


def test_a_habit_takes_many_and_many_of_them() -> None:
    assert above(0.25, 1, 2) == pytest.approx(0.5625)
    assert above(0.5, 3.5, 3.5) == pytest.approx(0.5)
    assert not is_habit(11, 11)
    assert not is_habit(3, 24)
    assert is_habit(14, 24)
