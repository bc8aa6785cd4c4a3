"""A group's river: the same list over the group's roster, without what its reader muted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator.models import Entry
from network import follow
from network.gathering import groups, mutes
from network.models import Group, Membership, Mute, Person, Source, User
from reading import marks, undoing
from reading.asked import Where, view_of
from reading.models import Mark, Watermark
from reading.templatetags.rail import lists_of
from reading.timeline import View
from reading.watermarks import NEWEST, add_missing
from tests.network.group_of import a_group
from tests.network.members import visit
from tests.reading.roster import NOW, a_feed, a_member, entries
from tests.reading.test_marks import counters_are_right
from tests.reading.test_timeline import by_hand

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth() -> User:
    return a_member("ruth")


@pytest.fixture
def ed() -> User:
    return a_member("ed")


@pytest.fixture
def group(ruth: User, ed: User) -> Group:
    return a_group(ruth, ed)


def on(group: Group, name: str, ages: Any = (3, 2, 1)) -> Source:
    """Somebody on the group's roster who has written so many days ago."""
    feed = a_feed(name)
    entries(feed, ages)
    return follow.follow(group.roster, feed, NOW, name=name.title())


def river(group: Group, user: User, query: str = "") -> list[int]:
    response = visit(user).get(f"/groups/{group.pk}/river/{query}")
    assert response.status_code == 200
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', response.content.decode())]


def of(source: Source) -> set[int]:
    return set(Entry.objects.filter(feed=source.feed_id).values_list("pk", flat=True))


def unread(group: Group, user: User) -> set[int]:
    return set(by_hand(view_of(Where("group", group.pk), user)))


def test_it_shows_what_the_roster_brings_to_its_members_alone(group: Group, ruth: User, ed: User) -> None:
    sources = [on(group, "halima"), on(group, "wim")]
    everything = of(sources[0]) | of(sources[1])
    for member in (ruth, ed):
        assert set(river(group, member)) == everything
        assert visit(member).get("/river/").content.decode().count('id="row-') == 0, "it is not their own"
    stranger = visit(a_member("otto"))
    for path in (f"/groups/{group.pk}/river/", f"/groups/{2**40}/river/"):
        assert stranger.get(path).status_code == 404


def test_what_is_read_in_one_is_read_in_the_other(group: Group, ed: User) -> None:
    source = on(group, "halima")
    follow.follow(ed.roster, source.feed, NOW)
    entry = Entry.objects.filter(feed=source.feed_id)[0]
    marks.mark(ed, entry, True, NOW)
    assert entry.pk not in river(group, ed) and len(river(group, ed)) == 2
    marks.read_all(view_of(Where("river"), ed), 10**9, "", NOW)
    assert river(group, ed) == []


def test_all_the_tools_of_a_list_work_in_it(group: Group, ed: User) -> None:
    source = on(group, "halima", range(40, 0, -1))
    client, key = visit(ed), f"group-{group.pk}.unread.cards"
    first = river(group, ed)
    assert len(first) == 30
    place = client.get(f"/groups/{group.pk}/river/").context["here"]
    form = {"in": key, "here": place, "top": "999999"}
    assert client.post("/marks/above/", form)["Location"].startswith(f"/groups/{group.pk}/river/?undo=")
    assert river(group, ed) == []
    assert client.post(f"/marks/undo/{undoing.last_act(ed).pk}/", {"in": key}).status_code == 303  # type: ignore[union-attr]
    assert river(group, ed) == first
    client.post("/marks/all/", form)
    assert river(group, ed) == [] and len(river(group, ed, "?show=all&density=titles")) == 30
    entry = max(of(source))
    client.post(f"/entries/{entry}/keep/", {"keep": "1", "in": key})
    assert Mark.objects.get(user=ed, entry=entry).kept_at and counters_are_right(ed)
    assert "&before=" in client.get(f"/groups/{group.pk}/river/?show=all").context["older"]
    for act in ("all", "above"):
        assert visit(a_member(act)).post(f"/marks/{act}/", form).status_code == 404


def test_a_muted_source_is_not_shown_to_who_muted_it_and_does_not_count(group: Group, ruth: User, ed: User) -> None:
    halima, wim = on(group, "halima"), on(group, "wim")
    assert visit(ed).post(f"/sources/{halima.pk}/mute/", {"mute": "1"})["Location"] == f"/groups/{group.pk}/river/"
    assert set(river(group, ed)) == of(wim) and set(river(group, ruth)) == of(halima) | of(wim)
    assert "Halima" in visit(ed).get(f"/groups/{group.pk}/river/").content.decode(), "it can be heard again there"
    assert "What you do not see here" not in visit(ruth).get(f"/groups/{group.pk}/river/").content.decode()
    marks.read_all(view_of(Where("group", group.pk), ed), 10**9, "", NOW)
    assert [each.has_new for each in lists_of(ed).groups] == [False]
    assert [each.has_new for each in lists_of(ruth).groups] == [True]
    assert Watermark.objects.get(user=ed, feed=halima.feed_id).read_count == 0, "muted is not read"
    assert len(visit(ed).get(f"/people/{halima.person_id}/river/").context["days"]) == 0
    assert visit(ed).get(f"/sources/{halima.pk}/").status_code == 200


def test_a_mute_is_taken_back_and_twice_is_once(group: Group, ed: User) -> None:
    halima = on(group, "halima", range(80, 0, -1))
    client = visit(ed)
    for _ in range(2):
        client.post(f"/sources/{halima.pk}/mute/", {"mute": "1"})
    assert Mute.objects.filter(user=ed).count() == 1
    response = client.post(f"/sources/{halima.pk}/mute/?back=source", {"mute": "0"}, headers={"HX-Request": "true"})
    assert "Mute for me" in response.content.decode() and not Mute.objects.exists()
    entries(halima.feed, [0.5])
    assert len(unread(group, ed)) == NEWEST + 1 and counters_are_right(ed)


