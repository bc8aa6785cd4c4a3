"""New voices: who is pointed to, in which order, what is offered, and what a trial leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from aggregator.models import Entry, EntryBody, Feed, Lookup
from network.models import Circle, Person, Source, User
from reading import marks
from tending import events
from tending.models import Voice
from tending.voices import work
from tending.voices.houses import house_of, voice
from tending.voices.scoring import Citation, candidates, entropy, tray
from tending.voices.sentence import sentence_with
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

ANN = "https://ann.example/2026/05/kelp"


@pytest.mark.parametrize(
    ("url", "house"),
    [
        ("https://www.ann.example/2026/x", "ann.example"),
        ("https://medium.com/@ann/on-kelp", "medium.com/@ann"),
        ("https://social.example/@ann/123", "social.example/@ann"),
        ("https://ann.bearblog.dev/x", "ann.bearblog.dev"),
        ("https://github.com/ann/kelp", ""),
        ("https://en.wikipedia.org/wiki/Kelp", ""),
        ("mailto:ann@ann.example", ""),
        ("http://[broken", ""),
        ("https://localhost/x", ""),
    ],
)
def test_a_house_is_a_host_or_somebodys_place_on_a_platform(url: str, house: str) -> None:
    assert house_of(url) == house


def test_somebody_is_told_from_an_institution_by_how_they_are_linked_to() -> None:
    ann = voice([ANN], ["Ann Example"], 0.1)
    docs = voice(["https://docs.maker.example/api/5"], ["the manual"], 0.1)
    assert ann > 0.8 > 0.3 > docs
    assert voice([ANN], ["Ann Example"], 0.5) < ann


def test_who_is_cited_by_different_circles_comes_before_whom_everybody_cites() -> None:
    circles = {n: [n % 3] for n in range(30)}
    cites = [Citation("all.example", n, n, 1, "https://all.example/x") for n in range(20)]
    cites += [Citation("near.example", n, n, 1, "https://near.example/x") for n in (0, 3, 6)]
    cites += [Citation("wide.example", n, n, 1, "https://wide.example/x") for n in (0, 1, 2)]
    order = [each.house for each in candidates(cites, circles, 30)]
    assert order == ["wide.example", "near.example", "all.example"]
    assert entropy(circles, [0, 3]) == 0 < entropy(circles, [0, 1])


def test_one_place_is_for_somebody_from_a_circle_the_others_do_not_come_from() -> None:
    circles = {1: [1], 2: [2]}
    cites = [Citation(f"near{n}.example", 1, n, 1, f"https://near{n}.example/2026/x") for n in range(7)]
    cites += [Citation("far.example", 2, 9, 1, "https://far.example/docs/x")]
    ordered = sorted(candidates(cites, circles, 20), key=lambda each: each.house == "far.example")
    assert [each.house for each in tray(ordered, circles)][-1] == "far.example"
    assert tray([], circles) == []


def test_the_sentence_that_points_there_is_found_with_the_words_of_its_link() -> None:
    html = f'<p>Rain. I have it from <a href="{ANN}?a=1&amp;b=2">Ann <b>Example</b></a>, who dries. Sun.</p>'
    assert sentence_with(html, "ann.example") == ("I have it from Ann Example, who dries.", "Ann Example")
    assert sentence_with(html, "other.example") == ("", "")


# ---- with a roster


def a_crowd(people: int = 15) -> User:
    """A member who follows so many people; the first two of them point to Ann."""
    nora = a_member()
    for n in range(people):
        feed = a_feed(f"p{n}")
        source = a_source(nora, feed)
        (entry,) = entries(feed, [3])
        if n < 2:
            Circle.objects.get_or_create(roster=nora.roster, name=f"Circle {n}")[0].people.add(source.person)
            html = f'<p>Nobody dries kelp as <a href="{ANN}">Ann Example</a> does.</p>'
            EntryBody.objects.filter(entry=entry).update(html=html, links=[ANN, "https://p0.example/x"])
    return nora


def found(feed: Feed) -> None:
    """What the worker's look at her address brings."""
    Lookup.objects.update(state="found", due_at=None, feed=feed)


