"""From an address to a source: real lookups and polls against a real local server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from aggregator import poll
from aggregator.models import Feed, Lookup
from network.arriving import arrivals, imports
from network.arriving.arrival_words import line
from network.arriving.arrivals import Stage
from network.models import Arrival, Person, Source, User
from network.outlining import opml
from tests.web import Web

from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
HEAD = "<html><head><title>The Slow Shelf</title>{}</head><body>words</body></html>"
LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any, parser_children: None) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


@pytest.fixture(scope="module")
def parser_children() -> Any:
    yield
    poll.close()


def rss(title: str, count: int = 2, language: str = "en") -> str:
    items = "".join(f"<item><guid>{n}</guid><title>Piece {n}</title></item>" for n in range(count))
    return (
        f"<rss version='2.0'><channel><title>{title}</title><language>{language}</language>{items}</channel></rss>"
    )


class Days:
    """A clock one can move, and a worker that drains at its bidding."""

    def __init__(self) -> None:
        self.now = NOW

    def work(self) -> None:
        while poll.run(20, clock=lambda: self.now, idle_errands=False).errands:
            self.now += timedelta(seconds=3)


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def nora() -> User:
    return a_member()


def look(user: User, address: str) -> Arrival:
    (arrival,) = imports.look_up(user.roster, [opml.Outline(address, 0)], NOW)
    return arrival


def told(user: User, now: Any = NOW) -> list[tuple[str, str, str]]:
    """Stage, name and words of each line."""
    lines = [line(arrival, now) for arrival in arrivals.coming(user, now).lines]
    return [(each.stage, each.name, each.found) for each in lines]


def bring(user: User, *outlines: str) -> None:
    imports.bring_in(user.roster, opml.read(f"<opml>{''.join(outlines)}</opml>".encode()), "a list", NOW)


# ---- what becomes of an address


def test_a_site_becomes_a_source_with_what_was_found(web: Web, days: Days, nora: User) -> None:
    web.page(
        "/",
        HEAD.format(LINK.format("Posts", "/feed") + LINK.format("Comments on it", "/comments/feed")),
        type="text/html",
    )
    web.page("/feed", rss("The Slow Shelf", 61, "ar"))
    look(nora, web.url("/"))
    assert told(nora) == [(Stage.WAITING, "127.0.0.1:" + web.url("/").split(":")[2].strip("/"), "waiting its turn")]
    days.work()
    source = Source.objects.get()
    assert (source.person.name, source.feed.url, source.feed.subscribers) == ("The Slow Shelf", web.url("/feed"), 1)
    assert told(nora) == [(Stage.IN, "The Slow Shelf", "a blog in Arabic, 61 entries")]


def test_a_second_address_of_the_same_feed_is_joined(web: Web, days: Days, nora: User) -> None:
    web.page("/feed", rss("The Slow Shelf"))
    web.page("/", HEAD.format(LINK.format("Posts", "/feed")), type="text/html")
    look(nora, web.url("/feed"))
    days.work()
    look(nora, web.url("/"))
    days.work()
    assert Source.objects.count() == 1
    assert told(nora)[0] == (Stage.IN, "The Slow Shelf", "the same as The Slow Shelf, joined")


def test_several_feeds_wait_for_a_choice_with_the_sensible_one_first(web: Web, days: Days, nora: User) -> None:
    web.page("/", HEAD.format(LINK.format("Essays", "/essays") + LINK.format("Links", "/links")), type="text/html")
    web.page("/essays", rss("Essays"))
    web.page("/links", rss("Links"))
    arrival = look(nora, web.url("/"))
    days.work()
    assert told(nora) == [(Stage.CHOOSE, "The Slow Shelf", "2 feeds. Which one?")]
    assert not Source.objects.exists()
    client = visit(nora)
    page = client.get("/add/").content.decode()
    assert page.index('value="' + web.url("/essays")) < page.index('value="' + web.url("/links"))
    assert page.count(" checked>") - page.count('name="take"') == 1
    assert client.post(f"/add/{arrival.pk}/choose/", {"url": "https://elsewhere.example/"}).status_code == 303
    assert not Source.objects.exists()
    client.post(f"/add/{arrival.pk}/choose/", {"url": web.url("/links")})
    assert Source.objects.get().feed.url == web.url("/links")
    days.now += timedelta(days=400)  # the door's clock is the real one
    days.work()
    assert told(nora)[0][0] == Stage.IN


def test_of_several_feeds_in_an_import_the_first_is_taken_unasked(web: Web, days: Days, nora: User) -> None:
    web.page("/", HEAD.format(LINK.format("Essays", "/essays") + LINK.format("Links", "/links")), type="text/html")
    web.page("/essays", rss("Essays"))
    bring(nora, f'<outline text="Desk"><outline text="Ingrid" htmlUrl="{web.url("/")}"/></outline>')
    days.work()
    source = Source.objects.get()
    assert (source.feed.url, source.person.name) == (web.url("/essays"), "Ingrid")
    assert list(source.person.circles.values_list("name", flat=True)) == ["Desk"]


def test_a_page_without_a_feed_says_so_and_can_be_tried_again(web: Web, days: Days, nora: User) -> None:
    web.page("/", "<html><head><title>Plain</title></head></html>", type="text/html")
    arrival = look(nora, web.url("/"))
    days.work()
    ((stage, name, words),) = told(nora)
    assert (stage, name) == (Stage.BAD, "Plain")
    assert "no feed was found" in words
    web.page("/", HEAD.format(LINK.format("Posts", "/feed")), type="text/html")
    web.page("/feed", rss("Found at last"))
    visit(nora).post(f"/add/{arrival.pk}/again/")
    days.now += timedelta(days=400)  # the door's clock is the real one
    days.work()
    assert Source.objects.get().person.name == "Found at last"


def test_an_address_that_cannot_be_reached_can_be_removed(web: Web, days: Days, nora: User) -> None:
    arrival = look(nora, "http://127.0.0.1:9/")
    days.work()
    assert told(nora)[0][0] == Stage.BAD
    assert visit(nora).post(f"/add/{arrival.pk}/remove/").status_code == 303
    assert not Arrival.objects.exists() and not Lookup.objects.exists()


def test_a_feed_of_an_import_that_is_gone_says_so_and_is_replaced_by_what_the_site_offers(
    web: Web, days: Days, nora: User
) -> None:
    web.page("/old", "no", 404)
    bring(nora, f'<outline text="Desk"><outline text="Ingrid" xmlUrl="{web.url("/old")}"/></outline>')
    assert told(nora) == [(Stage.FETCHING, "Ingrid", "waiting to be read")]
    days.work()
    assert told(nora, days.now)[0] == (Stage.BAD, "Ingrid", "In trouble: its address answers “not found”")
    old = Feed.objects.get()
    web.page("/old", HEAD.format(LINK.format("Posts", "/new")), type="text/html")
    web.page("/new", rss("The Slow Shelf"))
    visit(nora).post(f"/add/{Arrival.objects.get().pk}/again/")
    days.now += timedelta(days=400)
    days.work()
    source = Source.objects.get()
    assert (source.feed.url, source.person.name, Person.objects.count()) == (web.url("/new"), "Ingrid", 1)
    assert list(source.person.circles.values_list("name", flat=True)) == ["Desk"]
    old.refresh_from_db()
    assert old.subscribers == 0


def test_removing_a_line_takes_the_source_it_made_but_none_that_was_there(nora: User) -> None:
    bring(nora, '<outline text="New" xmlUrl="https://new.example/"/>')
    there = a_source(nora, a_feed(url="https://there.example/"))
    bring(nora, '<outline text="There" xmlUrl="https://there.example/"/>')
    client = visit(nora)
    for arrival in Arrival.objects.all():
        client.post(f"/add/{arrival.pk}/remove/")
    assert list(Source.objects.all()) == [there]
    assert [p.pk for p in Person.objects.all()] == [there.person_id]


# ---- the page


def test_the_page_asks_again_only_while_something_is_coming(web: Web, days: Days, nora: User) -> None:
    web.page("/feed", rss("Slow"))
    client = visit(nora)
    assert "every 2s" not in client.get("/add/").content.decode()
    client.post("/add/", {"address": web.url("/feed")})
    page = client.get("/add/").content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert '<progress class="coming" max="1" value="0"' in page
    Lookup.objects.update(due_at=NOW)
    days.work()
    fragment = client.get("/add/coming/", headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<section class="section" id="coming"')
    assert "every 2s" not in fragment and "<progress" not in fragment
    assert "It is in." in fragment


def test_trouble_stands_first_and_of_very_many_only_some_are_shown(
    nora: User, django_assert_max_num_queries: Any
) -> None:
    bring(nora, *(f'<outline text="Voice {n}" xmlUrl="https://h{n}.example/"/>' for n in range(500)))
    Feed.objects.update(last_polled_at=NOW, last_ok_at=NOW, entry_count=3)
    Feed.objects.filter(url="https://h7.example/").update(
        last_ok_at=None, failing_since=NOW, last_outcome="missing", failures=1
    )
    client = visit(nora)
    with django_assert_max_num_queries(10):
        page = client.get("/add/coming/").content.decode()
    assert page.count('class="feedline ') == arrivals.LINES
    assert page.index("Voice 7<") < page.index("Voice 499<")
    assert "499 of 500 are in; the others need you." in page
    assert "and 460 more" in page
    shown = [client.get(f"/add/coming/?page={n}").content.decode().count('class="feedline ') for n in (1, 3, 4)]
    assert shown == [200, 100, 0]


def test_an_import_is_taken_back_from_the_page(nora: User) -> None:
    bring(nora, '<outline text="A" xmlUrl="https://a.example/"/>')
    client = visit(nora)
    pk = nora.roster.imports.get().pk
    assert client.get(f"/imports/{pk}/undo/").status_code == 405
    fragment = client.post(f"/imports/{pk}/undo/", headers={"HX-Request": "true"}).content.decode()
    assert "“a list” is taken back." in fragment
    assert not Source.objects.exists()


def test_what_is_in_is_put_away_and_stays_on_the_roster(nora: User) -> None:
    bring(
        nora, '<outline text="A" xmlUrl="https://a.example/"/>', '<outline text="B" xmlUrl="https://b.example/"/>'
    )
    Feed.objects.filter(url="https://a.example/").update(last_ok_at=NOW)
    visit(nora).post("/add/clear/")
    assert [name for _, name, _ in told(nora)] == ["B"]
    assert Source.objects.count() == 2


@pytest.mark.parametrize("sent", [{"address": "not an address"}, {"address": ""}, {"address": "gopher://x"}])
def test_what_is_no_address_is_kept_in_the_field_with_a_reason(
    client: Client, nora: User, sent: dict[str, str]
) -> None:
    response = visit(nora).post("/add/", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'value="{sent["address"]}"' in page
    assert 'aria-describedby="address-hint address-error"' in page and 'id="address-error"' in page
    assert not Arrival.objects.exists()
