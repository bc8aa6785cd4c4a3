"""Nonsense in every address and every field: a clear word or 404, never a broken page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import CharField, Model, TextField
from django.test import Client
from django.utils import timezone

from aggregator.models import Enclosure, EntryBody, Feed, Lookup, Poll
from network.models import Arrival, Import, Person, Source, User
from tests.test_permissions import (
    ADMINISTRATION,
    RULES,
    SECRET,
    SHOWN,
    nora,  # noqa: F401  a fixture
    numbers,
    path_of,
    visitor,
)

pytestmark = pytest.mark.django_db

# As they stand in an address or a form, escaped.
NONSENSE = {
    "nothing": "",
    "a NUL": "%00",
    "a NUL within": "a%00b",
    "half a character": "%ed%a0%80",
    "not UTF-8": "%ff%fe%80",
    "a turned line": "%e2%80%ae%e2%81%a6x",
    "a noncharacter": "%ef%bf%bf%ef%b7%90",
    "a long word": "x" * 10_000,
    "many words": "+".join(["x"] * 3000),
    "a huge number": str(2**70),
    "a number beyond bigint": str(2**63),
    "a bigint": str(2**63 - 1),
    "a number nobody writes": "9" * 5000,
    "a negative number": "-1",
    "other digits": "%d9%a3%d9%a3",
    "a superscript": "%c2%b2",
    "no number": "1e9",
    "a place far away": "99999999999999999-1",
    "a place beyond": "-1--1",
    "half a place": "1-",
    "a list": "circle-.unread.full",
    "another list": f"circle-{2**62}.all.full",
    "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
    "a path": "../../../../etc/passwd",
    "a pattern": "%25%27%22%5c%3b--",
    "a spelling of braces": "%7b%7bx%7d%7d%7b%25+x+%25%7d",
}
# What databases may take differently is tried on each, the rest on one.
TELLING = {
    *("a NUL", "a NUL within", "half a character", "a noncharacter", "a long word"),
    *("a huge number", "a number beyond bigint", "a bigint", "a negative number"),
}
EVERY = [pytest.param(what, marks=() if what in TELLING else pytest.mark.one_database) for what in NONSENSE]
ACTS = (
    *("pause", "retire", "back", "rename", "ask", "circle", "out", "in", "decline", "add"),
    *("try", "save", "again", "delete_back"),
)
FIELDS = """
    page before day show density in undo q circle state sort part invitation next hub.mode hub.topic
    hub.lease_seconds hub.challenge name title note reason act kind new_circle person pick all days url address
    addresses take here top from read keep theme face size measure timezone language login password username
    order place within saved why word mute back on with source until email password1 remember o p _popup
    feed__id__exact outcome health action _selected_action where who any all none in_title pattern term author
    least most acts tag again version entry person
