"""A whole plnet run as people run it: `manage.py up` in a process of its own, on a data directory of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).resolve().parents[2]
PATIENCE = 40.0  # seconds; only how long a failing test takes


class Running:
    """`with Running(tmp_path) as plnet:` — started and served; ended with SIGTERM if it still runs."""

    def __init__(self, data: Path, *, command: tuple[str, ...] = (), **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = {"PLNET_DATA_DIR": str(data), "PLNET_WORKER_NICE": "0"}  # other tests keep the machine busy
        self.environment = {**clean_environment(), **ours, **environment}
        self.command = command or ("manage.py", "up", "--port", str(self.port))
        self.said: list[str] = []
        self.heard = threading.Condition()

    def __enter__(self) -> Running:
        self.process = subprocess.Popen(
            [sys.executable, *self.command],
            cwd=HERE,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        if kind is not None:
            print("".join(self.said))

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.heard:
                self.said.append(line)
                self.heard.notify_all()

    def says(self, words: str, times: int = 1) -> None:
        """Wait until it has said so."""
        with self.heard:
            if not self.heard.wait_for(lambda: sum(words in line for line in self.said) >= times, PATIENCE):
                raise AssertionError(f"did not say {words!r} but:\n{''.join(self.said)}")

    def served(self) -> Running:
        self.says("plnet is at")
        return self

    def get(self, path: str, *, accept: str = "*/*") -> tuple[int, str]:
        """Status and text; 0 when nobody answers."""
        request = urllib.request.Request(self.url + path, headers={"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def manage(self, *arguments: str) -> str:
        """Run another command on the same data; what it printed."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=HERE,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def processes(self, part: str = "") -> list[int]:
        """All its processes whose command line has `part` in it, parents first."""
        return [pid for pid in tree(self.process.pid) if part in command_line(pid)]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def clean_environment() -> dict[str, str]:
    """This process's environment without what belongs to these tests' own Django."""
    ours = ("PLNET_", "DJANGO_", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from tree(int(child))


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def lives(pid: int) -> bool:
    """Whether the process runs (one that waits to be collected does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(true: Callable[[], bool], what: str) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"not so after {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)
