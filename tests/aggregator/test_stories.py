"""The same story through several feeds is known, and two stories are never taken for one."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator import housekeep, stories
from aggregator.models import Entry, EntryBody, Feed, Print
from tests.aggregator.made import NOW, a_feed, ago

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def prose(seed: int, words: int = 300) -> str:
    """Words nobody else wrote."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 9))) for _ in range(words))


def written(feed: Feed, name: str, text: str, *, title: str = "", link: str = "", **more: object) -> Entry:
    """An entry that came just now."""
    page = link or f"https://{feed.host}/{name}"
    links = more.pop("links", [])
    said = {"sorted_at": ago(hours=1), "arrived_at": NOW} | more
    entry = Entry.objects.create(feed=feed, uid=f"{feed.pk}-{name}", title=title, link=page, **said)
    EntryBody.objects.create(entry=entry, text=text, links=links)
    return entry


def are_one(*some: Entry) -> bool:
    found = set(Entry.objects.filter(pk__in=[each.pk for each in some]).values_list("story", flat=True))
    return len(found) == 1 and None not in found


def test_one_address_through_two_feeds_is_one_story_whatever_it_is_spelled_like() -> None:
    text = prose(1)
    own = written(a_feed(), "roses", text, title="Roses", link="https://ann.example/roses/")
    copy = written(a_feed(), "x", text, title="Ann: Roses", link="http://www.ann.example/roses?utm_source=planet")
    other = written(a_feed(), "y", prose(2), title="Tulips", link="https://ann.example/tulips")
    assert stories.look(LATER) == 2
    assert are_one(own, copy)
    assert Entry.objects.get(pk=own.pk).story == own.pk and Entry.objects.get(pk=other.pk).story is None


def test_what_somebody_says_of_a_page_is_not_hidden_behind_it() -> None:
    text = prose(1)
    own = written(a_feed(), "roses", text, title="Roses for everybody", link="https://ann.example/roses")
    link_blog = written(a_feed(), "1", prose(2, 120), title="On Ann", link="https://ann.example/roses")
    short = written(a_feed(), "2", "I disagree with every word of that.", link="https://ann.example/roses")
    told = "Ann has written the best piece on thorns that I ever read"
    toot = written(a_feed(), "3", told, links=["https://ann.example/roses"])
    assert stories.look(LATER) == 0
    assert not Entry.objects.filter(pk__in=[own.pk, link_blog.pk, short.pk, toot.pk], story__isnull=False).exists()


@pytest.mark.parametrize("toot_first", [True, False])
def test_a_short_post_that_says_what_the_page_says_is_of_its_story(toot_first: bool) -> None:
    blog, account, page = a_feed(), a_feed(), "https://ann.example/roses"
    made = []
    for is_toot in (toot_first, not toot_first):
        if is_toot:
            text = f"How to prune old roses {page}"
            made.append(written(account, "t", text, links=[page]))
        else:
            made.append(written(blog, "r", prose(3), title="How to prune old roses", link=page))
        stories.look(LATER)
    assert are_one(*made)


def test_nearly_the_same_text_is_one_story_and_a_quotation_is_none() -> None:
    words = prose(4, 400).split()
    own = written(a_feed(), "own", " ".join(words), title="Of kelp")
    half = written(a_feed(), "half", " ".join(words[:200]), title="Kelp, again")
    edited = ["new" if n % 40 == 0 else word for n, word in enumerate(words)]
    letter = written(a_feed(), "letter", f"{prose(5, 30)} {' '.join(edited)} {prose(6, 30)}", title="Letter 7")
    quoting = written(a_feed(), "q", f"{prose(7, 300)} {' '.join(words[:80])}", title="On kelp")
    stories.look(LATER)
    assert are_one(own, half, letter)
    assert Entry.objects.get(pk=quoting.pk).story is None


def test_one_title_is_one_story_only_with_the_text_and_within_two_weeks() -> None:
    text, title = prose(8, 100).split(), "What the river brought"
    part = " ".join(text[:42])
    own = written(a_feed(), "own", " ".join(text), title=title)
    near = written(a_feed(), "near", f"{part} {prose(9, 100)}", title=title)
    late = written(a_feed(), "late", f"{part} {prose(10, 100)}", title=title, sorted_at=ago(days=20))
    other = written(a_feed(), "other", prose(11, 100), title=title)
    stories.look(LATER)
    assert are_one(own, near)
    assert not Entry.objects.filter(pk__in=[late.pk, other.pk], story__isnull=False).exists()


