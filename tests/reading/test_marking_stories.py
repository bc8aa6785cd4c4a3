"""What is done to one copy of a story is done to all its reader may read, and undoing it is exact."""

import random
from datetime import timedelta

import pytest

from aggregator import stories
from aggregator.models import Entry
from network.models import Source, User
from reading import levelling, marks, parting, undoing, watermarks
from reading.models import Apart, Mark, NotForMe, Watermark
from reading.settling import settle
from reading.timeline import Cursor, View, page
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries
from tests.reading.test_marks import counters_are_right, everything
from tests.reading.test_stories import retold, rows_by_hand
from tests.reading.test_timeline import by_hand

pytestmark = pytest.mark.django_db


def a_world_in_step(seed: int) -> User:
    """Five sources, one of them of somebody else's roster; some stories; every copy as read as the others."""
    chance, user, stranger = random.Random(seed), a_member(f"m{seed}"), a_member(f"s{seed}")
    made: list[list[Entry]] = []
    for n in range(5):
        feed = a_feed(f"w{seed}-{n}")
        made.append(entries(feed, sorted((chance.random() * 20 for _ in range(8)), reverse=chance.random() < 0.7)))
        a_source(user if n < 4 else stranger, feed, upto=made[n][chance.randrange(5)].pk)
    for n in range(6):
        feeds = chance.sample(range(5), chance.randint(2, 4))
        ids = [made[feed][n].pk for feed in feeds]
        Entry.objects.filter(pk__in=ids).update(story=min(ids))
    levelling.level(list(Entry.objects.filter(story__isnull=False).values_list("pk", flat=True)), NOW)
    assert counters_are_right(user) and counters_are_right(stranger)
    return user


def state(user: User) -> tuple[list[int], list[object]]:
    kept = Mark.objects.filter(user=user, kept_at__isnull=False).order_by("entry")
    return by_hand(everything(user)), list(kept.values_list("entry", flat=True))


def copies(user: User, entry: Entry) -> set[int]:
    """The entry and its copies, told by hand."""
    apart = set(Apart.objects.filter(user=user).values_list("feed", "entry"))
    alone = {e.pk for e in Entry.objects.all() if {(e.feed_id, e.pk), (e.feed_id, None)} & apart}
    mine = Entry.objects.filter(feed__sources__roster=user.roster, story=entry.story or 0)
    return {entry.pk} | (set() if entry.pk in alone else {e.pk for e in mine if e.pk not in alone})


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_done_all_copies_are_as_read_as_one_and_undo_is_exact(seed: int) -> None:
    user, chance = a_world_in_step(seed), random.Random(seed)
    everybodys = by_hand(View(user, Source.objects.all(), unread=True))
    ids = [e.pk for e in Entry.objects.filter(feed__sources__roster=user.roster)]
    before: tuple[list[int], list[object]] | None = None
    for n in range(30):
        now, there = NOW + timedelta(seconds=n), state(user)
        entry = Entry.objects.get(pk=chance.choice(ids))
        some = View(user, Source.objects.of(user).filter(pk__in=chance.sample(sources_of(user), 2)), unread=True)
        expected = set(there[0])
        what = chance.randrange(8)
        match what:
            case 0:
                marks.mark(user, entry, True, now)
                expected -= copies(user, entry)
                before = None
            case 1:
                marks.mark(user, entry, False, now)
                expected |= copies(user, entry)
                before = None
            case 2:
                marks.keep(user, entry, True, now)
                assert copies(user, entry) <= set(state(user)[1])
                before = None
            case 3:
                marks.pass_over(user, entry, "", now)
                expected -= copies(user, entry)
                assert copies(user, entry) <= set(NotForMe.objects.values_list("entry", flat=True))
                before = there
            case 4:
                gone = set(rows_by_hand(some))
                top = chance.choice(ids)
                above = [e for e in Entry.objects.filter(pk__in=gone, pk__lte=top) if place(e) >= place(entry)]
                act = marks.read_above(some, Cursor(*place(entry)), top, "", now)
                expected -= {pk for e in above for pk in copies(user, e)}
                before = there if act else before
            case 5:
                top = chance.choice(ids)
                seen = Entry.objects.filter(feed__in=some.sources.values("feed"), pk__lte=top, pk__in=there[0])
                gone = {pk for e in seen for pk in copies(user, e)}
                act = marks.read_all(some, top, "", now)
                expected -= gone
                before = there if act else before
            case 6:
                act = marks.read_these(user, [entry.pk], now)
                expected -= copies(user, entry)
                before = there if act else before
            case 7 if before:
                act = undoing.last_act(user)
                assert act
                undoing.take_back(act)
                expected, before = set(before[0]), None
        assert set(state(user)[0]) == expected, (n, what)
        assert counters_are_right(user)
        assert settle(NOW - timedelta(days=1)) >= 0 and set(state(user)[0]) == expected
    foreign = set(Entry.objects.exclude(pk__in=ids).values_list("pk", flat=True))
    assert foreign & set(by_hand(View(user, Source.objects.all(), unread=True))) == foreign & set(everybodys)


