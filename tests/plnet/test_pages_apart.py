"""What a process keeps between pages is nobody's own: two members at once, in two languages, each get their own."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

import pytest
from django.db import connections
from django.test import Client

from aggregator.models import Entry
from network import follow
from network.gathering import groups
from network.models import User
from plnet.prepared import NUMBER
from reading.templatetags import rail
from tests.network.members import NOW, a_feed, a_member

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/river/", "/people/", "/roster/", "/groups/", "/kept/", "/settings/", "/add/")


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
