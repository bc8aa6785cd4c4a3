"""Places by rel=me: who somebody is, learnt from their own pages, over real local sites."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from aggregator import icons, poll, profiles
from aggregator.models import Icon, Profile
from network import follow
from network.arriving import arrivals, imports, places
from network.arriving.arrival_cards import Card
from network.arriving.arrival_words import lines
from network.arriving.whereabouts import Whereabouts, whereabouts
from network.gathering import starter
from network.models import Arrival, Change, Circle, Person, Place, Source, User
from network.outlining import opml
from network.remembering import told
from tests.aggregator.looking import work
from tests.web import Web

from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
HOME, SOCIAL, CODE = "127.0.0.1", "127.0.0.2", "127.0.0.3"
DAY = timedelta(days=1)
RSS = "<rss version='2.0'><channel><title>{}</title><link>{}</link><item><guid>1</guid></item></channel></rss>"


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any, parser_children: None) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


@pytest.fixture(scope="module")
def parser_children() -> Any:
    yield
    poll.close()


@pytest.fixture
def nora() -> User:
    return a_member()


def page(web: Web, host: str, *me: str, path: str = "/", feed: str = "", body: str = "") -> str:
    """A page with these rel=me links; its address."""
    named = f'<link rel="alternate" type="application/rss+xml" title="Posts" href="{feed}">' if feed else ""
    anchors = "".join(f'<a rel="me" href="{url}">{url}</a>' for url in me)
    html = f"<!doctype html><html><head><title>Ann</title>{named}</head><body>{anchors}{body}</body></html>"
    web.page(path, html, host=host, type="text/html")
    return web.url(path, host=host)


def card(web: Web, name: str, more: str = "") -> str:
    home = web.url("/", host=HOME)
    return f'<div class="h-card"><a class="p-name u-url u-uid" href="{home}">{name}</a>{more}</div>'


def ann(web: Web, name: str = "Ann Lee", more: str = "") -> str:
    """Somebody with a home page, a profile that names it, a repository that does not, and a photo."""
    home = web.url("/", host=HOME)
    social = page(web, SOCIAL, home, path="/@ann", feed="/@ann.rss")
    code = page(web, CODE, path="/ann")
    photo = '<img class="u-photo" src="/me.png">' + more
    page(web, HOME, social, code, feed="/feed", body=card(web, name, photo))
    web.page("/feed", RSS.format("The Slow Shelf", home), host=HOME)
    web.page("/@ann.rss", RSS.format("@ann", social), host=SOCIAL)
    web.page("/me.png", b"\x89PNG\r\n\x1a\n" + bytes(200), host=HOME)
    return home


def work_until_idle(ahead: timedelta = timedelta(0), **how: bool) -> None:
    """Drain so long after now: what comes of a lookup is dated by the real clock."""
    while poll.run(20, clock=lambda: timezone.now() + ahead, **how).errands:
        pass


def look_at_all(now: Any = NOW) -> None:
    for claim in profiles.claim(now, 50):
        profiles.settle(work(partial(profiles.look, claim=claim, now=now)), now)


def add(user: User, address: str) -> Person:
    """What Add makes of an address."""
    (arrival,) = imports.look_up(user.roster, [opml.Outline(address, 0)], NOW)
    work_until_idle()
    arrival.refresh_from_db()
    assert arrival.source
    return arrival.source.person


def where(person: Person, now: Any = NOW) -> Whereabouts:
    found = Person.objects.select_related("profile").get(pk=person.pk)
    return whereabouts([found], now)[person.pk]


def states(person: Person) -> dict[str, tuple[str, bool]]:
    return {place.url: (place.state, place.mutual) for place in person.places.all()}


# ---- adding


def test_add_proposes_name_portrait_and_places_and_nothing_waits_for_them(web: Web, nora: User) -> None:
    home = ann(web)
    person = add(nora, home)
    social, code = web.url("/@ann", host=SOCIAL), web.url("/ann", host=CODE)
    assert (person.name, person.home) == ("Ann Lee", home)
    assert states(person) == {social: ("joined", True), code: ("proposed", False)}
    assert person.portrait is not None
    assert person.portrait.site == web.url("/me.png", host=HOME)
    said = where(person)
    assert [at.address for at in said.joined] == [social.partition("://")[2]]
    assert [feed["url"] for feed in said.joined[0].feeds] == [web.url("/@ann.rss", host=SOCIAL)]
    assert said.joined[0].words == "each page names the other"


def test_a_name_somebody_gave_stays_and_so_does_one_of_a_list(web: Web, nora: User) -> None:
    ann(web)
    outline = opml.Outline(web.url("/", host=HOME), 0, title="My friend")
    imports.look_up(nora.roster, [outline], NOW)
    work_until_idle()
    assert Person.objects.get().name == "My friend"


def test_an_organisation_is_known_by_its_card(web: Web, nora: User) -> None:
    home = ann(web, "IFLA", '<b class="p-org">IFLA</b>')
    assert add(nora, home).kind == "organisation"


def test_a_line_has_a_card_while_the_home_page_is_looked_at_and_after(web: Web, nora: User) -> None:
    home = ann(web)
    now = timezone.now()
    imports.look_up(nora.roster, [opml.Outline(home, 0)], now)
    work_until_idle(idle_errands=False)
    assert card_of(nora, now).looking
    assert not card_of(nora, now + timedelta(minutes=4)).looking  # nobody asks for ever
    work_until_idle()
    assert not card_of(nora, now).looking
    assert len(card_of(nora, now).where.joined) == 1


def card_of(user: User, now: Any) -> Card:
    (line,) = lines(arrivals.coming(user, now).lines, now)
    assert line.card
    return line.card


def test_who_is_known_already_is_known_at_once(web: Web, nora: User) -> None:
    home = ann(web)
    add(nora, home)
    otto = a_member("otto")
    person = add(otto, home)
    assert person.name == "Ann Lee"
    assert len(person.places.all()) == 2
    assert len(web.asked("/@ann")) == 1


def test_of_a_list_homes_are_asked_one_after_the_other_and_only_while_followed(web: Web, nora: User) -> None:
    for n in range(10):
        a_source(nora, a_feed(title=f"Blog {n}", site_url=f"https://blog{n}.example/"))
    places.tend(NOW)
    due = sorted(Profile.objects.values_list("due_at", flat=True))
    assert (due[0], len(set(due)), due[-1] < NOW + DAY) == (NOW, 10, True)
    Source.objects.update(state="retired")
    from network.showing import recount

    recount(NOW)
    places.tend(NOW)
    assert not Profile.objects.exclude(due_at=None).exists()


def test_an_address_with_a_key_in_it_is_nobody_s_home(nora: User) -> None:
    source = a_source(nora, a_feed(title="Private"))
    places.came_in(source, "https://private.example/feed?token=secret", NOW)
    assert not Profile.objects.exists()


# ---- mutual and one-way


def learn(person: Person, *links: tuple[str, str], now: Any = NOW, **more: Any) -> None:
    """The person's home page said so: (address, mutual or one_way or unsafe)."""
    profile = profiles.ask([person.home], now)[person.home]
    Person.objects.filter(pk=person.pk).update(profile=profile)
    profile.links = [{"url": url, "name": "", "says": says, "why": "", "feeds": []} for url, says in links]
    profile.looked_at = now
    for key, value in more.items():
        setattr(profile, key, value)
    profile.save()
    places.learned(profile)


