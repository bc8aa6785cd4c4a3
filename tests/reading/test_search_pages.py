"""The search page, and searches saved under a name, as a member without JavaScript and as htmx asks for them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aggregator.models import Entry, EntryBody, Feed
from network.models import Circle, Note, Person, Tag, User
from reading.models import Annotation, Mark, SavedSearch, Undo

from .planted import plant
from .roster import NOW, a_feed, a_member, a_source, entries

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


@pytest.fixture
def planted(nora: User) -> dict[str, Entry]:
    feed = a_feed("shelf")
    made = plant(feed)
    a_source(nora, feed)
    return made


def text(response: Any) -> str:
    return str(response.content.decode())


def rows(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', text(response))]


def test_an_empty_field_says_what_can_be_asked(client: Client, planted: dict[str, Entry]) -> None:
    page = text(client.get("/search/"))
    assert "Look for words in everything your people published" in page and "Also understood" in page
    assert 'type="search"' in page and "autofocus" in page


def test_words_are_marked_in_titles_and_passages(client: Client, planted: dict[str, Entry]) -> None:
    page = text(client.get("/search/", {"q": "cafe"}))
    assert "A <mark>café</mark> in Zürich" in page
    assert "coöperation of the <mark>café</mark> owners" in page
    page = text(client.get("/search/", {"q": "图书馆 书架"}))
    assert "<mark>图书馆</mark>的空位" in page and "我们在<mark>书架</mark>上放一张卡片" in page
    page = text(client.get("/search/", {"q": "محمد"}))
    assert "<mark>مُحَمَّد</mark> يقرأ" in page


def test_what_others_wrote_is_text(client: Client, planted: dict[str, Entry]) -> None:
    page = text(client.get("/search/", {"q": "list script"}))
    assert "<mark>List</mark>&lt;String&gt;" in page and "&lt;<mark>script</mark>&gt;" in page
    evil = '"><script>alert(1)</script> person:"<b>x"'
    assert "<script>alert" not in text(client.get("/search/", {"q": evil}))


def test_people_and_notes_stand_before_entries(nora: User, client: Client, planted: dict[str, Entry]) -> None:
    person = Person.objects.create(roster=nora.roster, name="Zoé Cafe", created_at=NOW)
    Note.objects.create(user=nora, person=person, text="Met in the café.", changed_at=NOW)
    Annotation.objects.create(
        user=nora, entry=planted["german"], quote="Straßenbahn", note="like a cafe on rails", at=NOW, changed_at=NOW
    )
    page = text(client.get("/search/", {"q": "CAFÉ"}))
    assert page.index("Zoé Cafe") < page.index("Met in the <mark>café</mark>") < page.index('id="row-')
    assert "like a <mark>cafe</mark> on rails" in page and f"/people/{person.pk}/" in page
    assert f"/entries/{planted['german'].pk}/#note-" in page


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("cafe before:someday", "“before:someday” was not understood"),
        ("cafe is:great", "“is:great” was not understood"),
        ("cafe person:nobody", "Nobody you read is called “nobody”."),
        ("cafe circle:gone", "You have no circle or group called “gone”"),
        ("cafe tag:", "Nothing stands after “tag:”"),
        ("cafe " + "x" * 2000, "Only the first 1000 characters were read"),
        ("cafe " * 30, "Only the first 24 words were looked for"),
        ("ca*", "“ca*” is too short"),
    ],
)
def test_what_was_not_understood_is_said_in_place(
    client: Client, planted: dict[str, Entry], question: str, sentence: str
) -> None:
    assert sentence in text(client.get("/search/", {"q": question}))


def test_a_search_of_nothing_but_operators_lists_by_time(client: Client, planted: dict[str, Entry]) -> None:
    answer = client.get("/search/", {"q": "lang:en before:2026-11-23"})
    order = ["plain", "library", "cards", "markup", "long"]
    assert rows(answer) == [planted[name].pk for name in order]


def test_nothing_found_is_a_sentence_and_a_way_on(client: Client, planted: dict[str, Entry]) -> None:
    assert "Nothing found" in text(client.get("/search/", {"q": "zeppelin"}))
    assert "Nothing you have not read fits" in text(client.get("/search/", {"q": "zeppelin", "show": "unread"}))


QUESTIONS = [
    "cafe", "filler", "-cafe", "lang:en", 'person:shelf circle:close tag:books source:shelf "gap card"', "is:kept",
    "is:unread the after:2020", "is:noted", "title:card OR title:cards", "books -lang:fr is:read", "circle:gone x",
]  # fmt: skip


@pytest.mark.parametrize("feeds", [1, 60])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_page_asks_few_queries_and_changes_nothing(
    nora: User, client: Client, planted: dict[str, Entry], question: str, feeds: int
) -> None:
    for number in range(feeds):
        a_source(nora, a_feed(f"more{number}"))
    entries(Feed.objects.get(title="Shelf"), [n / 10 for n in range(400)], language="en")
    circle = Circle.objects.create(roster=nora.roster, name="Close")
    circle.people.add(Person.objects.get(name="Shelf"))
    nora.roster.tags.create(name="books").people.add(Person.objects.get(name="Shelf"))
    SavedSearch.objects.create(user=nora, name="One", query="cafe", at=NOW)
    client.get("/more/")  # the house asks once whether anybody lives here
    for how in ("best", "newest"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/search/", {"q": question, "order": how}).status_code == 200
        assert len(asked) <= 8, "\n".join(q["sql"] for q in asked)
        assert not [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_older_results_come_alone_to_htmx_and_as_a_page_to_others(
    nora: User, client: Client, planted: dict[str, Entry]
) -> None:
    nora.density = "full"  # ten a page
    nora.save()
    first = client.get("/search/", {"q": "lang:en OR lang:de -lang:xx"})
    everything = client.get("/search/", {"q": "-zeppelin"})
    older = re.search(r'hx-get="(/search/[^"]+)"', text(everything))
    assert first.status_code == 200 and len(rows(everything)) == 10 and older
    path = older[1].replace("&amp;", "&")
    more, page = client.get(path, headers=HTMX), client.get(path)
    assert rows(more) == rows(page) and len(rows(more)) == 6
    assert "<html" not in text(more) and "<html" in text(page)
    assert not set(rows(more)) & set(rows(everything))


def test_marking_answers_the_row_with_its_passage(client: Client, planted: dict[str, Entry]) -> None:
    form = {"from": "search", "q": "cafe", "keep": "1", "order": "newest"}
    entry = planted["cafe"]
    answer = client.post(f"/entries/{entry.pk}/keep/", form, headers=HTMX)
    assert rows(answer) == [entry.pk] and "<mark>café</mark> owners" in text(answer)
    answer = client.post(f"/entries/{entry.pk}/keep/", form)
    assert answer.headers["Location"] == f"/search/?q=cafe&order=newest#row-{entry.pk}"
    assert rows(client.get("/search/", {"q": "is:kept"})) == [entry.pk]


def test_all_that_was_found_is_read_and_taken_back(nora: User, client: Client, planted: dict[str, Entry]) -> None:
    form = {"from": "search", "q": "cafe", "top": str(planted["plain"].pk)}
    answer = client.post("/search/read/", form)
    page = text(client.get(answer.headers["Location"]))
    assert "2 marked as read." in page and set(rows(client.get("/search/?q=is:read"))) == {
        planted["cafe"].pk,
        planted["plain"].pk,
    }
    undo = Undo.objects.get()
    back = client.post(f"/marks/undo/{undo.pk}/", form)
    assert back.headers["Location"] == "/search/?q=cafe" and not Mark.objects.filter(read=True).exists()
    answer = client.post("/search/read/", form, headers=HTMX)
    assert 'hx-swap-oob="innerHTML:#undo"' in text(answer) and len(rows(answer)) == 2


def test_a_search_is_kept_renamed_moved_and_deleted(nora: User, client: Client, planted: dict[str, Entry]) -> None:
    made = client.post("/searches/", {"q": "cafe", "name": "Coffee", "order": "newest"})
    one = SavedSearch.objects.get()
    assert made.headers["Location"] == f"/searches/{one.pk}/" and one.newest_first
    page = text(client.get(f"/searches/{one.pk}/"))
    assert "<bdi>Coffee</bdi>" in page and f'href="/searches/{one.pk}/" aria-current="page"' in page
    assert "A <mark>café</mark> in Zürich" in page
    client.post("/searches/", {"q": "gap card"})
    two = SavedSearch.objects.get(name="gap card")
    assert [each.pk for each in SavedSearch.objects.all()] == [one.pk, two.pk]
    client.post(f"/searches/{two.pk}/act/", {"act": "up"})
    assert [each.pk for each in SavedSearch.objects.all()] == [two.pk, one.pk]
    client.post(f"/searches/{two.pk}/act/", {"act": "up"})
    client.post(f"/searches/{two.pk}/act/", {"act": "change", "name": "Cards", "q": "card", "order": "newest"})
    two.refresh_from_db()
    assert (two.name, two.query, two.newest_first, two.position) == ("Cards", "card", True, 0)
    gone = client.post(f"/searches/{two.pk}/act/", {"act": "delete"})
    assert gone.headers["Location"] == "/search/?q=card"
    assert "is no longer among your searches" in text(client.get("/search/?q=card"))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"q": "", "name": "Empty"}, "There is nothing to look for in it yet"),
        ({"q": "- * OR", "name": "Nonsense"}, "There is nothing to look for in it yet"),
        ({"q": "cafe", "name": "x" * 101}, "That name is longer than 100 letters"),
        ({"q": "cafe " * 300, "name": "Long"}, "A search has room for 1000 characters"),
    ],
)
def test_what_cannot_be_kept_is_said_with_the_words_left(
    client: Client, planted: dict[str, Entry], form: dict[str, str], sentence: str
) -> None:
    answer = client.post("/searches/", form)
    assert answer.status_code == 422 and sentence in text(answer) and form["name"] in text(answer)
    assert not SavedSearch.objects.exists()


def test_another_searchs_name_is_not_taken(nora: User, client: Client) -> None:
    one = SavedSearch.objects.create(user=nora, name="One", query="cafe", at=NOW)
    two = SavedSearch.objects.create(user=nora, name="Two", query="card", at=NOW)
    answer = client.post(f"/searches/{two.pk}/act/", {"act": "change", "name": "One", "q": "cups"})
    assert answer.status_code == 422 and "Another of your searches is called “One”" in text(answer)
    assert 'value="cups"' in text(answer)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.query, two.name, two.query) == ("cafe", "Two", "card")


def test_the_same_name_again_is_the_same_search(nora: User, client: Client) -> None:
    for query in ("cafe", "tea"):
        client.post("/searches/", {"q": query, "name": "Drinks"})
    assert SavedSearch.objects.get().query == "tea"


def test_a_saved_search_on_a_circle_that_is_gone_says_so(
    nora: User, client: Client, planted: dict[str, Entry]
) -> None:
    saved = SavedSearch.objects.create(user=nora, name="Close ones", query="cafe circle:close", at=NOW)
    circle = Circle.objects.create(roster=nora.roster, name="Close")
    circle.people.add(Person.objects.get(name="Shelf"))
    assert len(rows(client.get(f"/searches/{saved.pk}/"))) == 2
    circle.delete()
    page = client.get(f"/searches/{saved.pk}/")
    assert rows(page) == [] and "You have no circle or group called “close”; perhaps it was renamed" in text(page)


def test_anothers_search_is_not_there(client: Client) -> None:
    theirs = SavedSearch.objects.create(user=a_member("other"), name="Theirs", query="secret", at=NOW)
    assert client.get(f"/searches/{theirs.pk}/").status_code == 404
    assert client.post(f"/searches/{theirs.pk}/act/", {"act": "delete"}).status_code == 404
    assert client.post("/search/read/", {"saved": str(theirs.pk), "top": "1"}).status_code == 404
    assert SavedSearch.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("place", ["x", "1", "1-x", "-1-1", "9" * 30 + "-1", "1-" + "9" * 30])
def test_a_place_that_is_none_is_not_there(client: Client, place: str) -> None:
    assert client.get("/search/", {"q": "cafe", "place": place}).status_code == 404


@pytest.mark.parametrize("place", [f"{2**59}-{2**59}", "0-0", "999999999999999999-1"])
def test_a_place_far_away_is_empty_or_the_beginning(client: Client, planted: dict[str, Entry], place: str) -> None:
    for question in ("cafe", "lang:en", "is:kept"):
        assert client.get("/search/", {"q": question, "place": place}).status_code in (200, 404)


def test_a_list_is_searched_within(nora: User, client: Client, planted: dict[str, Entry]) -> None:
    person = Person.objects.get(name="Shelf")
    person.name = 'Ada "Countess" Lovelace'
    person.save()
    page = text(client.get(f"/people/{person.pk}/river/"))
    within = re.search(r'name="within" value="([^"]+)"', page)
    assert within
    answer = client.get("/search/", {"within": within[1].replace("&quot;", '"'), "q": "cafe"})
    assert answer.headers["Location"].startswith("/search/?q=person%3A%22Ada++Countess++Lovelace%22+cafe")
    assert len(rows(client.get(answer.headers["Location"]))) == 2


def test_every_list_is_searched_within(nora: User, client: Client, planted: dict[str, Entry]) -> None:
    circle = Circle.objects.create(roster=nora.roster, name="Close")
    tag = Tag.objects.create(roster=nora.roster, name="north")
    within = {"river": "", "skim": "is:short", "listen": "is:audio", "watch": "is:video"}
    within |= {f"circles/{circle.pk}/river": 'circle:"Close"', f"tags/{tag.pk}/river": 'tag:"north"'}
    for path, begins in within.items():
        page = text(client.get(f"/{path}/"))
        field = re.search(r'name="within" value="([^"]+)"', page)
        assert 'type="search"' in page
        assert (field[1].replace("&quot;", '"') if field else "") == begins, path


def test_a_whole_text_stands_in_its_row(client: Client, planted: dict[str, Entry]) -> None:
    EntryBody.objects.filter(entry=planted["cafe"]).update(html="<p>Set <b>whole</b>.</p>")
    page = text(client.get("/search/", {"q": "cafe", "density": "full"}))
    assert "<p>Set <b>whole</b>.</p>" in page
    assert timezone.now() is not None
