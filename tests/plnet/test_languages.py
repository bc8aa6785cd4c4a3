"""A member's pages are in their language to the last word; a visitor's in what their browser asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from aggregator.models import Enclosure, Entry, EntryBody, Lookup
from network import follow
from network.gathering import groups
from network.models import Source, User
from tests.network.members import NOW, a_feed, a_member

pytestmark = pytest.mark.django_db
PAGES = (
    *(
        "/river/",
        "/skim/",
        "/kept/",
        "/people/",
        "/roster/",
        "/circles/",
        "/groups/",
        "/settings/",
        "/add/",
        "/more/",
    ),
    *("/search/", "/notes/", "/rules/new/", "/roster/history/", "/tend/"),
)
TELL_TALE = re.compile(
    r"\b(the|and|your|yours|with|of|they|their|nothing|people|yet|read|open|keep|add|everybody|somebody|whose)\b",
    re.IGNORECASE,
)
UNSAID = re.compile(
    r"<(script|style|code|kbd|bdi|select|textarea)\b.*?</\1>|<(?!html)(\w+)[^>]* lang=\"en\".*?</\2>|<!--.*?-->",
    re.DOTALL,
)
SPOKEN = re.compile(r'(?:aria-label|title|alt|placeholder|data-failed|data-offline)="([^"]*)"|>([^<]*)<')


@pytest.fixture(autouse=True)
def afterwards_as_before() -> Iterator[None]:
    """A request leaves its language with the thread, where the next request would set its own."""
    with override("en"):
        yield


def a_reader(language: str) -> User:
    """Somebody with a person, a circle, a group, an entry, something paused, and an address nobody could reach."""
    user = a_member("zqnora", language=language)
    source = follow.follow(user.roster, a_feed(title="Zq"), NOW, name="Zq", circles=["Zqk"])
    paused = follow.follow(user.roster, a_feed(title="Zqp"), NOW, name="Zqp")
    follow.turn([paused], Source.State.PAUSED, NOW, until=NOW + timedelta(days=30), by=user)
    groups.make(user, "Zqg", NOW)
    for n in range(3):
        Entry.objects.create(
            feed=source.feed, uid=str(n), title="Zqe", sorted_at=NOW - timedelta(days=9 * n), arrived_at=NOW
        )
    return user


def add(client: Client, address: str, why: str) -> None:
    """Look for an address, in vain, as a worker says it."""
    assert client.post("/add/", {"address": address}).status_code == 303
    Lookup.objects.update(state=Lookup.State.NOTHING, error=why)


def english_in(page: str) -> set[str]:
    body = UNSAID.sub("", page)
    spoken = (attribute or text for attribute, text in SPOKEN.findall(body))
    return {text.strip() for text in spoken if TELL_TALE.search(text)}


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_english_is_left_on_a_members_pages(language: str, client: Client) -> None:
    client.force_login(a_reader(language))
    add(client, "zq.example", "zq.example has no page there. Is the address spelled right? Its front page may do.")
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 200, path
        assert f'<html lang="{language}"' in page.content.decode(), path
        assert not english_in(page.content.decode()), path


def test_the_tell_tale_words_tell() -> None:
    assert english_in('<p title="Your notes">Und</p><p>Zq and Zq</p>') == {"Your notes", "Zq and Zq"}


@pytest.mark.parametrize(("asked", "spoken"), [("fr-CA,fr;q=0.9,en;q=0.5", "fr"), ("de-AT", "de"), ("pt", "en")])
def test_a_visitor_is_spoken_to_as_their_browser_asks(asked: str, spoken: str, client: Client) -> None:
    a_member("zqnora")
    for path in ("/accounts/login/", "/nowhere/"):
        page = client.get(path, headers={"Accept-Language": asked}).content.decode()
        assert f'<html lang="{spoken}"' in page
        assert bool(english_in(page)) == (spoken == "en")


def test_what_a_member_chose_goes_before_what_their_browser_asks(client: Client) -> None:
    client.force_login(a_member("zqnora", language="de"))
    page = client.get("/settings/", headers={"Accept-Language": "fr"})
    assert '<html lang="de"' in page.content.decode()
    assert client.post("/settings/", {"language": "xx"}).status_code == 422


def test_numbers_for_machines_are_written_with_a_point_in_every_language(client: Client) -> None:
    """A player's script finds the speed of its member among the choices only when both are written alike."""
    nora = a_reader("de")
    client.force_login(nora)
    entry = Entry.objects.all()[0]
    EntryBody.objects.create(entry=entry, html="<p>Zq.</p>")
    Enclosure.objects.create(entry=entry, url="https://zq.example/a.mp3", type="audio/mpeg")
    page = client.get(f"/entries/{entry.pk}/").content.decode()
    assert '<option value="1.25">1,25×</option>' in page
    assert 'data-speed="1.0"' in page
    assert not re.findall(r'="-?\d+,\d+"', page)
