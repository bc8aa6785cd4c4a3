"""Every page there is, taken from the table of permissions: nothing hinders, nothing runs over, thumbs find all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from network.models import Group, User
from tests.browser.hindrances import on_all
from tests.test_permissions import (  # noqa: F401  a fixture
    RULES,
    SHOWN,
    nora,
    numbers,
    path_of,
    theirs,
    visitor,
)

pytestmark = pytest.mark.django_db(transaction=True)
NO_PAGES = (204, 301, 302, 303, 405)  # what only changes something, or leads on
REFUSED = ("groups/join/<str:code>/",)  # pages though they say no


@pytest.fixture
def chief(nora: User) -> User:  # noqa: F811
    """Nora, who has one of everything, as the administrator; her group is public."""
    cache.clear()  # too many logins from one address are refused for a while
    User.objects.filter(pk=nora.pk).update(is_staff=True, is_superuser=True)
    Group.objects.filter(pk=theirs["group"]).update(public=True)
    return nora


def addresses() -> Iterator[tuple[str, str]]:
    """Every route as the address of Nora's thing, and of the group's where a group has such things."""
    slug = Group.objects.get(pk=theirs["group"]).slug
    for route in (route for route in SHOWN if RULES[route] != "hub"):
        if route != "accounts/logout/":  # tests/browser/test_accessibility.py
            yield route, path_of(route).replace("/g/nonsense/", f"/g/{slug}/")
        thing, _, how = RULES[route].partition(" ")
        if how and theirs.get(thing, numbers[thing]) != numbers[thing]:
            yield route, path_of(route, of=theirs)


def pages(user: User) -> list[str]:
    """Those that are pages. A route that answers otherwise than this knows has to be thought of."""
    client, found = visitor(user), []
    for route, path in addresses():
        answer = client.get(path)
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        if html and (answer.status_code == 200 or route in REFUSED):
            found.append(path)
        else:
            known = answer.status_code in NO_PAGES or not html or "nonsense" in path
            assert known or path.startswith("/accounts/"), (path, answer)
    return found


@pytest.mark.parametrize("part", range(4))
def test_nothing_hinders_on_any_page(chief: User, visit: Any, part: int) -> None:
    every = pages(chief)
    assert len(every) > 70
    page, errors = visit(chief, "/more/"), list[str]()
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    found = on_all(page, every[part::4]) + errors
    assert not found, "\n".join(dict.fromkeys(found))
