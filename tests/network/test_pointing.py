"""Whom somebody points to: people one reads by name, others by what they have registered."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.models import Entry, EntryBody
from network.models import Source, User
from network.portraying.pointing import Pointed, pointed_to

from .members import a_feed, a_member, a_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


def entries(*links: str) -> list[Entry]:
    made = []
    for n, link in enumerate(links):
        entry = Entry(pk=n + 1, title=f"Piece {n}")
        entry.body = EntryBody(entry=entry, links=link.split())
        made.append(entry)
    return made


def somebody(user: User, name: str, site: str, **columns: Any) -> Source:
    host = site.split("/")[2]
    return a_source(user, a_feed(url=f"{site}feed", host=host, site_url=site, **columns), name=name)


def said(found: list[Pointed]) -> list[str]:
    return [to.person.name if to.person else to.host for to in found]


def pointed(user: User, *links: str, own: tuple[str, ...] = ()) -> list[str]:
    return said(pointed_to(entries(*links), own, Source.objects.of(user)))


def test_people_come_first_and_each_by_how_many_entries_point_there(nora: User) -> None:
    somebody(nora, "Wim", "https://www.wim.example/")
    somebody(nora, "Kofi", "https://kofi.example/")
    links = ["https://a.example/ https://kofi.example/1", "https://wim.example/x https://kofi.example/2"]
    assert pointed(nora, *links, "https://b.example https://a.example/2") == [
        "Kofi",
        "Wim",
        "a.example",
        "b.example",
    ]


def test_where_many_live_at_one_host_the_path_says_who(nora: User) -> None:
    somebody(nora, "Ragna", "https://hylle.example/@ragna/")
    somebody(nora, "Ingrid", "https://hylle.example/@ingrid/")
    somebody(nora, "Coder", "https://github.com/coder/")
    links = "https://hylle.example/@ragna/1 https://github.com/coder/thing https://github.com/other/thing"
    assert pointed(nora, links, "https://hylle.example/@ragna") == ["Ragna", "Coder"]


def test_hosts_are_named_by_what_somebody_registered(nora: User) -> None:
    links = (
        "https://blog.shelf.example/a https://ingrid.github.io/b https://www.library.co.uk/c https://127.0.0.1/d"
    )
    assert pointed(nora, links) == ["shelf.example", "ingrid.github.io", "library.co.uk", "127.0.0.1"]


def test_their_own_house_and_nobodys_are_left_out(nora: User) -> None:
    links = "https://cdn.ingrid.example/x https://en.wikipedia.org/wiki/Kelp https://youtu.be/x https://t.co/x"
    assert pointed(nora, links, own=("https://www.ingrid.example/",)) == []


def test_what_is_no_address_is_left_out(nora: User) -> None:
    links = "http://[x https:// ftp://a.example/ mailto:a@b.example javascript:x http://localhost/ #here"
    assert pointed(nora, links) == []


def test_the_example_is_the_newest_entry_that_points_there(nora: User) -> None:
    found = pointed_to(entries("", "https://a.example/1", "https://a.example/2"), (), Source.objects.of(nora))
    assert [(to.entry.title, to.url) for to in found] == [("Piece 1", "https://a.example/1")]


def test_an_entry_that_points_to_thousands_is_looked_at_in_part(nora: User) -> None:
    links = " ".join(f"https://h{n}.example/" for n in range(5000))
    assert len(pointed(nora, links)) == 4