def test_hearing_a_source_again_begins_with_its_newest(group: Group, ed: User) -> None:
    halima = on(group, "halima")
    mutes.mute(ed, halima, NOW)
    entries(halima.feed, range(90, 0, -1))
    mutes.unmute(ed, halima, NOW)
    assert len(unread(group, ed)) == NEWEST and counters_are_right(ed)


def test_what_is_followed_at_home_as_well_goes_on_as_it_was(group: Group, ed: User) -> None:
    """Neither a group that begins to read it nor a mute taken back reads anything for its reader."""
    feed = a_feed("long")
    follow.follow(ed.roster, feed, NOW)
    entries(feed, range(90, 0, -1))
    source = follow.follow(group.roster, feed, NOW)
    assert len(unread(group, ed)) == 90
    mutes.mute(ed, source, NOW)
    mutes.unmute(ed, source, NOW)
    assert len(unread(group, ed)) == 90
    assert len(unread(group, User.objects.get(username="ruth"))) == NEWEST


def test_nobody_mutes_what_is_not_a_groups_of_theirs(group: Group, ed: User) -> None:
    own = follow.follow(ed.roster, a_feed("own"), NOW)
    theirs = on(a_group(a_member("petra"), name="Elsewhere"), "theirs")
    for source in (own, theirs):
        assert visit(ed).post(f"/sources/{source.pk}/mute/").status_code == 404
    assert not Mute.objects.exists()


def test_pages_open_for_members_and_close_when_they_leave_but_for_what_they_kept(group: Group, ed: User) -> None:
    source = on(group, "halima")
    kept, other = sorted(of(source))[:2]
    client = visit(ed)
    pages = [f"/entries/{other}/", f"/sources/{source.pk}/", f"/people/{source.person_id}/river/"]
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert "Halima" in response.content.decode()
        assert visit(a_member(f"m{len(page)}{page[1]}")).get(page).status_code == 404, page
    assert client.get(f"/entries/{other}/?in=group-{group.pk}.all.cards").context["below"] is not None
    client.post(f"/entries/{kept}/keep/", {"keep": "1"})
    Membership.objects.filter(user=ed).delete()
    for page in pages:
        assert client.get(page).status_code == 404, page
    assert client.get(f"/entries/{kept}/").status_code == 200
    assert client.get(f"/entries/{other}/?in=group-{group.pk}.all.cards").status_code == 404
    assert client.post(f"/entries/{other}/read/", {"read": "1"}).status_code == 404


def test_the_starter_roster_is_read_by_its_members_alone(group: Group, ed: User) -> None:
    source = on(group, "halima")
    Group.objects.filter(pk=group.pk).update(starter=True)
    stranger = visit(a_member("otto"))
    for page in (f"/sources/{source.pk}/", f"/entries/{max(of(source))}/", f"/groups/{group.pk}/river/"):
        assert stranger.get(page).status_code == 404, page


def test_one_sees_what_a_group_reads_from_its_newest_on(group: Group, ed: User) -> None:
    source = on(group, "halima", range(50, 0, -1))
    late = a_member("late")
    groups.enter(group, late, NOW)
    assert unread(group, late) == set(sorted(of(source))[-NEWEST:]) and counters_are_right(late)


def test_the_night_gives_members_the_watermarks_they_lack(group: Group, ed: User, ruth: User) -> None:
    source = on(group, "halima")
    follow.follow(ed.roster, a_feed("own"), NOW)
    Watermark.objects.all().delete()
    assert add_missing() == 3 and add_missing() == 0
    assert set(Watermark.objects.filter(feed=source.feed_id).values_list("user", flat=True)) == {ed.pk, ruth.pk}


def test_a_river_of_three_hundred_takes_few_queries_and_no_more_than_of_three(group: Group, ed: User) -> None:
    for n in range(3):
        on(group, f"few{n}")
    client, counted = visit(ed), []
    client.get("/more/")
    for more in (0, 297):
        feeds = [a_feed(f"many{n}") for n in range(more)]
        for feed in feeds[:20]:
            entries(feed, [2, 1])
        follow.follow_many(group.roster, [follow.Wish(feed) for feed in feeds], NOW)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/groups/{group.pk}/river/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 8, "\n".join(q["sql"] for q in asked)


def test_several_authors_of_one_feed_are_shown_in_a_group_too(group: Group, ed: User) -> None:
    source = on(group, "house")
    Source.objects.filter(pk=source.pk).update(author="Ada")
    ada = entries(source.feed, [1], author="Ada")[0]
    bo = Person.objects.create(roster=group.roster, name="Bo", created_at=NOW)
    Source.objects.create(
        roster=group.roster, feed=source.feed, person=bo, author="Bo", created_at=NOW, changed_at=NOW
    )
    mine = entries(source.feed, [1], author="Bo")[0]
    assert set(river(group, ed)) == {ada.pk, mine.pk}
    mutes.mute(ed, source, NOW)
    assert river(group, ed) == [mine.pk]
    assert by_hand(View(ed, Source.objects.none())) == []


def test_who_follows_nobody_begins_with_what_their_groups_read(group: Group, ruth: User, ed: User) -> None:
    assert visit(ed).get("/").headers["Location"] == f"/groups/{group.pk}/river/"
    groups.make(ed, "Another", NOW)
    assert visit(ed).get("/").headers["Location"] == "/groups/"
    groups.make(ruth, "To begin with", NOW, starter=True)  # a shelf, which nobody reads
    assert visit(ruth).get("/").headers["Location"] == f"/groups/{group.pk}/river/"
