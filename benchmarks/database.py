"""The program's database as somebody else sees it: a few plain questions, and the wish that feeds be due."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

LONG_AGO = "2000-01-01 00:00:00"  # read alike by both databases
NEVER = "2999-01-01 00:00:00"
WAITING = f"""
    SELECT EXISTS (SELECT 1 FROM aggregator_feed
                   WHERE state = 'active' AND subscribers > 0 AND next_poll_at <= '{LONG_AGO}')
        OR EXISTS (SELECT 1 FROM aggregator_feed WHERE lease <> '')
"""
LEFT = f"SELECT count(*) FROM aggregator_feed WHERE lease <> '' OR next_poll_at <= '{LONG_AGO}'"


@dataclass
class Database:
    """A connection of our own beside the program's."""

    connection: Any
    url: str = ""  # for the program; empty for SQLite in its data directory
    pid: int | None = None  # of the PostgreSQL server, if it is ours to count

    def one(self, query: str) -> Any:
        """The first column of the first row."""
        return self.connection.execute(query).fetchone()[0]

    def hold(self) -> None:
        """Nothing is due until somebody says so, neither feeds nor their sites' icons."""
        self.connection.execute(f"UPDATE aggregator_feed SET next_poll_at = '{NEVER}'")
        self.connection.execute(
            f"INSERT INTO aggregator_heartbeat (name, at, detail) VALUES ('icons', '{NEVER}', '')"
        )

    def ask_for_icons(self) -> None:
        """The sites' icons are wanted now."""
        self.connection.execute("DELETE FROM aggregator_heartbeat WHERE name = 'icons'")

    def has_icons(self) -> bool:
        """Whether every site was asked for its icon."""
        return bool(self.one("SELECT count(*) > 0 AND count(*) = count(asked_at) FROM aggregator_icon"))

    def is_drained(self) -> bool:
        """Whether the worker has been at work at all."""
        return bool(self.one("SELECT count(*) FROM aggregator_heartbeat WHERE name = 'drain'"))

    def make_due(self) -> None:
        """Every feed is due, the manners towards hosts aside."""
        self.connection.execute(f"UPDATE aggregator_feed SET next_poll_at = '{LONG_AGO}' WHERE state = 'active'")

    def is_done(self) -> bool:
        """Whether nothing that make_due asked for is waiting or being visited."""
        return not self.one(WAITING)

    def left(self) -> int:
        """How many feeds are waiting or being visited."""
        return int(self.one(LEFT))

    def entries(self) -> tuple[int, int]:
        """How many entries are stored, and how many different ones."""
        return int(self.one("SELECT count(*) FROM aggregator_entry")), int(
            self.one("SELECT count(*) FROM (SELECT DISTINCT feed_id, link FROM aggregator_entry) AS different")
        )


def sqlite(data: Path) -> Database:
    """The SQLite file of a data directory; the program has made it."""
    return Database(sqlite3.connect(data / "plnet.sqlite3", timeout=30, isolation_level=None))


@contextmanager
def postgres(folder: Path, port: int) -> Iterator[str]:
    """A PostgreSQL server of our own, with its files in `folder`; yields the address of an empty database.

    Of our own, so that its CPU time and memory can be told from anybody else's. It has PostgreSQL's own defaults.
    """
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
    files = folder / "postgres"
    files.mkdir()
    user = "postgres" if os.getuid() == 0 else None  # PostgreSQL does not run as root
    if user:
        folder.chmod(0o711)
        subprocess.run(["chown", user, str(files)], check=True)
    argv = [str(programs / "initdb"), "-D", str(files), "-U", "plnet", "--auth", "trust", "--encoding", "UTF8"]
    subprocess.run(argv, user=user, cwd=files, stdout=subprocess.DEVNULL, check=True)
    argv = [str(programs / "pg_ctl"), "-D", str(files), "-w", "-l", str(files / "log")]
    start = [*argv, "-o", f"-p {port} -k {files} -c listen_addresses=127.0.0.1", "start"]
    subprocess.run(start, user=user, cwd=files, stdout=subprocess.DEVNULL, check=True)
    try:
        with psycopg.connect(f"postgres://plnet@127.0.0.1:{port}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE plnet")
        yield f"postgres://plnet@127.0.0.1:{port}/plnet"
    finally:
        subprocess.run([*argv, "-m", "immediate", "stop"], user=user, cwd=files, stdout=subprocess.DEVNULL)


def connected(url: str, folder: Path) -> Database:
    """Our own connection to a server made by postgres()."""
    pid = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    return Database(psycopg.connect(url, autocommit=True), url, pid)
