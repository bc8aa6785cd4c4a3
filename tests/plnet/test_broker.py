"""Messages as files: whole, once, oldest first, and not waited for by a worker that is to stop."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from plnet import broker
from tests.plnet.running import HERE


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Any]:
    broker.prepare(tmp_path)
    folders = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection(
        "filesystem://x//", transport="plnet.broker:Transport", transport_options=folders
    ) as connection:
        yield connection.channel()


def test_the_oldest_message_is_taken_first_and_once(channel: Any, tmp_path: Path) -> None:
    for number in (1, 2):
        channel._put("celery", {"n": number})
    assert [channel._get("celery")["n"], channel._get("celery")["n"]] == [1, 2]
    with pytest.raises(Empty):
        channel._get("celery")
    assert list(tmp_path.glob("*.*")) == []


def test_a_message_is_for_its_queue_alone(channel: Any) -> None:
    channel._put("other", {"n": 1})
    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._get("other") == {"n": 1}


def test_a_message_still_being_written_is_not_seen(channel: Any, tmp_path: Path) -> None:
    (tmp_path / "1_x.celery.new").write_text('{"n"')
    with pytest.raises(Empty):
        channel._get("celery")


def test_what_an_earlier_run_left_is_cleared(tmp_path: Path) -> None:
    broker.prepare(tmp_path)
    for name in ("1_x.celery.msg", "1_x.celery.new", "1_x.celery.taken", "control/celery.exchange"):
        (tmp_path / name).write_text("")
    broker.prepare(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["control"]


def test_who_is_to_stop_waits_for_no_message(tmp_path: Path) -> None:
    code = f"""
from kombu import Connection
from aggregator import stopping
from plnet import broker
from pathlib import Path
here = {str(tmp_path)!r}
broker.prepare(Path(here))
folders = dict(data_folder_in=here, data_folder_out=here, control_folder=here + "/control")
with Connection("filesystem://x//", transport="plnet.broker:Transport", transport_options=folders) as connection:
    stopping.request()
    try:
        connection.drain_events(timeout=3600)
    except TimeoutError:
        print("did not wait")
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, timeout=60)
    assert run.stdout == "did not wait\n", run.stderr
