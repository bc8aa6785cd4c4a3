"""What a measurement was made on."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import database, processes
from .stage import ROOT

CORES = len(os.sched_getaffinity(0))


@contextmanager
def watched(data: Path, base: database.Database) -> Iterator[dict[str, str]]:
    """The machine's facts; when the block ends also how much of it others took meanwhile."""
    found = facts(data, base)
    ours = [os.getpid(), *([base.pid] if base.pid else [])]
    begun, before = time.monotonic(), processes.machine_seconds() - processes.cpu_seconds(ours)
    yield found
    others = processes.machine_seconds() - processes.cpu_seconds(ours) - before
    found["taken by others meanwhile"] = f"{max(0.0, others / CORES / (time.monotonic() - begun)):.0%}"


def facts(data: Path, base: database.Database) -> dict[str, str]:
    """What does not change while one measures."""
    name = base.one("SHOW server_version") if base.url else ""
    return {
        "plnet": commit(),
        "processor": f"{processor()}, {CORES} cores",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "database": f"PostgreSQL {name}" if name else f"SQLite {sqlite3.sqlite_version}",
        "data on": "a RAM disk" if filesystem(data) in ("tmpfs", "ramfs") else filesystem(data),
    }


def commit() -> str:
    """Which state of the program this is."""
    said = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return said.stdout.strip() or "of no known commit"


def processor() -> str:
    """The processor's name as Linux gives it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def filesystem(path: Path) -> str:
    """What kind of file system a directory is on: that of the longest mount point above it."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    above = [(point, kind) for point, kind in mounts if path.resolve().is_relative_to(point)]
    return max(above, key=lambda mount: len(mount[0]))[1]
