"""A person's page says who, where, how often, about what, whom they point to, and what is one's own."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aggregator.models import Profile
from aggregator.spelling import page_key
from network import follow
from network.arriving import places
from network.gathering import groups
from network.models import Change, Circle, Person, Source, Tag, User

from .group_of import a_group
from .members import a_feed, a_member, a_source, visit
from .writers import a_writer, wrote

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def nora() -> User:
    return a_member()


def shown(user: User, person: Person, query: str = "") -> str:
    response = visit(user).get(f"/people/{person.pk}/{query}")
    assert response.status_code == 200
    return words_of(response)


def words_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def without_tags(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))


# ---- what it says


def test_it_says_where_they_publish_and_how_it_is_there(nora: User) -> None:
    source = a_writer(nora, "Ingrid", NOW)
    asleep = a_source(nora, a_feed(title="Overdue", kind="podcast"), person=source.person)
    wrote(asleep.feed, [400, 393, 386], NOW)
    page = shown(nora, source.person)
    assert "Ingrid’s blog" in page and "Well. About weekly" in page
    assert "Overdue" in page and "podcast" in page and "Sleeping for 13 months" in page


def test_it_says_what_they_write_about_in_words(nora: User) -> None:
    source = a_writer(nora, "Ingrid", NOW, range(40, 20, -1), terms=["Weeding", "uncategorized"], title="A ferry")
    wrote(source.feed, range(10, 0, -1), NOW, terms=["scraping", "Weeding"], title="The ferry again")
    page = without_tags(shown(nora, source.person))
    assert "Mostly Weeding; lately also scraping." in page
    assert "Words that come back in the titles: ferry" in page
    assert "uncategorized" not in page


def test_it_draws_a_year_and_says_it_in_a_sentence(nora: User) -> None:
    source = a_writer(nora, "Ingrid", NOW, [7 * n + 1 for n in range(40, 0, -1)])
    page = shown(nora, source.person)
    assert page.count('class="bar-t"') == 40
    assert 'role="img"' in page and page.count("About weekly.") == 2  # the drawing's title, and below it


def test_it_names_the_people_one_reads_among_those_they_point_to(nora: User) -> None:
    wim = a_writer(nora, "Wim Aerts", NOW, [])
    links = ["https://www.wim-aerts.example/shelf", "https://elsewhere.example/x", "https://ingrid.example/own"]
    source = a_writer(nora, "Ingrid", NOW, links=[*links, "https://github.com/somebody/code", "mailto:a@b.example"])
    page = shown(nora, source.person)
    part = page[page.index('id="pointed"') : page.index('id="yours"')]
    assert f'href="/people/{wim.person_id}/"' in part
    assert 'href="https://elsewhere.example/x"' in part and "noopener" in part
    assert "ingrid.example" not in part and "github.com" not in part
    assert "Piece 2" in part  # the newest that does


def test_their_newest_entries_stand_on_it_as_in_a_list(nora: User) -> None:
    source = a_writer(nora, "Ingrid", NOW, range(20, 0, -1))
    page = shown(nora, source.person)
    assert re.findall(r"Piece \d+", page)[:5] == [f"Piece {n}" for n in (19, 18, 17, 16, 15)]
    assert f'href="/people/{source.person_id}/river/"' in page
    assert 'data-act="read"' in page


def test_only_the_followed_bring_entries_but_the_retired_still_say_who_somebody_was(nora: User) -> None:
    source = a_writer(nora, "Ingrid", NOW, range(60, 0, -7), terms=["weeding"])
    follow.retire(source, NOW, "too loud")
    page = shown(nora, source.person)
    assert "Retired: too loud" in page and "Mostly" in page
    assert "Piece" not in page[page.index('id="lately"') : page.index('id="yours"')]


def test_one_author_of_a_feed_is_spoken_of_alone(nora: User) -> None:
    source = a_writer(nora, "House", NOW, [9, 8], author="Other", terms=["theirs"], title="Not hers")
    wrote(source.feed, [2, 1], NOW, author="Ingrid", terms=["hers"], title="Hers")
    Source.objects.filter(pk=source.pk).update(author="Ingrid")
    page = shown(nora, source.person)
    assert "hers" in page and "Hers" in page and "Not hers" not in page


def test_how_they_are_reached_becomes_links_where_that_is_safe(nora: User) -> None:
    person = a_source(nora).person
    person.reach = [
        "ingrid@shelf.example",
        "@ingrid@hylle.example",
        "+47 77 12",
        "javascript:alert(1)",
        "Signal: i",
    ]
    person.met = "Met at Bodø"
    person.save()
    page = shown(nora, person)
    for url in ("mailto:ingrid@shelf.example", "https://hylle.example/@ingrid", "tel:+477712"):
        assert f'href="{url}"' in page
    assert 'href="javascript' not in page and "javascript:alert(1)" in page
    assert "Signal: i" in page and "Met at Bodø" in page


def test_somebody_without_any_source_has_a_page(nora: User) -> None:
    person = Person.objects.create(roster=nora.roster, name="Nobody yet", created_at=NOW)
    page = shown(nora, person)
    assert "Nowhere that you follow." in page


# ---- what it costs


def many(user: User, sources: int) -> Person:
    """Somebody with everything there is to say about them."""
    first = a_writer(user, "Ingrid", NOW, range(30, 0, -1), terms=["a", "b"], links=["https://wim.example/"])
    a_writer(user, "Wim", NOW)
    person = first.person
    for n in range(sources - 1):
        wrote(a_source(user, a_feed(title=f"Source {n}"), person=person).feed, [n % 9 + 1], NOW)
    for n in range(8):
        follow.make_circles(user.roster, [f"Circle {n}"])[f"Circle {n}"].people.add(person)
        Tag.objects.create(roster=user.roster, name=f"tag {n}").people.add(person)
    at_home(person)
    return person


def at_home(person: Person) -> None:
    """Their page names eight places, each with a feed; one of these feeds is followed as somebody else’s."""
    home = "https://first.example/"
    feeds = [{"url": f"https://place{n}.example/feed", "title": "Posts", "kind": "blog"} for n in range(8)]
    links = [
        {"url": f"https://place{n}.example/", "name": "", "says": says, "why": "", "feeds": [feed]}
        for n, (says, feed) in enumerate(zip(["mutual", "one_way"] * 4, feeds, strict=True))
    ]
    profile = Profile.objects.create(key=page_key(home), url=home, looked_at=NOW, links=links)
    Person.objects.filter(pk=person.pk).update(home=home, profile=profile)
    places.learn(profile, [person], NOW)
    follow.follow(person.roster, a_feed(title="Posts", url=feeds[0]["url"]), NOW, name="Somebody else")


@pytest.mark.parametrize("sources", [1, 50])
def test_it_takes_ten_queries_however_much_there_is(nora: User, sources: int) -> None:
    person = many(nora, sources)
    client = visit(nora)
    client.get("/more/")  # the house asks once whether anybody lives here
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/people/{person.pk}/").content.decode()
    assert "Somebody else</bdi></a> may be the same" in page and page.count("perhaps theirs") == 4
    assert len(asked) <= 10, "\n".join(q["sql"][:300] for q in asked)


def test_where_there_are_many_sources_the_forms_stand_only_at_the_one_asked_for(nora: User) -> None:
    person = many(nora, 20)
    source = person.sources.all()[3]
    assert f"/sources/{source.pk}/note/" not in shown(nora, person)
    assert f"/sources/{source.pk}/note/" in shown(nora, person, f"?at=source-{source.pk}")
    shown(nora, person, "?at=%3Cscript%3E")


# ---- changing it


def test_what_is_known_of_somebody_is_changed_and_the_change_is_in_the_history(nora: User) -> None:
    person = a_source(nora, name="Ingird").person
    form = {"name": "Ingrid", "kind": "organisation", "met": " Met at  Bodø ", "reach": "a@b.example\n\n +47 1 \n"}
    assert visit(nora).post(f"/people/{person.pk}/rename/", form).status_code == 303
    person.refresh_from_db()
    assert (person.name, person.kind, person.met) == ("Ingrid", "organisation", "Met at Bodø")
    assert person.reach == ["a@b.example", "+47 1"]
    assert Change.objects.filter(roster=nora.roster, act="renamed", by=nora).count() == 1


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"name": "x" * 10_000}, "There is room for 200 characters here."),
        ({"name": "Ingrid", "met": "y" * 501}, "There is room for 500 characters here."),
        ({"name": "Ingrid", "reach": "z" * 301}, "One of the lines is longer than 300 characters."),
        ({"name": "Ingrid", "reach": "a@b.example\n" * 21}, "Up to 20 ways, one a line, please."),
        ({"name": " \u202e "}, "A person needs a name."),
    ],
)
def test_what_is_too_much_is_refused_and_stands_as_it_was_typed(nora: User, form: Any, why: str) -> None:
    person = a_source(nora, name="Ingrid").person
    response = visit(nora).post(f"/people/{person.pk}/rename/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert why in page and "aria-invalid" in page
    for typed in form.values():
        assert typed.strip()[:400] in page
    person.refresh_from_db()
    assert (person.name, person.met, person.reach) == ("Ingrid", "", [])


def test_circles_are_ticked_on_it(nora: User) -> None:
    person = a_source(nora, circles=["Desk"]).person
    other = follow.make_circles(nora.roster, ["Other"])["Other"]
    form = {"circle": [other.pk], "new_circle": "Brand new"}
    visit(nora).post(f"/people/{person.pk}/circles/", form)
    assert {circle.name for circle in person.circles.all()} == {"Other", "Brand new"}
    assert {"Desk", "Other", "Brand new"} == set(Circle.objects.of(nora).values_list("name", flat=True))


def test_a_circle_that_went_in_another_tab_is_said_and_the_others_hold(nora: User) -> None:
    person = a_source(nora, circles=["Desk"]).person
    gone = follow.make_circles(nora.roster, ["Gone"])["Gone"]
    kept = person.circles.get()
    gone_id = gone.pk
    gone.delete()
    client = visit(nora)
    response = client.post(f"/people/{person.pk}/circles/", {"circle": [kept.pk, gone_id]}, follow=True)
    assert "A circle you ticked is no longer there" in response.content.decode()
    assert list(person.circles.all()) == [kept]


def test_too_long_a_name_for_a_new_circle_keeps_the_ticks_as_they_were_set(nora: User) -> None:
    person = a_source(nora, circles=["Desk"]).person
    other = follow.make_circles(nora.roster, ["Other"])["Other"]
    response = visit(nora).post(f"/people/{person.pk}/circles/", {"circle": [other.pk], "new_circle": "x" * 10_000})
    page = response.content.decode()
    assert response.status_code == 422 and "has at most 200 characters" in page
    assert re.search(rf'value="{other.pk}" checked', page)
    assert [circle.name for circle in person.circles.all()] == ["Desk"]


def test_what_is_changed_on_somebody_who_went_in_another_tab_is_not_found(nora: User) -> None:
    person = a_source(nora).person
    number = person.pk
    person.delete()
    for part in ("", "rename/", "circles/", "note/", "tags/"):
        client = visit(nora)
        response = (
            client.post(f"/people/{number}/{part}", {"name": "x"}) if part else client.get(f"/people/{number}/")
        )
        assert response.status_code == 404


# ---- a group's


def test_members_see_somebody_on_the_groups_roster_and_change_nothing(nora: User) -> None:
    group = a_group(a_member("ruth"), nora)
    source = follow.follow(group.roster, a_feed(title="Shelf"), NOW, name="Ingrid", circles=["Libraries"])
    wrote(source.feed, [3, 2, 1], NOW, terms=["weeding"])
    page = shown(nora, source.person)
    assert "On the roster of" in page and group.name in page and "weeding" in page
    assert f"/people/{source.person_id}/rename/" not in page and f"/sources/{source.pk}/act/" not in page
    assert f"/people/{source.person_id}/note/" in page
    assert f"/groups/{group.pk}/take/" in page
    assert Client().get(f"/people/{source.person_id}/").status_code == 302
    assert visit(a_member("otto")).get(f"/people/{source.person_id}/").status_code == 404


def test_whoever_has_them_on_their_own_roster_too_is_told_so(nora: User) -> None:
    group = a_group(a_member("ruth"), nora)
    source = follow.follow(group.roster, a_feed(title="Shelf"), NOW, name="Ingrid")
    own = a_source(nora, source.feed, name="Ingrid S.")
    page = shown(nora, source.person)
    assert f'href="/people/{own.person_id}/"' in page and "on your own roster too" in page
    assert f"/groups/{group.pk}/take/" not in page


def test_curators_change_somebody_on_the_groups_roster(nora: User) -> None:
    group = a_group(nora)
    source = follow.follow(group.roster, a_feed(title="Shelf"), NOW, name="Ingrid")
    assert f"/people/{source.person_id}/rename/" in shown(nora, source.person)
    visit(nora).post(f"/people/{source.person_id}/rename/", {"name": "Ingrid Solvang"})
    assert Person.objects.get(pk=source.person_id).name == "Ingrid Solvang"


def test_what_the_starter_roster_holds_is_seen_without_what_only_readers_open(nora: User) -> None:
    starter = groups.make(a_member("ruth"), "Starter", NOW, starter=True)
    source = follow.follow(starter.roster, a_feed(title="Shelf"), NOW, name="Ingrid")
    wrote(source.feed, [3, 2, 1], NOW, links=["https://x.example/"])
    page = shown(nora, source.person)
    assert "/entries/" not in page and f'href="/sources/{source.pk}/"' not in page


def test_a_pause_of_a_month_is_said(nora: User) -> None:
    source = a_writer(nora, "Ingrid", NOW)
    follow.pause(source, NOW + timedelta(days=30), NOW)
    assert "Paused by you; back by itself on" in shown(nora, source.person)


def test_of_whom_nothing_is_shown_it_says_so_and_not_that_nothing_came() -> None:
    nora = a_member()
    source = a_source(nora, a_feed())
    follow.retire(source, NOW, "enough")
    page = visit(nora).get(f"/people/{source.person_id}/").content.decode()
    assert "What they publish is not shown at the moment." in page
    assert "Nothing has come from them yet" not in page