def anns_feed() -> Feed:
    feed = a_feed("ann", subscribers=0)
    entries(feed, [40, 20, 5])
    return feed


@pytest.mark.django_db
def test_a_voice_is_found_offered_tried_and_goes_without_a_trace(client: Client) -> None:
    nora = a_crowd()
    assert work.run(NOW) == 1
    assert work.run(NOW) == 0
    assert Lookup.objects.get().address == "https://ann.example/"
    feed = anns_feed()
    found(feed)
    work.run(NOW)
    client.force_login(nora)
    page = client.get("/tend/voices/").content.decode()
    assert "Nobody dries kelp as Ann Example does." in page
    assert "Read by people of several circles of yours" in page
    assert page.count("Ann 3") == 1
    ann = Voice.objects.get()
    assert (ann.citer, ann.citers, ann.state) == ("P1", 2, "offered")
    for _ in range(2):
        client.post(f"/tend/voices/{ann.pk}/act/", {"act": "try"})
    source = Source.objects.get(feed=feed)
    assert (source.state, source.reason) == ("trial", ann.sentence)
    assert "ends by itself" in client.get("/tend/voices/").content.decode()
    late = source.until + timedelta(hours=1)
    (entry,) = entries(feed, [0])
    Entry.objects.filter(pk=entry.pk).update(arrived_at=late)
    events.notice(nora, "opened", [entry.pk], "page", late)
    work.run(late)
    ann.refresh_from_db()
    assert (ann.state, ann.read, ann.came) == ("ended", 1, 1)
    assert not Source.objects.filter(feed=feed).exists()
    assert not Person.objects.filter(name=feed.title).exists()
    assert "of one piece you opened 1" in client.get("/tend/voices/").content.decode()
    assert work.run(late + timedelta(days=30)) == 0


@pytest.mark.django_db
def test_who_was_kept_stays_and_so_does_whose_words_one_kept() -> None:
    nora = a_crowd()
    work.run(NOW)
    feed = anns_feed()
    found(feed)
    work.run(NOW)
    work.try_out(Voice.objects.get(), NOW)
    marks.keep(nora, Entry.objects.filter(feed=feed)[0], True, NOW)
    work.end_trials(NOW + timedelta(days=22))
    assert Voice.objects.get().state == "ended"
    Voice.objects.update(state="tried")
    Source.objects.filter(feed=feed).update(state="following")
    work.end_trials(NOW + timedelta(days=22))
    assert Voice.objects.get().state == "kept"


@pytest.mark.django_db
def test_nobody_is_offered_of_too_few_people_or_who_is_known_declined_or_writes_no_more(client: Client) -> None:
    nora = a_crowd(14)
    assert work.run(NOW) == 0
    client.force_login(nora)
    assert "With one person more" in client.get("/tend/voices/").content.decode()
    retired = a_source(nora, a_feed("ann"), state="retired")
    a_source(nora, a_feed("p14"))
    assert work.run(NOW) == 0
    retired.delete()
    Feed.objects.filter(host="ann.example").delete()
    assert work.run(NOW) == 1
    old = a_feed("ann", subscribers=0)
    entries(old, [900])
    found(old)
    work.run(NOW)
    assert Voice.objects.get().state == "nobody"
    Voice.objects.update(state="never", feed=old)
    assert work.run(NOW + timedelta(days=400)) == 0


@pytest.mark.django_db
def test_not_now_is_not_asked_again_for_a_year_and_can_be_taken_back(client: Client) -> None:
    nora = a_crowd()
    work.run(NOW)
    found(anns_feed())
    work.run(NOW)
    ann = Voice.objects.get()
    client.force_login(nora)
    client.post(f"/tend/voices/{ann.pk}/act/", {"act": "later"})
    assert "Whom you passed over" in client.get("/tend/voices/").content.decode()
    Voice.objects.update(at=NOW)
    assert work.look(nora, NOW + timedelta(days=300)) == 0
    client.post(f"/tend/voices/{ann.pk}/act/", {"act": "back"})
    assert Voice.objects.get().state == "offered"
    client.force_login(a_member("stranger"))
    assert client.post(f"/tend/voices/{ann.pk}/act/", {"act": "try"}).status_code == 404
