"""What a measurement stands on: a farm, an empty data directory, an environment. All of it goes away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PORT = 8220  # of the farm; the site and PostgreSQL have the next two
SEED = 1
MEMBER = "bench"


@dataclass(frozen=True)
class Farm:
    """A farm that runs as a process of its own, and is never counted."""

    process: subprocess.Popen[str]
    url: str
    opml: Path

    def stats(self) -> dict[str, Any]:
        """What was asked of it, and how many entries a reader that missed nothing has."""
        return self._say("/_stats")

    def reset(self) -> None:
        self._say("/_control", reset_stats=True)

    def publish(self, share: float, k: int) -> dict[str, Any]:
        """`k` new entries in a share of the feeds."""
        return self._say("/_control", publish={"share": share, "k": k})

    def _say(self, path: str, **wish: Any) -> dict[str, Any]:
        body = json.dumps(wish).encode() if wish else None
        with urllib.request.urlopen(self.url + path, body, timeout=300) as answer:
            said: dict[str, Any] = json.loads(answer.read())
            return said


@contextmanager
def farm(feeds: int, *, clean: bool = True, port: int = PORT, script: Path | None = None) -> Iterator[Farm]:
    """The project's own farm, or another one that takes the same options."""
    program = [sys.executable, str(script)] if script else [sys.executable, "-m", "benchmarks.farm"]
    with tempfile.TemporaryDirectory(prefix="plnet-farm-") as folder:
        opml = Path(folder) / "farm.opml"
        argv = [*program, "--feeds", str(feeds), "--port", str(port), "--seed", str(SEED), "--opml", str(opml)]
        process = subprocess.Popen(
            [*argv, "--clean"] if clean else argv, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout
            if not process.stdout.readline():
                raise RuntimeError(f"the farm did not start (is port {port} taken?)")
            yield Farm(process, f"http://127.0.0.1:{port}", opml)
        finally:
            process.terminate()
            process.wait()


@contextmanager
def data_dir() -> Iterator[Path]:
    """An empty directory, on a RAM disk where there is one."""
    ram = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="plnet-bench-", dir=ram if os.access(ram, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(data: Path, database_url: str = "", *, site_port: int = PORT + 1) -> dict[str, str]:
    """The environment of a program under measure: nothing of ours but what is said here."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PLNET_", "DJANGO_"))}
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        kept.pop(name, None)
    said = {
        "DJANGO_SETTINGS_MODULE": "plnet.settings",
        "PLNET_DATA_DIR": str(data),
        "PLNET_BASE_URL": f"http://127.0.0.1:{site_port}",
        "PLNET_ALLOW_PRIVATE_ADDRESSES": "1",  # the farm lives on loopback addresses
        "PLNET_LOG_LEVEL": "WARNING",
    }
    return kept | said | ({"DATABASE_URL": database_url} if database_url else {})


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run a command of the program to its end; what it printed."""
    argv = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def prepare(env: dict[str, str], farm: Farm) -> None:
    """A member who follows every feed of the farm; nothing has been asked yet."""
    manage(env, "migrate", "--verbosity", "0")
    password = {"DJANGO_SUPERUSER_PASSWORD": MEMBER}
    manage(env | password, "createsuperuser", "--noinput", "--username", MEMBER, "--email", "bench@example.org")
    manage(env, "import_opml", str(farm.opml), "--user", MEMBER)


@contextmanager
def site(env: dict[str, str], port: int = PORT + 1) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py up`, from when it answers until it has ended."""
    process = subprocess.Popen([sys.executable, "manage.py", "up", "--port", str(port)], cwd=ROOT, env=env)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 60, "the site")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def answers(url: str) -> bool:
    """Whether anything comes back at all."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def wait_for(come: Callable[[], bool], seconds: float, what: str, pause: float = 0.02) -> None:
    """Look until it has come; TimeoutError when it does not."""
    deadline = time.monotonic() + seconds
    while not come():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took more than {seconds} s")
        time.sleep(pause)
