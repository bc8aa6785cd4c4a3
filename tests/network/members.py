"""Members with rosters, and feeds on them, for tests of the network."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.test import Client

from aggregator.models import Feed
from network import follow
from network.models import Roster, Source, User

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
numbers = count(1)


def a_member(name: str = "nora", **more: Any) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "kelp and ferries", **more)
    Roster.objects.create(owner=user)
    return user


def a_feed(**columns: Any) -> Feed:
    """A feed nobody has asked for yet."""
    n = next(numbers)
    usual = {
        "url": f"https://blog{n}.example/feed",
        "host": f"blog{n}.example",
        "created_at": NOW,
        "next_poll_at": NOW,
    }
    return Feed.objects.create(**(usual | columns))


def a_source(user: User, feed: Feed | None = None, **more: Any) -> Source:
    return follow.follow(user.roster, feed or a_feed(title="A blog"), NOW, **more)


def visit(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
