"""The pages of the reading room, as a member without JavaScript and as htmx asks for them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aggregator.models import Enclosure, Entry, EntryBody, Feed, Icon, Poll
from network.models import Circle, Source, User
from reading import marks
from reading.models import Mark, Undo, Watermark
from tests.reading.roster import a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def nora() -> User:
    return a_member("nora", timezone="Europe/Oslo")


@pytest.fixture
def client(nora: User) -> Client:
    client = Client()
    client.force_login(nora)
    return client


def a_shelf(user: User, ages: Any = (3, 2, 1), name: str = "shelf", **more: Any) -> tuple[Source, list[Entry]]:
    feed = a_feed(name)
    made = entries(feed, ages, **more)
    return a_source(user, feed), made


def text(response: Any) -> str:
    return str(response.content.decode())


def rows(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', text(response))]


def everything_stored() -> list[Any]:
    """All that reading could have changed."""
    marks = list(Mark.objects.values_list("user", "entry", "read", "kept_at"))
    return [marks, list(Watermark.objects.values_list("user", "feed", "upto", "read_count")), Undo.objects.count()]


PAGES = [
    "/river/",
    "/river/?show=all",
    "/river/?by=person",
    "/river/?by=person&show=all&open={who}",
    "/river/?by=person&open={who}",
    "{circle}?by=person",
    "/skim/",
    "/listen/?show=all",
    "/watch/?by=person",
    "/today/",
    "/kept/",
    "/more/",
    "{source}",
    "{source}?show=unread",
    "{person}",
    "{circle}",
    "{entry}",
]


def addresses(source: Source, entry: Entry, circle: Circle) -> dict[str, str]:
    return {
        "source": f"/sources/{source.pk}/",
        "who": str(source.person_id),
        "person": f"/people/{source.person_id}/river/",
        "circle": f"/circles/{circle.pk}/river/",
        "entry": f"/entries/{entry.pk}/",
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_few_queries_and_changes_nothing(nora: User, client: Client, page: str) -> None:
    source, made = a_shelf(nora, range(90, 0, -1))
    for n in range(6):
        a_shelf(nora, range(60, 0, -1), f"more{n}")
    circle = Circle.objects.create(roster=nora.roster, name="Close")
    circle.people.add(source.person)
    marks.keep(nora, made[0], True, timezone.now())
    stored = everything_stored()
    client.get("/more/")  # the house asks once whether anybody lives here
    assert connection.features.supports_json_field  # and Django asks SQLite
    path = page.format(**addresses(source, made[50], circle))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    assert len(asked) <= 8, "\n".join(q["sql"] for q in asked)
    assert everything_stored() == stored


THEIRS = [page for page in PAGES if page.startswith("{")]


@pytest.mark.parametrize("page", THEIRS)
def test_what_is_not_ones_own_is_not_there(nora: User, client: Client, page: str) -> None:
    other = a_member("other")
    source, made = a_shelf(other)
    circle = Circle.objects.create(roster=other.roster, name="Theirs")
    assert client.get(page.format(**addresses(source, made[0], circle))).status_code == 404


def test_nobody_acts_on_an_entry_they_cannot_reach(nora: User, client: Client) -> None:
    source, made = a_shelf(a_member("other"))
    for act in ("read", "keep"):
        assert client.post(f"/entries/{made[0].pk}/{act}/", {act: "1"}).status_code == 404
    assert client.post(f"/sources/{source.pk}/poll/").status_code == 404
    for act in ("all", "above"):
        form = {"in": f"source-{source.pk}.all", "top": "99", "here": "0-1"}
        assert client.post(f"/marks/{act}/", form).status_code == 404
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "path", ["/river/?before=x", "/river/?before=1-x", "/river/?before=٣-١", f"/kept/?before={'9' * 40}-1"]
)
def test_a_place_that_is_none_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "key", ["", "circle-x.unread", "circle-9999999999999999999999.all", "nonsense", "river.never.loud"]
)
def test_a_list_that_is_none_is_the_river(nora: User, client: Client, key: str) -> None:
    _, made = a_shelf(nora)
    form = {"in": key, "top": made[-1].pk}
    assert client.post("/marks/all/", form).status_code == 303
    assert Watermark.objects.get().read_count == 3


def test_strangers_are_led_to_the_door(nora: User) -> None:
    for path in ("/river/", "/kept/", "/more/", "/entries/1/", "/sources/1/"):
        response = Client().get(path)
        assert response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")


def test_the_first_page_is_today_or_the_river_or_adding_somebody(nora: User, client: Client) -> None:
    assert client.get("/").headers["Location"] == "/add/"
    a_shelf(nora)
    assert client.get("/").headers["Location"] == "/today/"
    User.objects.update(minutes=0)
    assert client.get("/").headers["Location"] == "/river/"


def test_the_river_goes_on_where_the_page_ended(nora: User, client: Client) -> None:
    _, made = a_shelf(nora, [n / 10 for n in range(70, 0, -1)])
    seen, path = [], "/river/"
    for _ in range(4):
        response = client.get(path)
        seen += rows(response)
        older = re.search(r'id="older"><a class="what btn" href="([^"]+)"', text(response))
        if not older:
            break
        path = older[1].replace("&amp;", "&")
    assert seen == [entry.pk for entry in reversed(made)]
    assert "That is all you have not read." in text(response)


def test_to_htmx_older_rows_come_alone_and_do_not_repeat_the_heading(nora: User, client: Client) -> None:
    now = timezone.now()
    _, made = a_shelf(nora, range(40))
    Entry.objects.update(sorted_at=now - timedelta(days=700))
    Feed.objects.update(newest_at=now - timedelta(days=700))
    first = client.get("/river/")
    older = re.search(r'hx-get="([^"]+)"', text(first))
    assert older
    more = client.get(older[1].replace("&amp;", "&"), headers=HTMX)
    assert rows(more) == [entry.pk for entry in reversed(made[:10])]
    assert "<html" not in text(more) and "dayhead" not in text(more)
    assert 'id="here" hx-swap-oob="true"' in text(more)
    assert "HX-Request" in more.headers["Vary"]


def test_titles_cards_and_full_texts(nora: User, client: Client) -> None:
    a_shelf(nora, range(15), html="<p>The whole text.</p>")
    assert "The whole text." not in text(client.get("/river/"))
    full = client.get("/river/?density=full")
    assert text(full).count("The whole text.") == 10, "long pages are shorter"
    assert "density=full" in text(full).split('id="older"')[1], "and go on as long pages"
    nora.density = "titles"
    nora.save()
    assert 'data-density="titles"' in text(client.get("/river/"))


def test_what_has_no_title_is_called_by_its_first_words(nora: User, client: Client) -> None:
    a_shelf(nora, [1], title="", gist="A thought in passing.")
    response = text(client.get("/river/"))
    assert response.count("A thought in passing.") == 1


def test_a_text_keeps_its_language_and_direction(nora: User, client: Client) -> None:
    _, made = a_shelf(nora, [1], language="ar", title="رسائل", gist="في الصندوق")
    assert 'lang="ar" dir="rtl"><a' in text(client.get("/river/"))
    page = text(client.get(f"/entries/{made[0].pk}/"))
    assert (
        '<h1 id="t" lang="ar" dir="rtl">' in page and '<div class="prose" hx-disable lang="ar" dir="rtl">' in page
    )


def test_titles_and_names_are_text(nora: User, client: Client) -> None:
    evil = "<img src=x onerror=alert(1)>"
    source, made = a_shelf(nora, [1], title=evil, gist=evil, author=evil, link="https://x.example/?a=1&b=\"'<>")
    source.person.name = evil
    source.person.save()
    Feed.objects.update(title=evil, subtitle=evil, last_error=evil)
    for path in ("/river/", "/river/?density=full", f"/sources/{source.pk}/", f"/entries/{made[0].pk}/"):
        assert "<img src=x" not in text(client.get(path))


def test_opening_marks_read_by_a_post_of_the_page(nora: User, client: Client) -> None:
    _, made = a_shelf(nora)
    page = text(client.get(f"/entries/{made[1].pk}/?in=river.unread"))
    assert 'hx-trigger="click, load"' in page and "Mark read" in page
    answer = client.post(f"/entries/{made[1].pk}/read/", {"read": "1", "in": "river.unread"}, headers=HTMX)
    assert 'id="tools"' in text(answer) and "Mark unread" in text(answer) and "load" not in text(answer)
    back = client.post(f"/entries/{made[1].pk}/read/", {"read": "0", "in": "river.unread"})
    assert back.status_code == 303
    assert back.headers["Location"] == f"/entries/{made[1].pk}/?in=river.unread.cards"
    assert Watermark.objects.get().read_count == 0


def test_marking_in_a_list_answers_the_row_or_leads_back_to_it(nora: User, client: Client) -> None:
    _, made = a_shelf(nora)
    form = {"from": "list", "in": "river.all.titles", "keep": "1"}
    row = client.post(f"/entries/{made[1].pk}/keep/", form, headers=HTMX)
    assert rows(row) == [made[1].pk] and 'aria-pressed="true"' in text(row)
    back = client.post(f"/entries/{made[1].pk}/keep/", form | {"keep": "0"})
    assert back.headers["Location"] == f"/river/?show=all&density=titles#row-{made[1].pk}"
    assert not Mark.objects.exists()


def test_next_and_before_are_those_of_the_list_one_came_from(nora: User, client: Client) -> None:
    _, mine = a_shelf(nora, [6, 4, 2], "a")
    _, theirs = a_shelf(nora, [5, 3, 1], "b")
    river = text(client.get(f"/entries/{mine[1].pk}/?in=river.unread"))
    assert f'href="/entries/{theirs[0].pk}/?in=river.unread.cards" data-act="next"' in river
    assert f'href="/entries/{theirs[1].pk}/?in=river.unread.cards" data-act="previous"' in river
    alone = text(client.get(f"/entries/{mine[1].pk}/"))
    assert f'href="/entries/{mine[0].pk}/' in alone and f'href="/entries/{mine[2].pk}/' in alone


def test_an_entry_says_that_it_changed_and_brings_what_belongs_to_it(nora: User, client: Client) -> None:
    _, made = a_shelf(nora, [1], edited_at=timezone.now())
    Enclosure.objects.create(entry=made[0], url="https://x.example/a.mp3", type="audio/mpeg")
    Enclosure.objects.create(entry=made[0], url="https://x.example/a.mp4", type="video/mp4")
    Enclosure.objects.create(entry=made[0], url="https://x.example/the%20plan.pdf", length=2048)
    EntryBody.objects.update(extra={"comments": "https://x.example/talk", "comments_count": 3})
    page = text(client.get(f"/entries/{made[0].pk}/"))
    assert "Changed by its author since you first could read it" in page
    assert '<audio controls preload="none" src="https://x.example/a.mp3"' in page
    assert '<video controls preload="metadata" src="https://x.example/a.mp4"' in page
    assert "the plan.pdf" in page and "2.0\xa0KB" in page
    assert "3 comments at the site" in page and f'href="{made[0].link}"' in page


def test_all_read_and_its_undo_without_javascript(nora: User, client: Client) -> None:
    _, made = a_shelf(nora)
    answer = client.post("/marks/all/", {"in": "river.unread", "top": made[-1].pk})
    page = text(client.get(answer.headers["Location"]))
    assert "All marked as read." in page and "Nothing unread here" in page
    act = re.search(r'formaction="(/marks/undo/\d+/)"', page)
    assert act
    assert client.post(act[1], {"in": "river.unread"}).headers["Location"] == "/river/"
    assert rows(client.get("/river/")) == [entry.pk for entry in reversed(made)]
    assert client.post(act[1]).status_code == 404, "once"


def test_above_read_to_htmx_is_the_list_as_it_is_now_and_the_way_back(nora: User, client: Client) -> None:
    _, made = a_shelf(nora)
    page = text(client.get("/river/"))
    place = re.search(rf'id="row-{made[1].pk}" data-place="([^"]+)"', page)
    top = re.search(r'name="top" value="(\d+)"', page)
    assert place and top
    form = {"in": "river.unread.cards", "here": place[1], "top": top[1], "from": "list"}
    answer = client.post("/marks/above/", form, headers=HTMX)
    assert rows(answer) == [made[0].pk]
    assert "2 marked as read." in text(answer) and 'hx-swap-oob="innerHTML:#undo"' in text(answer)


def test_only_ones_own_last_act_can_be_taken_back(nora: User, client: Client) -> None:
    _, made = a_shelf(nora)
    other = a_member("other")
    a_source(other, made[0].feed)
    theirs = Undo.objects.create(user=other, at=timezone.now(), words="x")
    first = Undo.objects.create(user=nora, at=timezone.now(), words="x")
    Undo.objects.create(user=nora, at=timezone.now(), words="x")
    assert client.post(f"/marks/undo/{theirs.pk}/").status_code == 404
    assert client.post(f"/marks/undo/{first.pk}/").status_code == 404


def test_kept_is_newest_kept_first_and_outlives_its_source(nora: User, client: Client) -> None:
    source, made = a_shelf(nora)
    now = timezone.now()
    for n, entry in enumerate((made[2], made[0])):
        marks.keep(nora, entry, True, now + timedelta(seconds=n))
    source.delete()
    page = client.get("/kept/")
    assert rows(page) == [made[0].pk, made[2].pk] and "no longer followed" in text(page)
    assert client.get(f"/entries/{made[0].pk}/").status_code == 200
    assert client.get(f"/entries/{made[1].pk}/").status_code == 404


def test_kept_is_shown_as_its_reader_likes_lists(nora: User, client: Client) -> None:
    _source, made = a_shelf(nora)
    EntryBody.objects.filter(entry=made[0]).update(html="<p>Set whole.</p>")
    marks.keep(nora, made[0], True, timezone.now())
    User.objects.filter(pk=nora.pk).update(density="full", opens_original=True)
    page = text(client.get("/kept/"))
    assert "<p>Set whole.</p>" in page and 'data-density="full"' in page
    assert 'name="within" value="is:kept"' in page
    assert f'href="{made[0].link}" rel="noopener noreferrer" target="_blank" data-act="open" data-reads' in page
    form = {"read": "1", "from": "kept", "density": "full"}
    assert "<p>Set whole.</p>" in text(client.post(f"/entries/{made[0].pk}/read/", form, headers=HTMX))
    assert "Set whole" not in text(client.get("/kept/?density=titles"))


def test_every_page_wears_the_members_theme(nora: User, client: Client) -> None:
    User.objects.filter(pk=nora.pk).update(theme="sepia", size="large")
    for path in ("/river/", "/nowhere/", "/settings/", "/today/offline/", "/accounts/logout/"):
        assert 'data-theme="sepia" data-size="large"' in text(client.get(path)), path


def test_kept_goes_on_where_the_page_ended(nora: User, client: Client) -> None:
    _, made = a_shelf(nora, range(40))
    now = timezone.now()
    for entry in made:
        Mark.objects.create(user=nora, entry=entry, feed=entry.feed, kept_at=now, at=now)
    first = client.get("/kept/")
    older = re.search(r'href="(\?before=[^"]+)"', text(first))
    assert older
    assert rows(first) + rows(client.get(f"/kept/{older[1]}")) == [entry.pk for entry in reversed(made)]


def test_a_source_says_how_it_is_and_when_it_is_asked(nora: User, client: Client) -> None:
    source, made = a_shelf(nora)
    now = timezone.now()
    Feed.objects.update(
        last_polled_at=now - timedelta(minutes=10),
        last_ok_at=now,
        next_poll_at=now + timedelta(hours=3),
        why_then="ttl",
        ttl=7200,
    )
    Poll.objects.create(feed=source.feed, at=now, outcome="not_modified", status=304)
    page = text(client.get(f"/sources/{source.pk}/"))
    assert "Asked again in 3 hours: its publisher wants 2 hours between two visits." in page
    assert source.feed.url in page and "304" in page
    assert rows(client.get(f"/sources/{source.pk}/")) == [entry.pk for entry in reversed(made)]


def test_a_source_shows_its_sites_icon_once_there_is_one(nora: User, client: Client) -> None:
    source, _ = a_shelf(nora)
    address = f"/sources/{source.pk}/icon/"
    assert address not in text(client.get(f"/sources/{source.pk}/"))
    assert client.get(address).status_code == 404
    Icon.objects.create(site="https://shelf.example", content=b"GIF89a...", media_type="image/gif")
    assert address in text(client.get(f"/sources/{source.pk}/"))
    answer = client.get(address)
    assert (answer.content, answer.headers["Content-Type"]) == (b"GIF89a...", "image/gif")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_asking_now_too_early_says_when(nora: User, client: Client) -> None:
    source, _ = a_shelf(nora)
    now = timezone.now()
    Feed.objects.update(
        last_polled_at=now - timedelta(minutes=10), last_ok_at=now, next_poll_at=now + timedelta(hours=3)
    )
    answer = client.post(f"/sources/{source.pk}/poll/", headers=HTMX)
    assert 'id="health"' in text(answer) and "we wait before we knock again" in text(answer)
    assert "Asked again in 50 minutes" in text(answer)
    Feed.objects.update(last_polled_at=now - timedelta(hours=2))
    answer = client.post(f"/sources/{source.pk}/poll/", headers=HTMX)
    assert "It is being asked now" in text(answer)
    assert client.post(f"/sources/{source.pk}/poll/").headers["Location"] == f"/sources/{source.pk}/"


def test_the_rail_shows_the_circles_where_something_is_new(nora: User, client: Client) -> None:
    source, made = a_shelf(nora)
    quiet, _ = a_shelf(nora, [1], "quiet")
    for name, one in (("Lively", source), ("Silent", quiet)):
        Circle.objects.create(roster=nora.roster, name=name).people.add(one.person)
    marks.read_all(marks.View(nora, Source.objects.filter(pk=quiet.pk), True), made[-1].pk + 9, "", timezone.now())
    page = text(client.get("/kept/"))
    assert re.search(r"Lively</bdi><span class=\"dot\">", page)
    assert not re.search(r"Silent</bdi><span class=\"dot\">", page)


def test_times_are_in_the_members_zone(nora: User, client: Client) -> None:
    a_shelf(nora, [1])
    at = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    Entry.objects.update(sorted_at=at)
    Feed.objects.update(newest_at=at)
    there = at + (timedelta(hours=1) if at.month in (11, 12, 1, 2) else timedelta(hours=2))
    if at.month not in (3, 10):
        assert f">{there:%H:%M}</time>" in text(client.get("/river/"))


def test_forms_want_a_token(nora: User) -> None:
    _, made = a_shelf(nora)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nora)
    for path in (f"/entries/{made[0].pk}/read/", "/marks/all/", "/marks/above/", "/marks/undo/1/"):
        refused = strict.post(path)
        assert refused.status_code == 403 and "Once more, please" in text(refused)


def test_acts_are_no_pages(client: Client) -> None:
    for path in (
        "/entries/1/read/",
        "/entries/1/keep/",
        "/marks/all/",
        "/marks/above/",
        "/marks/undo/1/",
        "/sources/1/poll/",
    ):
        assert client.get(path).status_code == 405


def test_what_is_not_there_is_said_without_asking_the_database(nora: User) -> None:
    Client().get("/river/")  # the house asks once whether anybody lives here
    with CaptureQueriesContext(connection) as asked:
        response = Client().get("/nowhere/at/all/")
    assert response.status_code == 404 and "There is no such page" in text(response)
    assert len(asked) <= 1, "whether anybody lives here, at most"
