"""Skim, Listen, Watch and tags: views of the same list, marked and taken back like every other."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from aggregator.models import Entry
from network.gathering import groups
from network.models import Mute, Source, Tag, User
from reading import marks
from reading.asked import Where, from_key, view_of, where
from reading.kinds import FEW_WORDS
from reading.models import Mark, Undo, Watermark
from reading.timeline import page
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries
from tests.reading.test_timeline import to_the_end

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def nora() -> User:
    return a_member("nora")


@pytest.fixture
def client(nora: User) -> Client:
    client = Client()
    client.force_login(nora)
    return client


def mixed(user: User, name: str = "mixed") -> dict[str, list[Entry]]:
    """One source that writes, says, films and murmurs."""
    feed = a_feed(name)
    made = {
        "text": entries(feed, [8, 4], words=900),
        "short": entries(feed, [7, 3], title="", gist="A thought.", words=FEW_WORDS),
        "audio": entries(feed, [6, 2], medium="audio", duration=2000, title=""),
        "video": entries(feed, [5, 1], medium="video", duration=900),
        "long": entries(feed, [9], title="", words=FEW_WORDS + 1),
    }
    a_source(user, feed)
    return made


KINDS = {"skim": "short", "listen": "audio", "watch": "video"}


def ids(made: list[Entry]) -> list[int]:
    return [each.pk for each in reversed(made)]


def rows(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', response.content.decode())]


def list_of(kind: str, user: User, show: str = "unread") -> Where:
    return from_key(f"{kind}.{show}.cards", user)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("show", ["unread", "all"])
def test_each_shows_what_is_of_its_kind_and_nothing_else(nora: User, client: Client, kind: str, show: str) -> None:
    made = mixed(nora)
    mixed(a_member("other"), "theirs")
    assert rows(client.get(f"/{kind}/", {"show": show})) == ids(made[KINDS[kind]])


@pytest.mark.parametrize("kind", KINDS)
def test_paging_to_the_end_shows_everything_of_a_kind_once(nora: User, kind: str) -> None:
    expected = []
    for n in range(3):
        feed = a_feed(f"w{n}")
        for age in range(20):
            medium = ("text", "audio", "video")[age % 3]
            made = entries(feed, [age * 13 + n / 9], medium=medium, title="" if medium == "text" else "T", words=5)
            if {"text": "skim", "audio": "listen", "video": "watch"}[medium] == kind:
                expected += [(made[0].sorted_at, made[0].pk)]
        a_source(nora, feed)
    order = [pk for _at, pk in sorted(expected, reverse=True)]
    for show in ("unread", "all"):
        for size in (2, 7, 30):
            assert to_the_end(view_of(list_of(kind, nora, show), nora), size) == order


def test_many_unread_are_read_through_windows_and_end_as_well(nora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reading.timeline.FEW", 0)
    made = mixed(nora)
    marks.mark(nora, made["audio"][1], True, NOW)
    marks.mark(nora, made["audio"][1], False, NOW)
    for kind, of_kind in KINDS.items():
        assert to_the_end(view_of(list_of(kind, nora), nora), 1) == ids(made[of_kind])


@pytest.mark.parametrize("kind", KINDS)
def test_all_read_in_one_leaves_every_other_kind_as_it_was(nora: User, client: Client, kind: str) -> None:
    made = mixed(nora)
    top = str(Entry.objects.latest("pk").pk)
    form = {"in": f"{kind}.unread.cards", "top": top}
    done = client.post("/marks/all/", form)
    assert done.headers["Location"].startswith(f"/{kind}/?undo=")
    assert set(Mark.objects.filter(read=True).values_list("entry", flat=True)) == set(ids(made[KINDS[kind]]))
    assert Watermark.objects.get().read_count == 2
    assert len(page(view_of(from_key("river.unread", nora), nora)).shown) == 7
    client.post(f"/marks/undo/{Undo.objects.get().pk}/", form)
    assert not Mark.objects.exists() and Watermark.objects.get().read_count == 0


@pytest.mark.parametrize("kind", KINDS)
def test_above_read_in_one_marks_what_is_of_its_kind_above(nora: User, client: Client, kind: str) -> None:
    made = mixed(nora)
    shown = page(view_of(list_of(kind, nora), nora)).shown
    top = str(Entry.objects.latest("pk").pk)
    client.post("/marks/above/", {"in": f"{kind}.unread.cards", "top": top, "here": shown[0].place})
    assert [mark.entry_id for mark in Mark.objects.all()] == [made[KINDS[kind]][1].pk]


def test_what_stands_in_a_list_of_a_kind_that_came_later_stays_unread(nora: User, client: Client) -> None:
    made = mixed(nora)
    top = str(made["short"][1].pk)
    client.post("/marks/all/", {"in": "listen.unread.cards", "top": top})
    assert not Mark.objects.exists()


def test_a_short_post_is_shown_whole_and_its_time_leads_to_it(nora: User, client: Client) -> None:
    made = mixed(nora)
    long = "A thought & its end. " * 18
    Entry.objects.filter(pk=made["short"][1].pk).update(gist=long[:299])
    made["short"][1].body.text = long
    made["short"][1].body.save()
    shown = client.get("/skim/").content.decode()
    assert shown.count("A thought &amp; its end.") == 18
    assert f'href="/entries/{made["short"][1].pk}/?in=skim.unread.cards"' in shown


@pytest.mark.parametrize("kind", KINDS)
def test_one_in_which_nothing_is_says_so(client: Client, kind: str) -> None:
    assert "Nothing unread here" in client.get(f"/{kind}/").content.decode()
    assert "Nothing here yet" in client.get(f"/{kind}/?show=all&by=person").content.decode()


# ---- tags


def test_a_tag_is_a_list_of_whom_and_what_has_it(nora: User, client: Client) -> None:
    shown = []
    tag = Tag.objects.create(roster=nora.roster, name="libraries")
    for n in range(4):
        feed = a_feed(f"w{n}")
        made = entries(feed, [n + 1])
        source = a_source(nora, feed)
        if n == 0:
            tag.people.add(source.person)
        if n == 1:
            tag.sources.add(source)
        if n == 2:
            tag.people.add(source.person)
            tag.sources.add(source)
        shown += [made[0].pk] if n < 3 else []
    path = f"/tags/{tag.pk}/river/"
    assert rows(client.get(path)) == shown
    assert f'href="{path}"' in client.get(f"/tags/{tag.pk}/").content.decode()
    assert len(rows(client.get(path, {"by": "person"}))) == 3
    form = {"in": f"tag-{tag.pk}.unread.cards", "top": str(Entry.objects.latest("pk").pk)}
    assert client.post("/marks/all/", form).headers["Location"].startswith(path)
    assert rows(client.get("/river/")) == [Entry.objects.latest("pk").pk]


def test_the_tag_of_a_group_is_read_by_its_members_without_what_they_muted(nora: User, client: Client) -> None:
    other = a_member("other")
    group = groups.make(other, "Shelf", NOW)
    tag = Tag.objects.create(roster=group.roster, name="libraries")
    feeds = [a_feed("ada"), a_feed("bo")]
    made = [entries(feed, [n + 1])[0] for n, feed in enumerate(feeds)]
    for feed in feeds:
        source = a_source(other, feed)
        Source.objects.filter(pk=source.pk).update(roster=group.roster)
        source.person.roster = group.roster
        source.person.save()
        tag.people.add(source.person)
        Watermark.objects.get_or_create(user=nora, feed=feed)
    path = f"/tags/{tag.pk}/river/?show=all"
    assert client.get(path).status_code == 404
    group.memberships.create(user=nora, at=NOW)
    assert rows(client.get(path)) == [made[0].pk, made[1].pk]
    Mute.objects.create(user=nora, source=Source.objects.get(feed=feeds[0]), at=NOW)
    assert rows(client.get(path)) == [made[1].pk]
    group.memberships.filter(user=nora).delete()
    form = {"in": f"tag-{tag.pk}.all.cards", "top": "9999"}
    assert client.get(path).status_code == client.post("/marks/all/", form).status_code == 404


# ---- in passing


def test_what_was_passed_is_read_and_one_undo_takes_back_all_of_it(nora: User, client: Client) -> None:
    made = mixed(nora)
    first = client.post("/marks/passed/", {"entry": ids(made["text"]), "in": "river"}, headers=HTMX)
    shown = first.content.decode()
    assert "2 read in passing." in shown and shown.count('hx-swap-oob="true" class="row read"') == 2
    joined = re.search(r'data-joined="(\d+)"', shown)
    assert joined
    more = {"entry": ids(made["short"]), "in": "river", "joined": joined[1]}
    assert "4 read in passing." in client.post("/marks/passed/", more, headers=HTMX).content.decode()
    assert Undo.objects.count() == 1 and Watermark.objects.get().read_count == 4
    client.post(f"/marks/undo/{joined[1]}/", {"in": "river"})
    assert not Mark.objects.exists() and Watermark.objects.get().read_count == 0


def test_what_was_passed_before_another_act_is_not_part_of_it(nora: User, client: Client) -> None:
    made = mixed(nora)
    client.post("/marks/passed/", {"entry": ids(made["text"])[:1]})
    old = Undo.objects.get().pk
    client.post("/marks/all/", {"in": "listen", "top": "99999"})
    client.post("/marks/passed/", {"entry": ids(made["short"])[:1], "joined": str(old)})
    assert Undo.objects.count() == 3


def test_nobody_marks_or_sees_in_passing_what_is_not_theirs(nora: User, client: Client) -> None:
    theirs = mixed(a_member("other"), "secret")
    shown = client.post("/marks/passed/", {"entry": ids(theirs["text"])}, headers=HTMX).content.decode()
    assert not Mark.objects.exists() and "Secret" not in shown and "row" not in shown


@pytest.mark.parametrize("entry", ["", "x", "-1", "9" * 30, "٣", str(2**62)])
def test_nonsense_in_passing_marks_nothing(nora: User, client: Client, entry: str) -> None:
    mixed(nora)
    assert client.post("/marks/passed/", {"entry": entry}).status_code == 303
    assert not Mark.objects.exists()


def test_passing_twice_counts_once(nora: User, client: Client) -> None:
    made = mixed(nora)
    for _twice in range(2):
        client.post("/marks/passed/", {"entry": ids(made["text"])})
    assert Watermark.objects.get().read_count == 2 and Undo.objects.count() == 1


# ---- the address of a list


@pytest.mark.parametrize(
    "key", ["skim.all.titles.person", "tag-7.unread.full", "today.all.cards", "river.unread.cards.person"]
)
def test_a_list_is_named_in_one_word_and_found_by_it(nora: User, key: str) -> None:
    assert from_key(key, nora).key == key


def test_one_person_is_not_shown_by_person(nora: User, rf: Any) -> None:
    there = where("person", 3, rf.get("/?by=person").GET, nora)
    assert there.by == "time" and "by=" not in there.link()


def test_titles_lead_to_the_site_for_who_likes_it_so(nora: User, client: Client) -> None:
    made = mixed(nora)["text"][1]
    assert f'href="{made.link}" rel' not in client.get("/river/").content.decode().split('class="yours"')[0]
    User.objects.update(opens_original=True)
    shown = client.get("/river/").content.decode()
    assert f'<a href="{made.link}" rel="noopener noreferrer" target="_blank" data-act="open" data-reads>' in shown
    assert f'<a href="/entries/{made.pk}/?in=river.unread.cards">' in shown
    Entry.objects.filter(pk=made.pk).update(link="javascript:alert(1)")
    assert f'id="title-{made.pk}" dir="auto"><a href="/entries/{made.pk}/' in client.get("/river/").content.decode()
