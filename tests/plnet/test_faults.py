"""Stopped and killed in the middle of a drain: nothing lost, nothing doubled, nobody asked twice."""

import os
import resource
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.plnet.running import Running, until
from tests.web import Reply, Web

FEED = """<rss version="2.0"><channel><title>{name}</title><link>http://{name}.example/</link>
<item><guid>{name}-1</guid><title>First of {name}</title><description>Words</description></item>
<item><guid>{name}-2</guid><title>Second of {name}</title><description>Words</description></item></channel></rss>"""
ADD = """
from django.utils import timezone
from aggregator.feeds import remember_many
from aggregator.models import Feed
remember_many({urls!r}, timezone.now())
Feed.objects.update(subscribers=1, next_poll_at=timezone.now())
"""
AN_HOUR_LATER = """
from django.utils import timezone
from aggregator.models import Feed
Feed.objects.update(next_poll_at=timezone.now())
"""
GOOD = [f"127.0.0.{n}" for n in range(2, 8)]
HANGS = "127.0.0.9"
UNDONE = "FROM aggregator_feed WHERE last_ok_at IS NULL"
BEAT = "SELECT at FROM aggregator_heartbeat WHERE name = 'drain'"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the first start makes it."""
    made = tmp_path_factory.mktemp("prepared")
    Running(made).manage("prepare")
    return made


@pytest.fixture
def plnet(prepared: Path, tmp_path: Path, web: Web) -> Running:
    """One that follows six good feeds and one that accepts and never answers, not yet started."""
    for host in GOOD:
        web.page("/feed", FEED.format(name=host), host=host)
    web.answer("/feed", lambda _request: Reply(hang=True), host=HANGS)
    urls = [web.url("/feed", host=host) for host in (*GOOD, HANGS)]
    ports = ",".join({url.rpartition(":")[2].partition("/")[0] for url in urls})
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    running = Running(tmp_path, PLNET_ALLOW_PRIVATE_ADDRESSES="1", PLNET_EXTRA_PORTS=ports)
    running.manage("shell", "-v0", "-c", ADD.format(urls=urls))
    return running


def rows(data: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "plnet.sqlite3")) as connection:
        return connection.execute(question).fetchall()


def stored(data: Path) -> int:
    return int(str(rows(data, "SELECT count(*) FROM aggregator_entry")[0][0]))


def test_sigterm_in_the_middle_of_a_drain_gives_back_what_is_out(plnet: Running, tmp_path: Path, web: Web) -> None:
    with plnet:
        until(lambda: stored(tmp_path) == 12 and len(web.asked("/feed")) == 7, "the good are stored, one hangs")
        began = time.monotonic()
        assert plnet.end(signal.SIGTERM) == 0
        assert time.monotonic() - began < 10
        assert not any("Traceback" in line or "was killed;" in line for line in plnet.said)
    assert rows(tmp_path, f"SELECT lease, attempts, failures {UNDONE}") == [("", 0, 0)]


def test_a_drain_killed_in_the_middle_loses_and_doubles_nothing(plnet: Running, tmp_path: Path, web: Web) -> None:
    with plnet:
        until(lambda: stored(tmp_path) == 12 and len(web.asked("/feed")) == 7, "the good are stored, one hangs")
        drain = plnet.processes("celery")[1]
        os.kill(drain, signal.SIGKILL)
        until(lambda: drain not in plnet.processes("celery") and len(plnet.processes("celery")) == 2, "replaced")
        beat = rows(tmp_path, BEAT)
        until(lambda: rows(tmp_path, BEAT) != beat, "the next drain")
        assert plnet.get("/healthz")[0] == 200
    assert stored(tmp_path) == 12
    assert len(web.asked("/feed")) == 7  # the lease of the one that hung still stands, the others are not due
    assert rows(tmp_path, f"SELECT attempts {UNDONE}") == [(1,)]


def let_grow(running: Running, most: int) -> None:
    """No file may grow beyond `most` bytes: what a full disk is to a program that writes."""
    for pid in running.processes():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def test_on_a_full_disk_nothing_is_half_written_and_with_room_it_goes_on(
    plnet: Running, tmp_path: Path, web: Web
) -> None:
    for host in GOOD:
        web.page("/feed", FEED.format(name=host).replace("Words", "Words. " * 30_000), host=host)
    plnet.manage("shell", "-v0", "-c", "from aggregator.models import Feed; Feed.objects.update(next_poll_at=None)")
    with plnet:
        until(lambda: plnet.get("/healthz")[0] == 200, "all is well")
        let_grow(plnet, 128 * 1024)
        plnet.manage("shell", "-v0", "-c", AN_HOUR_LATER)
        plnet.says("django.db.utils.OperationalError")
        assert stored(tmp_path) == 0
        let_grow(plnet, resource.RLIM_INFINITY)
        plnet.manage("shell", "-v0", "-c", AN_HOUR_LATER)
        until(lambda: stored(tmp_path) == 12, "all are stored")
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path, "SELECT count(*) FROM aggregator_entrybody") == [(12,)]
