"""What a process keeps between pages is nobody's own: two members at once, in two languages, each get their own."""

from __future__ import annotations

import re
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connections
from django.test import Client, override_settings
from django.utils.translation import trans_real

from aggregator.models import Entry
from network import follow
from network.gathering import groups
from network.models import User
from network.views.settings import languages
from plnet.prepared import NUMBER
from reading.templatetags import rail
from tests.network.members import NOW, a_feed, a_member

pytestmark = pytest.mark.django_db(transaction=True)
GERMAN = {"River": "Fluss", "People": "Leute", "Circles": "Kreise", "Keep": "Behalten", "Retire": "Verabschieden"}
PAGES = ("/river/", "/people/", "/roster/", "/groups/", "/kept/", "/settings/", "/add/")


def a_catalogue(words: dict[str, str]) -> bytes:
    """A compiled catalogue, as gettext reads it (GNU gettext manual, 10.3)."""
    said = {"": "Content-Type: text/plain; charset=UTF-8\n"} | words
    pairs = [(key.encode() + b"\0", value.encode() + b"\0") for key, value in sorted(said.items())]
    at, tables, body = 28 + 16 * len(pairs), (list[int](), list[int]()), b""
    for n in (0, 1):
        for pair in pairs:
            tables[n].extend((len(pair[n]) - 1, at + len(body)))
            body += pair[n]
    head = (0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return struct.pack(f"<7I{4 * len(pairs)}I", *head, *tables[0], *tables[1]) + body


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    """A second language, in which a few words are known."""
    (folder := tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    (folder / "django.mo").write_bytes(a_catalogue(GERMAN))
    kept = dict(trans_real._translations)  # type: ignore[attr-defined]  # catalogues are read once a process
    trans_real._translations.clear()  # type: ignore[attr-defined]
    both = [("en", "English"), ("de", "Deutsch")]
    with override_settings(LANGUAGES=both, LOCALE_PATHS=[*project.LOCALE_PATHS, tmp_path]):
        trans_real.get_languages.cache_clear()
        assert [code for code, _ in languages()] == ["en", "de"]
        yield
    trans_real.get_languages.cache_clear()
    trans_real._translations.clear()  # type: ignore[attr-defined]
    trans_real._translations.update(kept)  # type: ignore[attr-defined]


@dataclass
class Visitor:
    """A member, and what stands on their pages and on no other's."""

    user: User
    mine: str
    theirs: str
    river: str
    html: str

    def read(self, pages: list[str], wrong: list[str]) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.user)
        for _ in range(6):
            for path in PAGES:
                page = client.get(path).content.decode()
                token = re.search(r'"X-CSRFToken": "(\w+)"', page)
                wrong += [f"{path}: {self.theirs}"] * (self.theirs in page)
                wrong += [f"{path}: not {each}" for each in (self.mine, self.river, self.html) if each not in page]
                wrong += [f"{path}: the place"] * (f'href="{path}" aria-current="page"' not in page)
                answer = client.post("/notices/seen/", headers={"X-CSRFToken": token[1] if token else ""})
                wrong += [f"{path}: the token"] * (answer.status_code != 303)
                pages.append(path)
        connections.close_all()


def a_reader(name: str, **likes: str) -> User:
    user = a_member(name, **likes)
    source = follow.follow(
        user.roster, a_feed(title=f"{name} reads"), NOW, name=f"whom {name} reads", circles=[name]
    )
    Entry.objects.create(feed=source.feed, uid=name, title=f"{name} an entry", sorted_at=NOW, arrived_at=NOW)
    groups.make(user, f"the group of {name}", NOW)
    return user


@pytest.mark.usefixtures("german")
def test_two_members_at_once_get_their_own_frame_language_theme_and_token() -> None:
    nora = a_reader("zqnora", language="en", theme="dark", timezone="Asia/Tokyo")
    otto = a_reader("zqotto", language="de", theme="sepia", timezone="America/Lima")
    visitors = [
        Visitor(nora, "zqnora", "zqotto", "River</a>", '<html lang="en" data-theme="dark">'),
        Visitor(otto, "zqotto", "zqnora", "Fluss</a>", '<html lang="de" data-theme="sepia">'),
    ]
    pages, wrong = list[str](), list[str]()
    threads = [threading.Thread(target=each.read, args=(pages, wrong)) for each in visitors * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, len(pages)) == ([], 4 * 6 * len(PAGES))


def test_a_query_kept_by_the_process_is_asked_with_another_number_each_time() -> None:
    nora, otto = a_reader("zqnora"), a_reader("zqotto")
    for user in (nora, otto, nora):
        lists = rail.lists_of(user)
        assert [each.name for each in lists.circles] == [user.username]
        assert [each.name for each in lists.groups] == [f"the group of {user.username}"]
    assert rail._lists(NUMBER) == []