def a_person(user: User, home: str = "https://ann.example/") -> Person:
    source = a_source(user, a_feed(title="Ann"))
    Person.objects.filter(pk=source.person_id).update(home=home)
    return Person.objects.get(pk=source.person_id)


def test_a_proposal_that_is_declined_is_not_made_again(nora: User) -> None:
    person = a_person(nora)
    learn(person, ("https://x.example/ann", "one_way"))
    place = person.places.get()
    places.answer(place, False, NOW, nora)
    learn(person, ("https://x.example/ann/", "one_way"))
    learn(person, ("http://www.x.example/ann", "mutual"))
    assert states(person) == {"https://x.example/ann": ("declined", True)}
    said = where(person)
    assert (said.joined, said.proposed, len(said.declined)) == ([], [], 1)


def test_a_proposal_that_turns_out_mutual_joins_by_itself_on_every_roster(nora: User) -> None:
    otto = a_member("otto")
    people = [a_person(nora), a_person(otto)]
    for person in people:
        learn(person, ("https://x.example/ann", "one_way"))
    learn(people[0], ("https://x.example/ann", "mutual"))
    assert [states(person) for person in people] == [{"https://x.example/ann": ("joined", True)}] * 2


def test_what_is_joined_stays_when_a_page_is_silent_and_a_proposal_goes(nora: User) -> None:
    person = a_person(nora)
    learn(person, ("https://x.example/ann", "mutual"), ("https://y.example/ann", "one_way"))
    learn(person)
    assert states(person) == {"https://x.example/ann": ("joined", False)}


