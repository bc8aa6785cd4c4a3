"""Keeps the web server and the worker alive: starts them, starts them again when they die, ends them together.

`manage.py up` prepares everything and then becomes this program, which imports no Django and so stays small.
It sleeps until a child or a signal wakes it.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from plnet.orphans import die_with_parent

STOP_SECONDS = 8.0  # from the order to stop until whoever is left is killed
SOON = 10.0  # whoever dies within so many seconds of its start has not been well at all
LONGEST_PAUSE = 30.0
WEB_MEGABYTES = 400  # a web process that has grown beyond is replaced, without a request lost


@dataclass
class Child:
    """One program kept running, at the head of its own process group, so that all it started can be ended."""

    name: str
    argv: Sequence[str]
    nice: int = 0  # how much it gives way to others
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0  # when to start it again
    quick_deaths: int = 0

    def start(self, now: float) -> None:
        parent = os.getpid()
        self.started = now
        self.process = subprocess.Popen(  # noqa: S603  our own programs
            self.argv,
            start_new_session=True,  # so that Ctrl-C in the terminal reaches the supervisor alone
            preexec_fn=lambda: self.be_born(parent),  # safe: this program has one thread
        )

    def be_born(self, parent: int) -> None:
        """In the new process, before its program begins."""
        die_with_parent(parent)
        if self.nice:
            give_way(self.nice)

    def look(self, now: float) -> None:
        """Start it if it is time to; if it has died, clean up behind it and say when it starts again."""
        if self.process is None:
            if now >= self.start_at:
                self.start(now)
            return
        if self.process.poll() is None:
            return
        how = ending(self.process.returncode)
        self.signal(signal.SIGKILL)  # what it left behind
        self.process = None
        self.quick_deaths = self.quick_deaths + 1 if now - self.started < SOON else 0
        pause = min(2.0 ** (self.quick_deaths - 1), LONGEST_PAUSE) if self.quick_deaths else 0.0
        self.start_at = now + pause
        say(f"The {self.name} {how}; starting it again" + (f" in {pause:.0f} s." if pause else "."))
        if not pause:
            self.start(now)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and all it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


@dataclass
class Supervisor:
    """All children, and the pipe through which signals wake it."""

    children: list[Child]
    url: str
    probe: tuple[str, int]  # where to look whether pages are served
    asked_to_stop: bool = False
    announced: bool = False
    pipe: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def run(self) -> int:
        """Until SIGTERM or SIGINT; the exit code."""
        self.listen()
        while not self.asked_to_stop:
            now = time.monotonic()
            for child in self.children:
                child.look(now)
            self.announce()
            self.sleep(self.pause(now))
        return self.stop()

    def listen(self) -> None:
        for end in self.pipe:
            end.setblocking(False)
        signal.set_wakeup_fd(self.pipe[1].fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.heard)

    def heard(self, number: int, _frame: object) -> None:
        self.asked_to_stop |= number != signal.SIGCHLD

    def pause(self, now: float) -> float | None:
        """Seconds to sleep; None until a signal comes."""
        if not self.announced:
            return 0.1
        waits = [child.start_at - now for child in self.children if child.process is None]
        return max(0.0, min(waits)) if waits else None

    def sleep(self, seconds: float | None) -> None:
        if select.select([self.pipe[0]], [], [], seconds)[0]:
            self.pipe[0].recv(4096)

    def announce(self) -> None:
        if not self.announced and serves(self.probe):
            self.announced = True
            say(f"plnet is at {self.url} (Ctrl-C ends it)")

    def stop(self) -> int:
        """End all children: kindly, then, when the time is over or the order is repeated, by force."""
        say("Ending what is in hand …")
        self.asked_to_stop = False
        for child in self.children:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while self.running() and not self.asked_to_stop and time.monotonic() < deadline:
            self.sleep(deadline - time.monotonic())
        for child in self.running():
            say(f"The {child.name} did not end by itself and was killed; nothing is lost.")
        for child in self.children:
            child.signal(signal.SIGKILL)
        say("Ended.")
        return 0

    def running(self) -> list[Child]:
        return [child for child in self.children if child.process is not None and child.process.poll() is None]


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended by itself (exit code {code})"


def serves(address: tuple[str, int]) -> bool:
    """Whether pages are answered there, whatever they say."""
    try:
        with socket.create_connection(address, timeout=1) as connection:
            connection.sendall(b"GET /healthz?part=web HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def give_way(nice: int) -> None:
    """Lower this process's claim on the processors, and where Linux weighs sessions first, its session's.

    sched(7), "The autogroup feature": with it niceness alone counts only among the processes of one session.
    """
    os.nice(nice)
    with suppress(OSError):  # no such feature here
        Path("/proc/self/autogroup").write_text(str(nice))


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def web(host: str, port: int, threads: int) -> Child:
    """The web server: one process, a few threads."""
    options = ["--host", host, "--port", str(port), "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    options += ["--workers", "1", "--blocking-threads", str(threads), "--backlog", "256"]
    options += ["--workers-max-rss", str(WEB_MEGABYTES), "--workers-kill-timeout", "5s"]
    return Child("web server", [sys.executable, "-m", "granian", *options, "plnet.wsgi:application"])


def worker(nice: int) -> Child:
    """One Celery worker with the bell in it; it talks to no other worker, and `up` has checked all it would."""
    options = ["worker", "--bell", "--pool", "prefork", "--concurrency", "1"]
    options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    program = [sys.executable, "-m", "celery", "--quiet", "--skip-checks", "--app", "plnet.celery"]
    return Child("worker", [*program, *options], nice=nice)


def main() -> int:
    parser = argparse.ArgumentParser(prog="plnet.supervise", description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--url", required=True, help="what to tell people")
    parser.add_argument("--threads", type=int, default=4, help="requests answered at once")
    parser.add_argument("--worker-nice", type=int, default=0, help="how far the worker gives way to who reads")
    arguments = parser.parse_args()
    # fewer memory pools for threads that mostly wait: a third less memory
    os.environ.update({"MALLOC_ARENA_MAX": "2", "SUPERVISED_BY_PLNET": "1"})
    here = "127.0.0.1" if arguments.host in ("0.0.0.0", "::") else arguments.host  # noqa: S104  compared, not bound
    children = [web(arguments.host, arguments.port, arguments.threads), worker(arguments.worker_nice)]
    return Supervisor(children, arguments.url, (here, arguments.port)).run()


if __name__ == "__main__":
    sys.exit(main())
