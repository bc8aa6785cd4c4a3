"""Highlights and notes: written, shared, edited under, deleted and taken back, and nothing typed is lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aggregator import expire
from aggregator.models import Beyond, Enclosure, Entry, EntryBody
from network.gathering import groups
from network.models import Group, Membership, User
from reading import merging
from reading.annotating import noting
from reading.annotating.anchors import Anchor
from reading.annotating.noting import Written
from reading.models import Annotation, EntryTag, Position
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TABLE = "<table><tr><td>1</td><td>2</td></tr></table>"
PROSE = f"<p>The gaps stay for a month.</p><p>Anyone may write on the card.</p>{TABLE}"


@pytest.fixture
def nora() -> User:
    return a_member("nora")


@pytest.fixture
def entry(nora: User) -> Entry:
    feed = a_feed("shelf")
    a_source(nora, feed)
    return entries(feed, [1], html=PROSE)[0]


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def a_note(
    user: User, entry: Entry, quote: str = "", note: str = "", tags: str = "", group: Any = ""
) -> Annotation:
    return noting.write(user, entry, Written(Anchor(quote), note, tags, str(group and group.pk)), timezone.now())


def friends(*users: User) -> Group:
    group = groups.make(users[0], "Rural libraries", NOW)
    for user in users[1:]:
        groups.enter(group, user, NOW)
    return group


# ---- writing


def test_a_passage_is_marked_in_the_text_and_its_note_stands_beside_it(nora: User, entry: Entry) -> None:
    form = {
        "quote": "for a month.\n\nAnyone may",
        "note": "Say *this* soon.",
        "tags": "board, #Weeding, board",
    }
    answer = as_(nora).post(f"/entries/{entry.pk}/note/", form)
    made = Annotation.objects.get()
    assert (answer.status_code, answer.headers["Location"].partition("#")[2]) == (303, f"item-{made.pk}")
    assert (made.tags, made.lost, made.before, made.start) == (["board", "Weeding"], False, "The gaps stay ", 14)
    page = text(as_(nora).get(f"/entries/{entry.pk}/"))
    assert f'<p>The gaps stay <mark id="a-{made.pk}">for a month.</mark></p><p><mark>Anyone may</mark><span' in page
    assert 'role="note" aria-label="Your note"' in page
    assert '<span class="par">Say <em>this</em> soon.</span>' in page


def test_a_note_needs_no_passage_and_a_tag_neither(nora: User, entry: Entry) -> None:
    client = as_(nora)
    client.post(f"/entries/{entry.pk}/note/", {"note": "On all of it."})
    client.post(f"/entries/{entry.pk}/tags/", {"name": "weeding, memory"})
    client.post(f"/entries/{entry.pk}/tags/", {"name": "Weeding"})
    assert list(EntryTag.objects.order_by("name").values_list("name", flat=True)) == ["memory", "weeding"]
    page = text(client.get(f"/entries/{entry.pk}/"))
    assert "On all of it." in page and "<mark" not in page
    client.post(f"/entries/{entry.pk}/tags/", {"remove": "memory"})
    assert EntryTag.objects.get().name == "weeding"


def test_there_is_an_end_of_notes_beside_one_piece(nora: User, entry: Entry) -> None:
    many = [Annotation(user=nora, entry=entry, note=str(n), at=NOW, changed_at=NOW) for n in range(500)]
    Annotation.objects.bulk_create(many)
    answer = as_(nora).post(f"/entries/{entry.pk}/note/", {"note": "One more."})
    assert answer.status_code == 422 and "no more fit" in text(answer) and "One more." in text(answer)


def test_two_clicks_are_one_highlight(nora: User, entry: Entry) -> None:
    first, second = (a_note(nora, entry, "the card") for _ in range(2))
    assert first == second
    assert a_note(nora, entry, "the card", "and a note") == first
    assert Annotation.objects.get().note == "and a note"


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({}, "Choose a passage or write a note first."),
        ({"note": "x" * 50_001}, "50,001"),
        ({"quote": "x" * 5_001}, "Choose less"),
        ({"note": "n", "tags": "t" * 51}, "at most 50 characters"),
        ({"note": "n", "group": "99"}, "not in that group any more"),
        ({"note": "n", "group": "nonsense"}, "not in that group any more"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_the_reason(nora: User, entry: Entry, form: Any, why: str) -> None:
    for headers in ({}, HTMX):
        answer = as_(nora).post(f"/entries/{entry.pk}/note/", form, headers=headers)
        assert answer.status_code == 422
        assert why in text(answer)
        assert form.get("note", "")[:100] in text(answer)
    assert not Annotation.objects.exists()


def test_a_passage_that_is_in_the_text_no_more_is_kept_beside_it(nora: User, entry: Entry) -> None:
    as_(nora).post(f"/entries/{entry.pk}/note/", {"quote": "The gaps stayed for a year.", "start": "oops"})
    assert Annotation.objects.get().lost
    page = text(as_(nora).get(f"/entries/{entry.pk}/"))
    assert "The gaps stayed for a year." in page and "this is in it no more" in page


def test_across_a_table(nora: User, entry: Entry) -> None:
    made = a_note(nora, entry, "card. 1 2")
    page = text(as_(nora).get(f"/entries/{entry.pk}/"))
    assert f'write on the <mark id="a-{made.pk}">card.</mark></p>' in page
    assert "<td><mark>1</mark></td><td><mark>2</mark></td>" in page


def test_what_was_written_when_the_session_had_ended_waits_behind_the_door(nora: User, entry: Entry) -> None:
    client, path = Client(), f"/entries/{entry.pk}/note/"
    answer = client.post(path, {"quote": "the card", "note": "Long thoughts.", "tags": "a"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={path}")
    by_htmx = Client().post(path, {"note": "Long thoughts."}, headers=HTMX)
    assert by_htmx.headers["HX-Redirect"] == f"/accounts/login/?next={path}"
    client.post("/accounts/login/", {"login": "nora", "password": "secret words", "next": path})
    page = text(client.get(path))
    assert "Nothing is lost" in page and "Long thoughts." in page and "the card" in page
    client.post(path, {"quote": "the card", "note": "Long thoughts."})
    assert Annotation.objects.get().note == "Long thoughts."
    assert "Long thoughts." not in text(client.get(path))


def test_what_was_written_about_an_entry_that_went_meanwhile_is_handed_back(nora: User, entry: Entry) -> None:
    entry.feed.sources.all().delete()
    answer = as_(nora).post(f"/entries/{entry.pk}/note/", {"quote": "the card", "note": "Long thoughts."})
    assert answer.status_code == 404
    assert "the card" in text(answer) and "Long thoughts." in text(answer)
    assert not Annotation.objects.exists()


def test_the_last_word_on_an_entry_that_nothing_else_holds_leads_to_the_notes(nora: User, entry: Entry) -> None:
    noting.tag(nora, entry, "x", NOW)
    entry.feed.sources.all().delete()
    assert as_(nora).post(f"/entries/{entry.pk}/tags/", {"remove": "x"}).headers["Location"] == "/notes/"


def test_changing_deleting_and_taking_back(nora: User, entry: Entry) -> None:
    client, made = as_(nora), a_note(nora, entry, "the card", "First.")
    client.post(f"/notes/{made.pk}/", {"note": "Second.", "tags": "x"})
    assert (Annotation.objects.get().note, Annotation.objects.get().tags) == ("Second.", ["x"])
    assert "Second." in text(client.get(f"/notes/{made.pk}/"))
    to = client.post(f"/notes/{made.pk}/delete/").headers["Location"]
    assert not Annotation.objects.of(nora).exists()
    page = text(client.get(to.partition("#")[0]))
    assert "The note was deleted." in page and "Second." not in page
    client.post(f"/notes/{made.pk}/restore/")
    assert Annotation.objects.of(nora).get().note == "Second."
    noting.delete(made, NOW)
    noting.forget(NOW + timedelta(days=2))
    assert not Annotation.objects.exists()


def test_htmx_gets_the_text_the_list_and_the_way_back(nora: User, entry: Entry) -> None:
    answer = as_(nora).post(f"/entries/{entry.pk}/note/", {"quote": "the card"}, headers=HTMX)
    made = Annotation.objects.get()
    assert f'<mark id="a-{made.pk}">the card</mark>' in text(answer)
    assert re.search(r'<section[^>]* id="yours" hx-swap-oob="true"', text(answer))
    answer = as_(nora).post(f"/notes/{made.pk}/delete/", headers=HTMX)
    assert "The highlight was deleted." in text(answer) and "<mark" not in text(answer)


# ---- what happens to the text


def test_highlights_are_found_again_when_the_publisher_edits(nora: User, entry: Entry) -> None:
    kept, lost = a_note(nora, entry, "Anyone may write"), a_note(nora, entry, "stay for a month")
    edited = "<p>A new beginning. The gaps are closed at once.</p><p>Anyone may write on the card.</p>"
    EntryBody.objects.filter(pk=entry.pk).update(html=edited)
    noting.find_again([entry.pk])
    kept.refresh_from_db()
    lost.refresh_from_db()
    assert (kept.start, kept.lost, lost.lost, lost.quote) == (45, False, True, "stay for a month")
    EntryBody.objects.filter(pk=entry.pk).update(html=PROSE)
    noting.find_again([entry.pk])
    lost.refresh_from_db()
    assert not lost.lost


def test_a_highlight_in_the_whole_text_says_where_it_stands(nora: User, entry: Entry) -> None:
    whole = "<p>The gaps stay for a month.</p><p>And much more stands here.</p>"
    Beyond.objects.create(entry=entry, what="text", url=entry.link, asked_at=NOW, came_at=NOW, html=whole, words=9)
    made = a_note(nora, entry, "much more")
    assert not made.lost
    assert "stands in the other text" in text(as_(nora).get(f"/entries/{entry.pk}/"))
    assert f'<mark id="a-{made.pk}">much more</mark>' in text(as_(nora).get(f"/entries/{entry.pk}/?text=full"))


def test_an_entry_somebody_wrote_into_does_not_expire_and_can_be_opened_for_ever(nora: User, entry: Entry) -> None:
    feed = entry.feed
    noted, tagged, plain = entries(feed, [9, 8, 7])
    a_note(nora, noted, note="x")
    noting.tag(nora, tagged, "x", NOW)
    assert noting.held([noted.pk, tagged.pk, plain.pk]) == {noted.pk, tagged.pk}
    assert noting.held in expire.holds
    feed.sources.all().delete()
    client = as_(nora)
    found = [client.get(f"/entries/{each.pk}/").status_code for each in (noted, tagged, plain)]
    assert found == [200, 200, 404]


def test_notes_move_with_their_entry_when_two_feeds_become_one(nora: User, entry: Entry) -> None:
    other = entries(a_feed("other"), [1])[0]
    made = a_note(nora, entry, note="x")
    noting.tag(nora, entry, "x", NOW)
    merging.merge(entry.feed_id, other.feed_id, {entry.pk: other.pk})
    made.refresh_from_db()
    assert made.entry_id == other.pk
    assert EntryTag.objects.filter(entry=other).exists()


# ---- sharing


def test_shared_with_a_group_it_is_seen_by_its_members_and_nobody_else(nora: User, entry: Entry) -> None:
    mia, otto = a_member("mia"), a_member("otto")
    for user in (mia, otto):
        a_source(user, entry.feed)
    group = friends(nora, mia)
    shared = a_note(nora, entry, "the card", "For us.", group=group)
    private = a_note(nora, entry, "a month", "For me.")
    seen = {user: text(as_(user).get(f"/entries/{entry.pk}/")) for user in (nora, mia, otto)}
    assert f'id="a-{shared.pk}"' in seen[nora] and f'id="a-{private.pk}"' in seen[nora]
    assert f'id="a-{shared.pk}" class="theirs"' in seen[mia] and "nora" in seen[mia]
    assert "For me." not in seen[mia] and f'id="a-{private.pk}"' not in seen[mia]
    assert "For us." not in seen[otto] and "For me." not in seen[otto]
    assert "For us." in text(as_(mia).get(f"/notes/?group={group.pk}"))
    assert "For us." not in text(as_(otto).get(f"/notes/?group={group.pk}"))
    for act in ("", "delete/", "restore/"):
        assert as_(mia).post(f"/notes/{shared.pk}/{act}", {"note": "mine now"}).status_code == 404


def test_who_does_not_read_the_feed_sees_the_quote_but_not_the_entry(nora: User, entry: Entry) -> None:
    mia = a_member("mia")
    group = friends(nora, mia)
    a_note(nora, entry, "the card", "For us.", group=group)
    assert as_(mia).get(f"/entries/{entry.pk}/").status_code == 404
    page = text(as_(mia).get(f"/notes/?group={group.pk}"))
    assert "the card" in page and "For us." in page and f"/entries/{entry.pk}/" not in page and entry.link in page


@pytest.mark.parametrize("who", ["nora", "mia"])
def test_after_leaving_neither_sees_what_the_other_shares(nora: User, entry: Entry, who: str) -> None:
    mia = a_member("mia")
    a_source(mia, entry.feed)
    group = friends(nora, mia)
    a_note(nora, entry, "the card", "Nora's.", group=group)
    a_note(mia, entry, "a month", "Mia's.", group=group)
    assert Annotation.objects.seen_by(nora).count() == Annotation.objects.seen_by(mia).count() == 2
    Membership.objects.filter(user__username=who).delete()
    assert "Mia&#x27;s." not in text(as_(nora).get(f"/entries/{entry.pk}/"))
    assert "Nora&#x27;s." not in text(as_(mia).get(f"/entries/{entry.pk}/"))
    assert Annotation.objects.seen_by(nora).get().user == nora
    gone = User.objects.get(username=who)
    assert "only for you" in text(as_(gone).get(f"/entries/{entry.pk}/"))


def test_shared_no_more(nora: User, entry: Entry) -> None:
    mia = a_member("mia")
    group = friends(nora, mia)
    made = a_note(nora, entry, "the card", group=group)
    assert Annotation.objects.seen_by(mia).exists()
    as_(nora).post(f"/notes/{made.pk}/", {"note": "", "group": ""})
    assert not Annotation.objects.seen_by(mia).exists()


# ---- the page of an entry


def test_the_page_of_an_entry_with_everything_takes_eight_queries(nora: User, entry: Entry) -> None:
    entries(entry.feed, [3, 2, 0.5], html=PROSE)
    mia = a_member("mia")
    group = friends(nora, mia)
    for n, quote in enumerate(("The gaps", "the card", "1 2")):
        a_note((nora, mia)[n % 2], entry, quote, "x", "y", group)
    noting.tag(nora, entry, "a, b", NOW)
    Enclosure.objects.create(entry=entry, url="https://x.example/a.mp3", type="audio/mpeg")
    Position.objects.create(user=nora, entry=entry, seconds=75, length=600, at=NOW)
    Beyond.objects.create(entry=entry, what="text", url=entry.link, asked_at=NOW, came_at=NOW, html=PROSE, words=9)
    client = as_(nora)
    client.get(f"/entries/{entry.pk}/")  # what is asked once a process
    for query in ("", "?in=river.all.cards"):
        with CaptureQueriesContext(connection) as asked:
            page = text(client.get(f"/entries/{entry.pk}/{query}"))
        assert len(asked) <= 8, "\n".join(each["sql"] for each in asked)
        assert page.count("<mark id=") == 3 and "a.mp3#t=75" in page and "The whole text" in page
        assert "Next" in page and "Before" in page


def test_only_this_page_may_load_films_and_only_from_two_places(nora: User, entry: Entry) -> None:
    policy = as_(nora).get(f"/entries/{entry.pk}/").headers["Content-Security-Policy"]
    assert "frame-src https://www.youtube-nocookie.com https://player.vimeo.com" in policy
    assert "frame-src" not in as_(nora).get("/notes/").headers["Content-Security-Policy"]


def test_where_a_player_was_is_written_down_for_every_device(nora: User, entry: Entry) -> None:
    Enclosure.objects.create(entry=entry, url="https://x.example/a.mp3", type="audio/mpeg")
    client, path = as_(nora), f"/entries/{entry.pk}/position/"
    assert client.post(path, {"seconds": "754.2", "length": "3600", "speed": "1.5"}).status_code == 204
    nora.refresh_from_db()
    assert nora.speed == 1.5
    page = text(as_(nora).get(f"/entries/{entry.pk}/"))
    assert "a.mp3#t=754" in page and "You were at 12:34." in page and 'data-speed="1.5"' in page
    client.post(path, {"seconds": "3595", "length": "3600"})
    assert "a.mp3#t" not in text(client.get(f"/entries/{entry.pk}/"))
    for nonsense in ("nan", "-1", "1e99", "x"):
        assert client.post(path, {"seconds": nonsense}).status_code == 404
    client.post(path, {"seconds": "1", "speed": "3.9"})
    nora.refresh_from_db()
    assert nora.speed == 1.5


def test_the_whole_text_is_wished_for_once_and_the_page_waits(nora: User, entry: Entry) -> None:
    client, path = as_(nora), f"/entries/{entry.pk}/text/"
    assert "Fetch the whole text" in text(client.get(f"/entries/{entry.pk}/"))
    assert 'hx-trigger="every 2s"' in text(client.post(path, headers=HTMX))
    client.post(path)
    assert Beyond.objects.get().url == entry.link
    assert "being fetched" in text(client.get(f"/entries/{entry.pk}/"))
    Beyond.objects.update(asked_at=timezone.now() - timedelta(minutes=4))
    waiting = text(client.get(f"/entries/{entry.pk}/"))
    assert "being fetched" in waiting and "every 2s" not in waiting, "no page asks for ever"
    Beyond.objects.update(asked_at=timezone.now(), due_at=None, trouble="It is not there any more.")
    page = text(client.get(path, headers=HTMX))
    assert "It is not there any more." in page and "In an hour it can be tried again." in page
    Beyond.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    assert "Try once more" in text(client.get(path, headers=HTMX))
    Beyond.objects.update(trouble="", came_at=NOW, html="<p>Whole.</p>", words=1)
    assert client.get(path, headers=HTMX).headers["HX-Redirect"].endswith("&text=full")
    assert "Whole." in text(client.get(f"/entries/{entry.pk}/?text=full"))
