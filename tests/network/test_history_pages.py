"""The pages of history: told by day, undone from where it stands, a day chosen, somebody brought back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from network import follow, states, whose
from network.models import Change, Group, Membership, Person, Source

from .members import NOW, a_feed, a_member, a_source, visit
from .test_showing import a_group
from .test_undoing import last

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def read(response: Any) -> str:
    return " ".join(html.fromstring(response.content).find(".//main").text_content().split())


def words(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_history_tells_by_day_and_only_of_what_is_asked_for() -> None:
    nora = a_member()
    ingrid = a_source(nora, name="Ingrid")
    a_source(nora, name="Otto")
    states.retire(ingrid, NOW + DAY, "too loud")
    page = read(visit(nora).get("/roster/history/"))
    assert page.index("25 November 2026") < page.index("was retired. too loud") < page.index("24 November 2026")
    assert "Otto" not in read(visit(nora).get(f"/roster/history/?person={ingrid.person_id}"))
    assert "came" not in read(visit(nora).get("/roster/history/?kind=went")).replace("who came", "")


def test_history_goes_on_where_the_page_ended() -> None:
    nora = a_member()
    source = a_source(nora)
    for n in range(50):
        states.pause(source, NOW + n * DAY, NOW)
    told, page = [], visit(nora).get("/roster/history/")
    while True:
        found = html.fromstring(page.content)
        told += found.findall(".//ul[@class='acts']/li")
        further = [a.get("href") for a in found.iterfind(".//a") if a.text == "Earlier"]
        if not further:
            break
        page = visit(nora).get("/roster/history/" + further[0])
    assert len(told) == 51


def test_the_pages_cost_few_queries_however_much_happened() -> None:
    nora = a_member()
    client = visit(nora)
    for n in range(60):
        states.retire(a_source(nora, name=f"V {n}"), NOW, f"because {n}")
    for page in ("/roster/history/", "/roster/past/", "/roster/left/", "/roster/past/opml/"):
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        assert len(captured) <= 10, (page, [query["sql"][:90] for query in captured])


def test_an_act_offers_its_undo_on_the_next_page_and_it_leads_back() -> None:
    nora = a_member()
    source = a_source(nora, name="Ingrid")
    client, person = visit(nora), f"/people/{source.person_id}/"
    page = client.post(f"/sources/{source.pk}/act/", {"act": "retire", "reason": "too loud"}, follow=True)
    button = html.fromstring(page.content).find(".//div[@class='undo fixed']/button")
    assert button is not None
    assert (button.get("formaction"), button.get("value")) == (f"/changes/{last().pk}/undo/", person)
    answer = client.post(button.get("formaction"), {"back": person})
    assert (answer.status_code, answer["Location"]) == (303, person)
    assert Source.objects.get().state == "following"


def test_an_undo_that_takes_the_page_away_leads_to_the_history() -> None:
    nora = a_member()
    source = a_source(nora, name="Ingrid")
    undo = f"/changes/{last().pk}/undo/"
    answer = visit(nora).post(undo, {"back": f"/people/{source.person_id}/"})
    assert answer["Location"] == "/roster/history/"
    assert visit(nora).post(undo, {"back": "https://evil.example/"})["Location"] == "/roster/history/"
    assert not Person.objects.exists()


def test_an_undo_that_cannot_be_says_why() -> None:
    nora = a_member()
    source = a_source(nora, name="Ingrid")
    came = last()
    states.pause(source, None, NOW)
    answer = visit(nora).post(f"/changes/{came.pk}/undo/")
    assert words(answer) == ["“A blog” was changed since. Take back what came later first."]


@pytest.mark.parametrize(("form", "state"), [
    ({"act": "pause", "days": "open"}, "paused"),
    ({"act": "pause", "days": "30"}, "paused"),
    ({"act": "trial", "until": "2099-01-01"}, "following"),
    ({"act": "trial", "until": ""}, "following"),
    ({"act": "nonsense"}, "following"),
])  # fmt: skip
def test_a_source_is_turned_or_a_word_says_why_not(form: dict[str, str], state: str) -> None:
    nora = a_member()
    source = a_source(nora)
    answer = visit(nora).post(f"/sources/{source.pk}/act/", form)
    assert answer.status_code == (303 if state == "paused" else 422)
    assert Source.objects.get().state == state


def test_a_trial_is_kept() -> None:
    nora = a_member()
    source = a_source(nora)
    until = (timezone.localdate() + 20 * DAY).isoformat()
    visit(nora).post(f"/sources/{source.pk}/act/", {"act": "trial", "until": until})
    assert Source.objects.get().state == "trial"
    visit(nora).post(f"/sources/{source.pk}/act/", {"act": "back"})
    assert (Source.objects.get().state, last().act) == ("following", "kept")


def test_a_source_gets_a_name_of_ones_own_and_loses_it_by_undo() -> None:
    nora = a_member()
    source = a_source(nora)
    client = visit(nora)
    client.post(f"/sources/{source.pk}/act/", {"act": "rename", "title": "Her blog"})
    assert Source.objects.get().title == "Her blog"
    client.post(f"/changes/{last().pk}/undo/")
    assert Source.objects.get().title == ""


def test_two_people_are_merged_by_name_or_a_word_says_why_not() -> None:
    nora = a_member()
    one, other = a_source(nora, name="Ingrid").person, a_source(nora, name="I. Hoel").person
    client, url = visit(nora), f"/people/{one.pk}/merge/"
    for typed, why in (("", "Write who it is"), ("Ingrid", "the same already"), ("Wim", "Nobody on this roster")):
        answer = client.post(url, {"with": typed, "name": "Ingrid Hoel"})
        assert answer.status_code == 422
        assert why in read(answer)
        assert b'value="Ingrid Hoel"' in answer.content
    assert client.post(url, {"with": "i. hoel", "name": "Ingrid Hoel"}).status_code == 303
    assert list(Person.objects.values_list("pk", "name")) == [(one.pk, "Ingrid Hoel")]
    client.post(f"/changes/{last().pk}/undo/")
    assert set(Person.objects.values_list("pk", "name")) == {(one.pk, "Ingrid"), (other.pk, "I. Hoel")}


def test_a_person_is_split_and_what_was_ticked_is_kept_when_it_cannot_be() -> None:
    nora = a_member()
    blog = a_source(nora, name="Ingrid")
    podcast = a_source(nora, a_feed(title="Her podcast"), person=blog.person)
    client, url = visit(nora), f"/people/{blog.person_id}/split/"
    answer = client.post(url, {"source": [blog.pk, podcast.pk], "name": "Somebody"})
    assert answer.status_code == 422
    assert answer.content.count(b" checked") == 2
    assert "Leave at least one" in read(answer)
    client.post(url, {"source": podcast.pk, "name": "Somebody"})
    assert Source.objects.get(pk=podcast.pk).person.name == "Somebody"


def test_somebody_who_left_is_brought_back_with_their_circles() -> None:
    nora = a_member()
    source = a_source(nora, name="Ingrid", circles=["Desk"])
    states.retire(source, NOW, "too loud")
    page = read(visit(nora).get("/roster/left/"))
    assert "Ingrid" in page
    assert "too loud" in page
    visit(nora).post(f"/people/{source.person_id}/back/")
    assert (Source.objects.get().state, Person.objects.get().circles.get().name) == ("following", "Desk")
    assert "Nobody has left" in read(visit(nora).get("/roster/left/"))


def test_the_roster_of_a_day_and_its_neighbours() -> None:
    nora = a_member()
    source = a_source(nora, name="Ingrid")
    whose.forget([source], NOW + 3 * DAY)
    Change.objects.update(at=NOW - 5 * DAY)
    Change.objects.filter(act="forgotten").update(at=NOW - 2 * DAY)
    there = visit(nora).get("/roster/past/?on=2026-11-20")
    assert "Ingrid" in read(there)
    ways = html.fromstring(there.content).xpath("//a[@rel='prev' or @rel='next']/@href")
    assert ways == ["?on=2026-11-19", "?on=2026-11-22"]
    assert "nobody was on this roster" in read(visit(nora).get("/roster/past/?on=2026-11-22"))
    opml = visit(nora).get("/roster/past/opml/?on=2026-11-20")
    assert b'text="A blog"' in opml.content


@pytest.mark.parametrize("on", ["2999-01-01", "yesterday", "0000-00-00", "2026-13-40", "1"])
def test_what_is_no_day_is_said_so_and_kept(on: str) -> None:
    for page in ("/roster/past/", "/roster/past/opml/"):
        answer = visit(a_member(f"nora{len(page)}")).get(page, {"on": on})
        assert answer.status_code == 422
        assert "Write a day that has been" in read(answer)
        assert f'value="{on}"'.encode() in answer.content


def test_a_groups_history_names_who_did_it_and_only_curators_undo() -> None:
    nora, otto = a_member(), a_member("otto")
    roster = a_group("kelp", nora, otto)
    Membership.objects.filter(user=nora).update(role="curator")
    follow.follow(roster, a_feed(title="Kelp"), NOW, name="Ingrid", by=nora)
    group = Group.objects.get()
    for member, buttons in ((nora, 1), (otto, 0)):
        page = visit(member).get(f"/groups/{group.pk}/history/")
        assert "Ingrid came, with “Kelp”." in read(page)
        assert "nora, " in read(page)
        assert page.content.count(b"/undo/") == buttons
    assert visit(otto).post(f"/changes/{last().pk}/undo/").status_code == 404
    assert visit(a_member("wim")).get(f"/groups/{group.pk}/history/").status_code == 404
    assert visit(nora).post(f"/changes/{last().pk}/undo/")["Location"] == f"/groups/{group.pk}/history/"


def test_hostile_names_of_the_past_stay_text() -> None:
    nora, evil = a_member(), '<script>alert("x")</script>&amp;\'"'
    feed = a_feed(title=f"{evil} here")
    source = a_source(nora, feed, name=evil, circles=[evil])
    states.pause(source, NOW + 9 * DAY, NOW)
    other = a_source(nora, a_feed(title="Other"), name="Other")
    states.retire(other, NOW, f"{evil} because")
    page = visit(nora).get("/roster/past/").content.decode()
    assert "<script>alert" not in page
    hostile = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;&#x27;&quot;"
    assert page.partition("<main")[2].count(f"<bdi>{hostile}</bdi>") == 2  # the person and the circle
    assert f"<bdi>{hostile} here</bdi>" in page and f"<bdi>{hostile} because</bdi>" in page
    assert "paused until 3 December" in page