def test_a_page_that_cannot_be_read_changes_nothing_and_says_so(nora: User) -> None:
    person = a_person(nora)
    learn(person, ("https://x.example/ann", "mutual"))
    learn(person, trouble="There is no page at that address.")
    assert states(person) == {"https://x.example/ann": ("joined", True)}
    assert where(person).notes == ["The home page could not be read: There is no page at that address."]


def test_a_page_that_is_not_there_is_no_place(nora: User) -> None:
    person = a_person(nora)
    learn(person, ("https://x.example/ann", "one_way"))
    learn(person, ("https://x.example/ann", "gone"), ("https://y.example/ann", "gone"))
    assert states(person) == {}
    assert where(person).notes == ["It names 2 pages that are not there."]


def test_an_unsafe_address_is_no_place_and_is_said_as_is_what_was_cut(nora: User) -> None:
    person = a_person(nora)
    learn(person, ("http://192.168.1.1/admin", "unsafe"), cut=80)
    assert states(person) == {}
    assert where(person).notes == [
        "192.168.1.1 was not asked: ",
        "It names 80 places more, which were not asked.",
    ]


def test_what_was_declined_can_be_taken_back(nora: User) -> None:
    person, client = a_person(nora), visit(nora)
    learn(person, ("https://x.example/ann", "one_way"))
    place = person.places.get()
    places.answer(place, False, NOW, nora)
    assert "What you said is not theirs" in client.get(f"/people/{person.pk}/").content.decode()
    client.post(f"/places/{place.pk}/act/", {"theirs": "yes"})
    assert states(person) == {"https://x.example/ann": ("joined", False)}


# ---- the same person twice


def test_somebody_added_by_two_of_their_addresses_is_said_to_be_one(web: Web, nora: User) -> None:
    home = ann(web)
    first = add(nora, home)
    second = add(nora, web.url("/@ann", host=SOCIAL))
    (twin,) = where(first).twins
    assert (twin.person, twin.why) == (second, "their pages name each other")
    assert [t.person for t in where(second).twins] == [first]


def test_two_with_one_home_are_said_to_be_one_until_somebody_says_no(nora: User) -> None:
    one, two = a_person(nora), a_person(nora, "http://www.ann.example/index.html")
    for person in (one, two):
        learn(person)
    (twin,) = where(one).twins
    assert (twin.person, twin.why) == (two, "they have the same home page")
    places.decline(one, two, twin.url, NOW)
    assert where(one).twins == where(two).twins == []


def test_a_source_under_another_name_at_a_place_of_theirs_is_said(nora: User) -> None:
    person = a_person(nora)
    feed = a_feed(title="Toots", url="https://x.example/ann.rss")
    other = a_source(nora, feed).person
    learn(person, ("https://x.example/ann", "mutual"))
    Profile.objects.update(
        links=[{"url": "https://x.example/ann", "name": "", "says": "mutual", "why": "", "feeds": [
            {"url": feed.url, "title": "Toots", "kind": "blog"}]}]
    )  # fmt: skip
    (twin,) = where(person).twins
    assert (twin.person, twin.why) == (other, "“Toots” is published at a place of theirs")
    assert where(person).joined[0].feeds == []  # it is followed already
    places.decline(person, other, twin.url, NOW)
    assert where(person).twins == []