"""


@pytest.fixture(autouse=True)
def unhurried() -> Iterator[None]:
    """Too many logins from one address are refused for a while."""
    cache.clear()
    yield


@pytest.fixture
def staff(nora: User) -> Client:  # noqa: F811
    """Nora, who has one of everything, as the administrator."""
    User.objects.filter(pk=nora.pk).update(is_staff=True, is_superuser=True)
    return visitor(nora)


def answered(client: Client, method: str, path: str, query: str, body: bytes = b"", **more: Any) -> Any:
    """What comes back; an exception in a view fails the test with its traceback."""
    return client.generic(method, path, body, "application/x-www-form-urlencoded", QUERY_STRING=query, **more)


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What is changed in here is as before afterwards, and who is logged in still is."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


@pytest.mark.parametrize("what", EVERY)
def test_nonsense_in_an_address(what: str, staff: Client) -> None:
    query = "&".join(f"{name}={NONSENSE[what]}" for name in FIELDS.split())
    for route in SHOWN:
        for client in (staff, Client()) if RULES[route] in ("anybody", "hub") else (staff,):
            with undone(client):
                response = answered(client, "GET", path_of(route), query)
            assert response.status_code != 500, route


@pytest.mark.parametrize("what", ["a NUL", "a long word", "a number nobody writes", "a number beyond bigint"])
def test_nonsense_in_the_administration(what: str, staff: Client) -> None:
    lists = [route for route in ADMINISTRATION if route.startswith(("admin/aggregator/", "admin/network/"))]
    for name in ("q", "o", "p", "all", "feed__id__exact", "health", "outcome", "_selected_action"):
        for route in (route for route in lists if route.count("/") == 3):
            response = answered(staff, "GET", path_of(route), f"{name}={NONSENSE[what]}")
            assert response.status_code != 500, (route, name)


@pytest.mark.parametrize("what", EVERY)
def test_nonsense_in_a_form(what: str, staff: Client) -> None:
    said = NONSENSE[what]
    for route in SHOWN:
        for act in ACTS if route.endswith(("act/", "people/", "answer/", "proposals/")) else (said,):
            fields = dict.fromkeys(FIELDS.split(), said) | {"act": act}
            body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
            for client in (staff, Client()) if RULES[route] == "anybody" else (staff,):
                with undone(client):
                    response = answered(client, "POST", path_of(route), "", body)
                assert response.status_code != 500, route


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 2**70, 10**25, "9" * 5000, "%00", "-1", "%d9%a3"])
def test_nonsense_for_a_number_in_a_path(number: object, staff: Client) -> None:
    for route in SHOWN:
        if "<int:pk>" in route or "<str:path>" in route:
            path = "/" + route.replace("<int:pk>", str(number)).replace("<str:path>", str(number))
            for method in ("GET", "POST"):
                response = staff.generic(method, unquote(path), b"", "application/x-www-form-urlencoded")
                assert response.status_code in (404, 405), (route, method)


# ---- text is text


MARKUP = "'\"><script>hit(1)</script><img src=x onerror=hit(1)>{{ 7 }}"
NOT_TEXT = {  # what is no text of strangers: addresses are checked where they come in, and HTML is cleaned there
    *("aggregator_entrybody.html", "aggregator_feed.url", "aggregator_feed.host", "network_user.password"),
    *("aggregator_hublease.path", "aggregator_poll.outcome", "aggregator_feed.window"),
}


def fill(row: Model) -> None:
    """Write markup into every column of text that nobody has checked when it came."""
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if (
            not isinstance(field, CharField | TextField)
            or field.choices
            or f"{row._meta.db_table}.{field.name}" in NOT_TEXT
        ):
            continue
        room = field.max_length or 1000
        values[field.name] = f"{row.pk}{MARKUP}"[:room] if room >= 60 else getattr(row, field.name)
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def test_text_is_text_on_every_page(staff: Client, nora: User) -> None:  # noqa: F811
    now = timezone.now()
    feed = Feed.objects.get(url=SECRET)
    Feed.objects.filter(pk=feed.pk).update(failing_since=now, failures=5, last_outcome="missing")
    Poll.objects.create(feed=feed, at=now, outcome="missing")
    Enclosure.objects.create(entry_id=numbers["entry"], url="https://x.example/a.mp3", type="audio/mpeg")
    Source.objects.filter(pk=numbers["source"]).update(state="retired")
    bad = {"line": 1, "text": MARKUP, "why": MARKUP}
    Import.objects.update(bad_lines=[bad], joined=1)
    Lookup.objects.update(candidates=[{"url": "https://x.example/" + MARKUP, "title": MARKUP, "kind": "blog"}])
    EntryBody.objects.update(terms=[MARKUP], extra={"comments": "https://x.example/" + MARKUP, "comments_count": 2})
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("aggregator", "network", "reading", "tending"):
            for row in model._base_manager.all():
                fill(row)
    seen = 0
    for route in (*SHOWN, *ADMINISTRATION):
        response = staff.get(path_of(route), {"density": "full", "state": "retired", "page": "1"})
        page = response.content.decode()
        if "export.md" in route or "export.jsonld" in route:  # files, which no browser runs
            assert response.headers["Content-Disposition"].startswith("attachment")
            assert response.headers["Content-Type"].startswith(("text/markdown", "application/ld+json"))
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            continue
        seen += "&lt;script&gt;hit(1)" in page
        assert "<script>hit" not in page and "<img src=x" not in page, route
    assert seen > 20


# ---- files


BOMB = b"""<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa">%s]>
<opml version="2.0"><body><outline text="&j;" xmlUrl="https://x.example/&j;"/></body></opml>""" % b"".join(
    b'<!ENTITY %c "%s">' % (b"abcdefghij"[n], b"&%c;" % b"abcdefghij"[n - 1] * 10) for n in range(1, 10)
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<opml version="2.0"><body><outline text="&x;" xmlUrl="https://x.example/feed"/></body></opml>"""
DEEP = b'<opml version="2.0"><body>' + b'<outline text="x">' * 100_000
FILES = {
    "eleven megabytes": b"https://x.example/feed\n" * (11 * 2**20 // 23),
    "five megabytes of nonsense": bytes(n * 7919 % 251 for n in range(2**16)) * 80,
    "five megabytes of brackets": b"<outline " * (5 * 2**20 // 9),
    "five megabytes of attributes": b"<opml><body><outline " + b'a="" ' * 2**20,
    "an XML bomb": BOMB,
    "a file of this machine": OUTSIDE,
    "a deep well": DEEP,
    "NULs": b"https://x.example/\0feed\n\0\0\0",
    "half a surrogate": b'<opml><body><outline text="\xed\xa0\x80" xmlUrl="https://x.example/\xed\xa0\x80"/></body></opml>',
    "UTF-16 cut short": '<opml><body><outline text="x"/>'.encode("utf-16")[:-1],
    "long names": b'<opml><body><outline text="%s" xmlUrl="https://x.example/f"/></body></opml>' % (b"x" * 10**6),
    "a long address": b"https://x.example/" + b"x" * 10**6,
    "nothing": b"",
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_nonsense(what: str, staff: Client, nora: User) -> None:  # noqa: F811
    file = SimpleUploadedFile("\u202elist\x00.opml" + "x" * 300, FILES[what])
    response = staff.post("/add/list/", {"file": file})
    if response.status_code == 422:  # the page again, with what is wrong beside the field
        assert 'id="file-error"' in response.content.decode()
        assert Source.objects.of(nora).count() == 1
    else:
        assert response.status_code == 303
        assert "aaaaaaaa" not in str(list(Arrival.objects.of(nora).values()))
        assert "root:" not in str(list(Person.objects.of(nora).values()))
    for path in ("/add/", "/roster/", "/river/", "/export/opml/"):
        assert staff.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/add/list/", "/accounts/login/", "/websub/x", "/no/such/page"])
def test_a_body_no_page_takes_is_refused_unread(path: str) -> None:
    class Unread(io.RawIOBase):
        def readinto(self, _buffer: object) -> int:
            raise AssertionError("it was read")

    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    for length in (13 * 2**20, 10**30):
        environ: Any = {"CONTENT_LENGTH": str(length), "wsgi.input": Unread()}
        assert client.generic("POST", path, b"x", "multipart/form-data; boundary=x", **environ).status_code == 413