def test_what_all_of_a_feed_has_in_common_makes_no_story() -> None:
    foot = prose(11, 60)
    one, other = a_feed(), a_feed()
    for feed in (one, other):
        for n in range(4):
            written(feed, f"{n}", f"{prose(feed.pk * 100 + n, 40)} {foot}", title=f"Post {n} of {feed.pk}")
    stories.look(LATER)
    assert not Entry.objects.filter(story__isnull=False).exists()


def test_a_story_never_has_two_entries_of_one_feed() -> None:
    text = prose(12)
    blog, planet = a_feed(), a_feed()
    first, second = (written(blog, name, text, title="Same words") for name in "ab")
    copy = written(planet, "c", text, title="Same words")
    stories.look(LATER)
    assert are_one(first, copy) != are_one(second, copy)
    assert Entry.objects.filter(story__isnull=False).count() == 2


def test_two_stories_that_turn_out_to_be_one_keep_the_older_name() -> None:
    text = prose(13, 500).split()
    made = [written(a_feed(), "a", " ".join(text[:250])), written(a_feed(), "b", " ".join(text[:250]))]
    made += [written(a_feed(), "c", " ".join(text[250:])), written(a_feed(), "d", " ".join(text[250:]))]
    stories.look(LATER)
    assert not are_one(*made)
    made.append(written(a_feed(), "e", " ".join(text)))
    heard: list[list[int]] = []
    stories.when_joined.append(lambda ids, _now: heard.append(ids))
    try:
        stories.look(LATER)
    finally:
        stories.when_joined.pop()
    assert are_one(*made) and Entry.objects.get(pk=made[-1].pk).story == made[0].pk
    assert heard == [[made[2].pk, made[3].pk, made[4].pk]], "those whose story is another one now"


def test_looking_again_changes_nothing_and_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "STEP", 3)
    text = prose(14)
    made = [written(a_feed(), f"{n}", text) for n in range(7)]
    assert stories.look(LATER, seconds=0) == 3
    stories.look(LATER)
    assert are_one(*made)
    before, numbers = list(Entry.objects.order_by("pk").values()), Print.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert stories.look(LATER) == 0
    assert len(asked) <= 4 and not [q for q in asked if not q["sql"].startswith("SELECT")]
    assert list(Entry.objects.order_by("pk").values()) == before and Print.objects.count() == numbers


def test_while_feeds_wait_to_be_asked_a_step_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "STEP", 2)
    text = prose(17)
    made = [written(a_feed(), f"{n}", text) for n in range(6)]
    Feed.objects.filter(pk=made[0].feed_id).update(next_poll_at=NOW)
    for done in (2, 4, 6):
        stories.look(LATER)
        assert Print.objects.values("entry").distinct().count() == done
    assert are_one(*made)


def test_a_step_takes_as_many_queries_for_many_entries_as_for_few() -> None:
    asked = []
    for count in (2, 50):
        for n in range(count):
            written(a_feed(), f"{n}", prose(n), link=f"https://shared.example/{n % (count // 2)}", title="Nothing")
        with CaptureQueriesContext(connection) as queries:
            assert stories.step(Entry.objects.order_by("-pk")[0].pk, LATER)[0] == count
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 2 + 50 // stories.TOGETHER  # texts are read ten entries at a time


def test_numbers_are_forgotten_after_three_months() -> None:
    written(a_feed(), "old", prose(15), arrived_at=ago(days=89))
    written(a_feed(), "new", prose(16))
    stories.look(LATER)
    both = Print.objects.count()
    assert stories.forget(LATER) == 0
    assert stories.forget(LATER + timedelta(days=2)) == both // 2 and Print.objects.count() == both // 2
    housekeep.run(LATER + timedelta(days=100))
    assert not Print.objects.exists() and stories.look(LATER + timedelta(days=100)) == 0
    assert stories.reached() == Entry.objects.order_by("-pk")[0].pk, "and they are not made anew"