def test_people_on_other_rosters_are_nobody_s_twins(nora: User) -> None:
    otto = a_member("otto")
    one, two = a_person(nora), a_person(otto)
    for person in (one, two):
        learn(person)
    assert where(one).twins == []


# ---- what a member does


def test_one_click_follows_the_feed_of_a_place(web: Web, nora: User) -> None:
    person = add(nora, ann(web))
    place = person.places.get(state="joined")
    feed = web.url("/@ann.rss", host=SOCIAL)
    client = visit(nora)
    assert client.post(f"/places/{place.pk}/act/", {"follow": feed}).status_code == 303
    assert set(person.sources.values_list("feed__url", flat=True)) == {feed, web.url("/feed", host=HOME)}
    client.post(f"/places/{place.pk}/act/", {"follow": "https://elsewhere.example/feed"})
    assert person.sources.count() == 2


def test_yes_and_no(nora: User) -> None:
    person, client = a_person(nora), visit(nora)
    learn(person, ("https://x.example/ann", "one_way"), ("https://y.example/ann", "one_way"))
    one, two = person.places.all()
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert page.count("perhaps theirs") == 2
    client.post(f"/places/{one.pk}/act/", {"theirs": "yes"})
    client.post(f"/places/{two.pk}/act/", {"theirs": "no"})
    client.post(f"/places/{one.pk}/act/", {"theirs": "nonsense"})
    assert states(person) == {one.url: ("joined", False), two.url: ("declined", False)}
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert "perhaps theirs" not in page
    assert page.index("What you said is not theirs") < page.index(two.url)


def test_joining_two_people_brings_their_sources_and_places_together(nora: User) -> None:
    one, two = a_person(nora), a_person(nora, "https://ann.example/index.html")
    learn(one, ("https://x.example/ann", "mutual"))
    learn(two)
    client = visit(nora)
    answer = client.post(f"/people/{one.pk}/same/", {"other": two.pk, "same": "yes"}, follow=True)
    assert "are one now" in answer.content.decode()
    assert Person.objects.get() == one
    assert one.sources.count() == 2
    answer = client.post(f"/people/{one.pk}/same/", {"other": one.pk, "same": "yes"}, follow=True)
    assert "They are the same already" in answer.content.decode()
    answer = client.post(f"/people/{one.pk}/same/", {"other": two.pk, "same": "yes"}, follow=True)
    assert "not on the roster any more" in answer.content.decode()


def test_looking_again_waits_an_hour(nora: User) -> None:
    person, client = a_person(nora), visit(nora)
    learn(person, now=timezone.now())
    answer = client.post(f"/people/{person.pk}/look/", follow=True)
    assert "within the hour" in answer.content.decode()
    Person.objects.filter(pk=person.pk).update(home="", profile=None)
    answer = client.post(f"/people/{person.pk}/look/", follow=True)
    assert "No home page of theirs is known yet" in answer.content.decode()


def test_who_came_in_is_looked_over_in_place(web: Web, nora: User) -> None:
    person = add(nora, ann(web))
    circle = Circle.objects.create(roster=nora.roster, name="Ferries")
    arrival, client = Arrival.objects.get(), visit(nora)
    Arrival.objects.update(at=timezone.now())
    form = {"name": "  Ann  of the ferries ", "kind": "planet", "circle": [circle.pk]}
    assert client.post(f"/add/{arrival.pk}/who/", form).status_code == 303
    person.refresh_from_db()
    assert (person.name, person.kind, list(person.circles.all())) == ("Ann of the ferries", "planet", [circle])
    refused = client.post(f"/add/{arrival.pk}/who/", {"name": " \u2066 "})
    assert refused.status_code == 422
    assert "Somebody needs a name." in refused.content.decode()
    person.refresh_from_db()
    assert person.name == "Ann of the ferries"


