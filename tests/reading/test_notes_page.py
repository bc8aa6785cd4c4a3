"""All of one's notes: found by person, tag and word, and taken away as Markdown and as Web Annotations."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from aggregator.models import Entry
from network.models import User
from reading.annotating import noting
from reading.annotating.anchors import Anchor
from reading.annotating.noting import Written
from reading.models import Annotation
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member("nora")


@pytest.fixture
def client(nora: User) -> Client:
    client = Client()
    client.force_login(nora)
    return client


@pytest.fixture
def pieces(nora: User) -> list[Entry]:
    made = []
    for name in ("shelf", "layla"):
        feed = a_feed(name)
        a_source(nora, feed)
        made += entries(feed, [1], html=f"<p>The {name} is open.</p><p>And closed.</p>", title=f"On [{name}]")
    return made


def write(user: User, entry: Entry, quote: str, note: str = "", tags: str = "", hours: int = 0) -> Annotation:
    at = NOW + timedelta(hours=hours)
    return noting.write(user, entry, Written(Anchor(quote), note, tags), at)


def shown(client: Client, query: str = "") -> str:
    return client.get(f"/notes/{query}").content.decode()


def test_the_latest_stands_first_and_older_ones_on_the_next_page(client: Client, nora: User) -> None:
    feed = a_feed("much")
    a_source(nora, feed)
    made = entries(feed, [1], html="".join(f"<p>Word {n:03}.</p>" for n in range(45)))[0]
    for n in range(45):
        write(nora, made, f"Word {n:03}", hours=n)
    page = shown(client)
    assert page.index("Word 044") < page.index("Word 043")
    assert "Word 004" not in page
    older = page.partition("before=")[2].partition('"')[0]
    assert "Word 004" in shown(client, f"?before={older}") and "Word 005" not in shown(client, f"?before={older}")


def test_by_person_tag_and_word(client: Client, nora: User, pieces: list[Entry]) -> None:
    write(nora, pieces[0], "The shelf", "On gaps.", "Weeding")
    write(nora, pieces[1], "The layla", "On letters.", "été")
    noting.tag(nora, pieces[1], "archive", NOW)
    person = pieces[0].feed.sources.get().person_id
    assert "On gaps." in shown(client, f"?person={person}") and "On letters." not in shown(
        client, f"?person={person}"
    )
    assert "On gaps." in shown(client, "?tag=weeding") and "On letters." not in shown(client, "?tag=weeding")
    assert "On letters." in shown(client, "?tag=%C3%A9t%C3%A9")
    assert "On letters." in shown(client, "?tag=archive") and "On [layla]" in shown(client, "?tag=archive")
    assert "On letters." in shown(client, "?q=LETTERS") and "On gaps." not in shown(client, "?q=letters")
    assert "Nothing like that" in shown(client, "?q=nowhere")
    assert "Nothing like that" in shown(client, "?person=99999&group=nonsense")


def test_strangers_notes_are_not_there(client: Client, nora: User, pieces: list[Entry]) -> None:
    other = a_member("other")
    a_source(other, pieces[0].feed)
    theirs = write(other, pieces[0], "The shelf", "Theirs.", "secret")
    for path in ("/notes/", "/notes/?tag=secret", "/notes/export.md", "/notes/export.jsonld"):
        assert "Theirs." not in client.get(path).content.decode()
    assert "secret" not in shown(client)
    assert client.get(f"/notes/{theirs.pk}/").status_code == 404


def test_markdown_is_grouped_by_piece_with_source_and_link(client: Client, nora: User, pieces: list[Entry]) -> None:
    write(nora, pieces[0], "And closed", "Second in the text.", hours=0)
    write(nora, pieces[0], "The shelf is open.\n\nAnd", "*First*.", "board paper", hours=1)
    write(nora, pieces[1], "", "On all of it.", hours=2)
    answer = client.get("/notes/export.md")
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    text = answer.content.decode()
    first = f"## [On \\[shelf\\]](<{pieces[0].link}>)\n\nShelf, 22 November 2026\n\n"
    assert first + "> The shelf is open.\n>\n> And\n\n*First*.\n\n#board-paper\n\n> And closed\n\nSecond in" in text
    assert text.index("On all of it.") < text.index("*First*.")


def test_web_annotations_say_the_passage_twice_and_keep_their_ids(
    client: Client, nora: User, pieces: list[Entry]
) -> None:
    made = write(nora, pieces[0], "shelf is", "A note.", "a, b")
    write(nora, pieces[1], "never there")
    write(nora, pieces[1], "", "On all of it.")
    answer = client.get("/notes/export.jsonld")
    assert answer.headers["Content-Type"].startswith("application/ld+json")
    said = json.loads(answer.content)
    assert (said["@context"], said["type"], said["total"]) == (
        "http://www.w3.org/ns/anno.jsonld",
        "AnnotationCollection",
        3,
    )
    items = {each["id"]: each for each in said["first"]["items"]}
    one = items[f"http://127.0.0.1:8000/notes/{made.pk}/"]
    assert one["target"] == {
        "source": pieces[0].link,
        "selector": [
            {"type": "TextQuoteSelector", "exact": "shelf is", "prefix": "The ", "suffix": " open.And closed."},
            {"type": "TextPositionSelector", "start": 4, "end": 12},
        ],
    }
    assert one["motivation"] == "commenting"
    assert [body["purpose"] for body in one["body"]] == ["commenting", "tagging", "tagging"]
    assert one["created"] == "2026-11-23T10:00:00Z"
    lost = next(each for each in items.values() if each["motivation"] == "highlighting")
    assert [selector["type"] for selector in lost["target"]["selector"]] == ["TextQuoteSelector"]
    assert {"source": pieces[1].link} in [each["target"] for each in items.values()]
