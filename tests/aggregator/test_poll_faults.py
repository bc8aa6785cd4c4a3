"""The database goes away in the middle of a drain: the next one goes on, and nothing is lost or doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connection

from aggregator import poll
from aggregator.models import Entry, EntryBody, Feed
from aggregator.poll import Tally
from tests.aggregator.days import START, Days
from tests.aggregator.feeds import a_feed
from tests.web import Web

pytestmark = pytest.mark.django_db(transaction=True)
FEEDS = 60
RSS = """<rss version="2.0"><channel><title>Ann</title><item><guid>1</guid><title>One</title><description>Words
</description></item><item><guid>2</guid><title>Two</title></item></channel></rss>"""


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any) -> Iterator[None]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0
    yield
    poll.close()


@pytest.fixture
def days(web: Web) -> Days:
    """Feeds that are all due."""
    web.page("/feed", RSS)
    for n in range(FEEDS):
        a_feed(web.url("/feed", host=f"127.0.0.{n + 2}"), next_poll_at=START, created_at=START)
    return Days(web)


def lost_connection() -> None:
    """The server ends all our connections, as when it is restarted."""
    said = connection.get_connection_params()
    with psycopg.connect(host=said["host"], port=said["port"], user=said["user"], dbname="postgres") as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        )


class Locked:
    """Another process writes to our SQLite file and does not end."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        self.other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        self.other.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self.other.execute("ROLLBACK")
        self.other.close()


def everything_is_there_once(days: Days) -> None:
    """The next drains finish: at once what was not claimed, after its lease what was."""
    close_old_connections()  # as Celery does between two tasks
    days.poll()
    days.on(minutes=2, seconds=1)
    days.poll()
    assert Entry.objects.count() == EntryBody.objects.count() == 2 * FEEDS
    assert Feed.objects.filter(lease="", last_ok_at__isnull=False, attempts=0, failures=0).count() == FEEDS
    hosts = [request.host for request in days.asked]
    assert len(set(hosts)) == FEEDS
    days.on(minutes=50)
    days.poll()
    assert len(days.asked) == len(hosts)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL as the database")
def test_connections_that_are_ended_in_the_middle(days: Days) -> None:
    stored: list[int] = []

    def after_the_first_group(tally: Tally) -> None:
        if not stored and tally.entries_new:
            stored.append(tally.entries_new)
            lost_connection()

    with pytest.raises(OperationalError):
        poll.run(10, clock=days.clock, watch=after_the_first_group)
    assert 0 < stored[0] < 2 * FEEDS
    everything_is_there_once(days)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL as the database")
def test_connections_that_are_ended_between_drains(days: Days) -> None:
    days.poll()
    lost_connection()
    everything_is_there_once(days)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="needs SQLite as the database")
def test_a_file_somebody_else_holds_in_the_middle(days: Days) -> None:
    lock = Locked()
    held: list[int] = []

    def after_the_first_group(tally: Tally) -> None:
        if not held and tally.entries_new:
            held.append(tally.entries_new)
            lock.__enter__()

    with pytest.raises(OperationalError, match="locked"):
        poll.run(10, clock=days.clock, watch=after_the_first_group)
    lock.__exit__()
    everything_is_there_once(days)