def test_the_add_page_shows_portrait_places_and_choices(
    web: Web, nora: User, django_assert_max_num_queries
) -> None:
    starter.fill(a_member("otto"), NOW)
    follow.make_circles(nora.roster, ["Desk", "Ferries"])
    person = add(nora, ann(web))
    work_until_idle(timedelta(minutes=6))
    Arrival.objects.update(at=timezone.now())
    client = visit(nora)
    client.get("/more/")  # the house asks once whether anybody lives here
    with django_assert_max_num_queries(10):
        shown = client.get("/add/").content.decode()
    assert f'src="/people/{person.pk}/portrait/?' in shown
    assert "perhaps theirs" in shown
    assert "each page names the other" in shown
    place = person.places.get(state="proposed")
    answer = client.post(f"/places/{place.pk}/act/?at=add", {"theirs": "yes"})
    assert answer.headers["Location"] == "/add/#coming"


def test_a_place_is_added_by_hand_told_in_the_history_and_taken_back(nora: User) -> None:
    person, client = a_person(nora), visit(nora)
    answer = client.post(f"/people/{person.pk}/places/", {"url": "social.example/@ann"}, follow=True)
    assert "is also at <bdi>social.example/@ann</bdi>." in answer.content.decode()
    assert "you say so" in answer.content.decode()
    place = person.places.get()
    assert (place.url, place.state, place.mutual) == ("https://social.example/@ann", "joined", False)
    assert client.post(f"/places/{place.pk}/act/", {"theirs": "no"}).status_code == 303
    assert client.post(f"/people/{person.pk}/places/", {"url": "https://social.example/@ann/"}).status_code == 303
    assert [place.state for place in person.places.all()] == ["joined"]
    said = [told.sentence(change, ()) for change in Change.objects.filter(act="placed").order_by("pk")]
    assert ["is also at" in each for each in said] == [True, False, True] and "Ann" in said[1]
    assert "is not at" in client.get("/roster/history/").content.decode()
    for change in Change.objects.filter(act="placed").order_by("-pk"):
        client.post(f"/changes/{change.pk}/undo/")
    assert not person.places.exists()


def test_a_place_that_is_none_or_theirs_already_is_refused_with_what_was_typed(nora: User) -> None:
    person, client = a_person(nora), visit(nora)
    Place.objects.create(person=person, url="https://x.example/", at=NOW)
    wrong = [("no address", ""), ("x.example", "That is one of their places already."), (person.home, "home page")]
    for typed, why in wrong:
        answer = client.post(f"/people/{person.pk}/places/", {"url": typed})
        page = answer.content.decode()
        assert answer.status_code == 422 and f'value="{typed}"' in page and why in page
        assert 'id="place-error" role="alert"' in page
    assert person.places.count() == 1


def test_the_home_of_somebody_without_one_is_what_is_said_of_it_and_is_looked_at(web: Web, nora: User) -> None:
    person = follow.follow(nora.roster, a_feed(title="Ann"), NOW).person
    Person.objects.update(home="")
    answer = visit(nora).post(f"/people/{person.pk}/places/", {"url": ann(web)}, follow=True)
    assert "The home page of" in answer.content.decode()
    look_at_all(timezone.now())
    assert {place.state for place in person.places.all()} == {"joined", "proposed"}


# ---- portraits


def test_a_portrait_is_served_by_us_to_whoever_may_see_the_person(nora: User) -> None:
    person, otto, png = a_person(nora), a_member("otto"), b"\x89PNG\r\n\x1a\n123"
    icon = Icon.objects.create(site="https://ann.example/me.png", content=png, media_type="image/png")
    path = f"/people/{person.pk}/portrait/"
    assert visit(nora).get(path).status_code == 404
    Person.objects.update(portrait=icon)
    answer = visit(nora).get(path)
    assert (answer.content, answer.headers["Content-Type"]) == (png, "image/png")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert visit(otto).get(path).status_code == 404