def place(entry: Entry) -> tuple[object, int]:
    return (entry.sorted_at, entry.pk)


def sources_of(user: User) -> list[int]:
    return list(Source.objects.of(user).values_list("pk", flat=True))


def unread(user: User) -> set[int]:
    return set(by_hand(everything(user)))


def joined(*made: Entry) -> None:
    """As the aggregator's round leaves it."""
    Entry.objects.filter(pk__in=[each.pk for each in made]).update(story=min(each.pk for each in made))
    for tell in stories.when_joined:
        tell([each.pk for each in made], NOW)
    for each in made:
        each.refresh_from_db()


def two_carriers() -> tuple[User, Entry, Entry]:
    user = a_member()
    made = []
    for n in range(2):
        feed = a_feed(f"c{n}")
        a_source(user, feed)
        made += entries(feed, [2 - n])
    return user, made[0], made[1]


def test_a_copy_that_comes_later_is_as_read_as_what_is_there() -> None:
    user, first, late = two_carriers()
    other = a_member("mo")
    a_source(other, late.feed)
    marks.mark(user, first, True, NOW)
    joined(first, late)
    assert unread(user) == set() and counters_are_right(user)
    assert unread(other) == {late.pk}, "who does not follow the other feed has read nothing"


def test_a_copy_of_what_is_unread_stays_unread_as_one_row() -> None:
    user, first, late = two_carriers()
    joined(first, late)
    assert unread(user) == {first.pk, late.pk}
    assert [each.entry.pk for each in page(everything(user)).shown] == [first.pk]


def test_what_a_rule_hid_has_not_been_read_elsewhere() -> None:
    user, first, late = two_carriers()
    Mark.objects.create(user=user, entry=first, feed=first.feed, read=True, hidden=True, at=NOW)
    watermarks.recount(Watermark.objects.filter(user=user))
    joined(first, late)
    assert unread(user) == {late.pk}
    assert [each.entry.pk for each in page(everything(user)).shown] == [late.pk]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("whole_feed", [True, False])
def test_two_that_are_taken_apart_are_each_as_read_as_they_were(which: int, whole_feed: bool) -> None:
    user, first, late = two_carriers()
    joined(first, late)
    marks.mark(user, first, True, NOW)
    assert unread(user) == set()
    entry = (first, late)[which]
    parting.part(user, entry.feed, None if whole_feed else entry, NOW)
    assert unread(user) == {late.pk} and counters_are_right(user)
    assert {each.entry.pk for each in page(everything(user, unread=False)).shown} == {first.pk, late.pk}
    assert all(not each.also for each in page(everything(user, unread=False)).shown)
    marks.mark(user, late, True, NOW)
    marks.mark(user, late, False, NOW)
    assert unread(user) == {late.pk}, "and what is done to one is not done to the other"
    parting.rejoin(user, entry.feed, None if whole_feed else entry, NOW)
    assert unread(user) == set() and counters_are_right(user)
    assert len(page(everything(user, unread=False)).shown) == 1


def test_a_copy_that_was_opened_itself_stays_read_when_it_is_taken_apart() -> None:
    user, first, late = two_carriers()
    joined(first, late)
    marks.mark(user, first, True, NOW)
    marks.mark(user, late, True, NOW)
    parting.part(user, late.feed, late, NOW)
    assert unread(user) == set()


def test_one_members_word_is_not_anothers() -> None:
    user, first, late = two_carriers()
    other = a_member("mo")
    a_source(other, first.feed)
    a_source(other, late.feed)
    joined(first, late)
    parting.part(other, late.feed, None, NOW)
    marks.mark(user, first, True, NOW)
    marks.mark(other, first, True, NOW)
    assert unread(user) == set() and unread(other) == {late.pk}


def test_a_feed_that_comes_into_view_brings_nothing_back_that_was_read_elsewhere() -> None:
    user, first, late = two_carriers()
    Source.objects.filter(feed=late.feed).delete()
    Watermark.objects.filter(feed=late.feed).delete()
    joined(first, late)
    marks.mark(user, first, True, NOW)
    assert not Mark.objects.filter(entry=late).exists(), "nothing is done to what they cannot see"
    Source.objects.create(
        roster=user.roster, feed=late.feed, person=user.roster.people.first(), created_at=NOW, changed_at=NOW
    )
    watermarks.open_for([user.pk], [late.feed_id], NOW)
    levelling.level_for([user.pk], [late.feed_id], NOW)
    assert unread(user) == set() and counters_are_right(user)


def test_which_copies_were_read_only_with_another_is_written_down() -> None:
    user, made = retold(1, 2, 3)
    assert marks.mark(user, made[0], True, NOW)
    assert unread(user) & {each.pk for each in made} == set()
    assert Mark.objects.filter(in_story=True).count() == 2
