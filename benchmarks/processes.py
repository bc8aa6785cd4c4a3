"""What processes cost: CPU and memory of whole families of them, as Linux counts (proc(5))."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds; proc counts no finer


@dataclass(frozen=True, slots=True)
class Stat:
    """One line of /proc/<pid>/stat, as far as it is needed."""

    pid: int
    parent: int
    own: float  # seconds of user and system CPU of the process itself
    ended: float  # of its children that have ended and were waited for, and theirs


def stat(pid: int) -> Stat | None:
    """None when the process is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()  # the name before it may hold anything
    own, ended = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return Stat(pid, int(fields[1]), own * TICK, ended * TICK)


def family(roots: Iterable[int]) -> dict[int, Stat]:
    """These processes and everything that descends from them."""
    pids = [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]
    everybody = {each.pid: each for pid in pids if (each := stat(pid))}
    children: dict[int, list[int]] = {}
    for each in everybody.values():
        children.setdefault(each.parent, []).append(each.pid)
    found: dict[int, Stat] = {}
    waiting = [pid for pid in roots if pid in everybody]
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found[pid] = everybody[pid]
            waiting += children.get(pid, [])
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system CPU of a family until now, members that have ended included.

    A difference of two is right to about one tick (10 ms) a process.
    """
    return sum(each.own + each.ended for each in family(roots).values())


def machine_seconds() -> float:
    """CPU time of everything that ran on this machine until now; idling and waiting for disks are not in it."""
    user, nice, system, _idle, _wait, *interrupts = (PROC / "stat").read_text().splitlines()[0].split()[1:8]
    return TICK * sum(map(int, (user, nice, system, *interrupts)))


def memory(roots: Iterable[int]) -> dict[str, tuple[int, int]]:
    """(PSS, RSS) in bytes by process, named by pid and program. PSS can be summed: common pages are shared out."""
    found = {}
    for pid in family(roots):
        try:
            rollup = (PROC / str(pid) / "smaps_rollup").read_text()
            program = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        kilobytes = {line.split()[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
        found[f"{pid} {program.strip()}"] = (kilobytes.get("Pss:", 0) * 1024, kilobytes.get("Rss:", 0) * 1024)
    return found


@dataclass
class Peak:
    """The most memory a family had at once, looked at twice a second."""

    roots: list[int]
    pss: int = 0
    rss: int = 0
    by_process: dict[str, tuple[int, int]] = field(default_factory=dict)  # at the peak

    def look(self) -> None:
        now = memory(self.roots)
        pss = sum(each[0] for each in now.values())
        self.rss = max(self.rss, sum(each[1] for each in now.values()))
        if pss > self.pss:
            self.pss, self.by_process = pss, now


@contextmanager
def watched(roots: list[int], seconds: float = 0.5) -> Iterator[Peak]:
    """Look at the family's memory again and again until the block ends."""
    peak, over = Peak(roots), threading.Event()

    def look_again() -> None:
        peak.look()
        while not over.wait(seconds):
            peak.look()

    watcher = threading.Thread(target=look_again)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