def test_a_picture_that_came_is_the_portrait_on_every_roster(nora: User) -> None:
    people = [a_person(nora), a_person(a_member("otto"))]
    photo = "https://ann.example/me.png"
    for person in people:
        learn(person, photo_url=photo)
    icon = Icon.objects.create(site=photo, due_at=NOW)
    claim = icons.Claim(icon.pk, photo)
    icons.settle(icons.Finding(claim), NOW)
    assert Person.objects.filter(portrait=icon).count() == 0
    icons.settle(icons.Finding(claim, b"\x89PNG\r\n\x1a\n", "image/png"), NOW)
    assert Person.objects.filter(portrait=icon).count() == 2


def test_what_one_person_s_page_says_costs_few_queries_for_many_members(
    nora: User, django_assert_max_num_queries: Any
) -> None:
    people = [a_person(a_member(f"m{n}")) for n in range(10)]
    places.ask(people, NOW)
    profile = Profile.objects.get()
    profile.looked_at = NOW
    profile.links = [
        {"url": f"https://x{n}.example/", "name": "", "says": "mutual", "why": "", "feeds": []} for n in range(20)
    ]
    profile.save()
    with django_assert_max_num_queries(12):
        places.learned(profile)
    assert Place.objects.count() == 200


def test_places_of_a_person_cost_three_queries(nora: User, django_assert_max_num_queries: Any) -> None:
    person = a_person(nora)
    learn(person, *[(f"https://x{n}.example/", "mutual") for n in range(20)])
    found = Person.objects.get(pk=person.pk)
    with django_assert_max_num_queries(3):
        whereabouts([found], NOW)


def test_a_stranger_s_words_are_text(nora: User) -> None:
    person = a_person(nora)
    learn(person, ("https://x.example/<script>", "one_way"), note="<script>alert(1)</script>")
    assert "<script>alert" not in visit(nora).get(f"/people/{person.pk}/").content.decode()


def test_follow_a_feed_there_that_somebody_else_has_is_said(nora: User) -> None:
    person = a_person(nora)
    feed = a_feed(title="Toots", url="https://x.example/ann.rss")
    learn(person, ("https://x.example/ann", "mutual"))
    Profile.objects.update(
        links=[{"url": "https://x.example/ann", "name": "", "says": "mutual", "why": "", "feeds": [
            {"url": feed.url, "title": "Toots", "kind": "blog"}]}]
    )  # fmt: skip
    other = follow.follow(nora.roster, feed, NOW).person
    place = person.places.get()
    answer = visit(nora).post(f"/places/{place.pk}/act/", {"follow": feed.url}, follow=True)
    assert f"as {other.name}" in answer.content.decode()


def test_the_portrait_shows_in_the_index_and_beside_an_entry_without_a_query_more(
    nora: User, django_assert_num_queries: Any
) -> None:
    from plnet.templatetags.frame import plate
    from reading.shown import OF_A_SOURCE

    person = a_person(nora)
    icon = Icon.objects.create(site="https://ann.example/me.png", content=b"GIF89a", media_type="image/gif")
    Person.objects.update(portrait=icon)
    source = Source.objects.select_related("person", "feed").only(*OF_A_SOURCE).get()
    light = Person.objects.only("name", "kind").get()
    with django_assert_num_queries(0):
        assert f"/people/{person.pk}/portrait/?{icon.pk}" in plate(source.person)
        assert "<img" not in plate(light)  # it has not read who has one
    assert f"/people/{person.pk}/portrait/" in visit(nora).get("/people/").content.decode()


def test_the_portrait_of_somebody_on_a_public_page_is_for_anybody(nora: User) -> None:
    from django.test import Client

    from network.gathering import groups
    from network.models import Group

    group = groups.make(nora, "Shelf", NOW)
    person = follow.follow(group.roster, a_feed(title="Ann"), NOW).person
    icon = Icon.objects.create(site="https://ann.example/me.png", content=b"GIF89a", media_type="image/gif")
    Person.objects.filter(pk=person.pk).update(portrait=icon)
    path = f"/people/{person.pk}/portrait/"
    assert Client().get(path).status_code == 302
    Group.objects.update(public=True)
    assert Client().get(path).content == b"GIF89a"
    assert visit(a_member("otto")).get(path).content == b"GIF89a"
