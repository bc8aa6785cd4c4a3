"""manage.py up: started, killed, stopped and started again, with real processes and real signals."""

import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.plnet.running import Running, lives, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def plnet(data: Path) -> Iterator[Running]:
    with Running(data, PLNET_WORKER_NICE="3") as running:
        yield running.served()


def beat(data: Path) -> list[tuple[str]]:
    """When polling last said that it lives."""
    with closing(sqlite3.connect(data / "plnet.sqlite3")) as connection:
        return connection.execute("SELECT at FROM aggregator_heartbeat WHERE name = 'drain'").fetchall()


def test_all_is_well_after_the_first_tick(plnet: Running) -> None:
    until(
        lambda: plnet.get("/healthz") == (200, "web: ok\ndisk: ok\nbroker: ok\ndatabase: ok\nworker: ok\n"), "well"
    )


def test_it_takes_five_processes(plnet: Running) -> None:
    parts = ("plnet.supervise", "granian", "celery")
    until(lambda: [len(plnet.processes(part)) for part in parts] == [1, 2, 2], "one supervisor, two pairs")


def test_whoever_polls_gives_way_to_whoever_reads(plnet: Running) -> None:
    niceness = {
        part: [os.getpriority(os.PRIO_PROCESS, p) for p in plnet.processes(part)] for part in ("granian", "celery")
    }
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert niceness == {"granian": [ours] * 2, "celery": [ours + 3] * 2}


def test_a_second_one_on_the_same_data_is_refused_in_a_sentence(plnet: Running, data: Path) -> None:
    with Running(data) as second:
        second.says(f"plnet is already running on {data} (process {plnet.process.pid}).")
        assert second.process.wait(10) == 1


def test_a_port_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    second = Running(tmp_path)
    with socket.create_server(("127.0.0.1", second.port)), second:
        second.says(f"Cannot serve on 127.0.0.1 port {second.port}: Address already in use.")
        assert second.process.wait(10) == 1
    assert not any("Traceback" in line for line in second.said)


def test_a_killed_web_server_is_started_again_without_orphans(plnet: Running) -> None:
    before = plnet.processes("granian")
    os.kill(before[0], signal.SIGKILL)
    plnet.says("The web server was killed (SIGKILL); starting it again")
    until(lambda: not any(lives(pid) for pid in before), "no orphan")
    until(lambda: plnet.get("/healthz")[0] == 200, "served again")


def test_a_killed_web_process_is_started_again(plnet: Running) -> None:
    until(lambda: len(plnet.processes("granian")) == 2, "both processes")
    os.kill(plnet.processes("granian")[1], signal.SIGKILL)
    plnet.says("The web server ended by itself")
    until(lambda: plnet.get("/healthz")[0] == 200, "served again")


def test_a_killed_worker_is_started_again_without_orphans(plnet: Running) -> None:
    until(lambda: len(plnet.processes("celery")) == 2, "both processes")
    before = plnet.processes("celery")
    os.kill(before[0], signal.SIGKILL)
    plnet.says("The worker was killed (SIGKILL); starting it again")
    until(lambda: not any(lives(pid) for pid in before), "no orphan")
    until(lambda: len(plnet.processes("celery")) == 2, "started again")


def test_a_child_of_the_worker_killed_while_it_waits_is_replaced_by_one_that_works(
    plnet: Running, data: Path
) -> None:
    until(lambda: len(plnet.processes("celery")) == 2, "both processes")
    worker, child = plnet.processes("celery")
    before = beat(data)
    until(lambda: beat(data) != before, "a drain")
    time.sleep(0.3)  # it is over by now, the next is more than a second away
    os.kill(child, signal.SIGKILL)
    until(lambda: child not in plnet.processes("celery") and len(plnet.processes("celery")) == 2, "replaced")
    assert plnet.processes("celery")[0] == worker
    before = beat(data)
    until(lambda: beat(data) != before, "the next child drains")


def test_sigterm_ends_everything_within_ten_seconds(plnet: Running) -> None:
    everything, said = plnet.processes(), len(plnet.said)  # a worker killed at its work, above, had a Traceback
    began = time.monotonic()
    assert plnet.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    until(lambda: not any(lives(pid) for pid in everything), "no orphan")
    assert not any("Traceback" in line or "was killed;" in line for line in plnet.said[said:]), "".join(plnet.said)


def test_the_second_start_prepares_nothing_and_finds_all_as_it_was(plnet: Running, data: Path) -> None:
    assert any("Preparing the database" in line for line in plnet.said)
    assert any("Collecting static files" in line for line in plnet.said)
    secret = (data / "secret_key").read_text()
    with Running(data) as again:
        again.served()
        assert [line for line in again.said if "Preparing" in line or "Collecting" in line] == []
        assert again.end(signal.SIGINT) == 0
    assert (data / "secret_key").read_text() == secret


def test_nothing_outlives_a_killed_supervisor_and_its_place_is_free_at_once(data: Path) -> None:
    with Running(data) as first:
        first.served()
        until(lambda: len(first.processes()) == 5, "all have started")
        everything = first.processes()
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
        until(lambda: not any(lives(pid) for pid in everything), "no orphan")
    with Running(data) as second:
        second.served()


def test_messages_of_an_earlier_run_are_thrown_away(data: Path) -> None:
    left = data / "broker" / "1_a.celery.msg"
    left.write_text("half a mess")
    (data / "broker" / "control" / "celery.exchange").write_text("")
    with Running(data) as running:
        running.served()
        assert not left.exists()
        until(lambda: "worker: ok" in running.get("/healthz")[1], "the worker lives")
