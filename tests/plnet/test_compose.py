"""docker-compose.yml without Docker: every command of ours run by hand against real PostgreSQL and Redis."""

from __future__ import annotations

import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml

from tests.plnet.running import HERE, Running, clean_environment, free_port, until
from tests.web import Web

COMPOSE = yaml.safe_load((HERE / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "plnet"]

FEED = "<rss version='2.0'><channel><title>t</title><item><guid>1</guid><title>One</title></item></channel></rss>"
FOLLOW = """
from django.utils import timezone
from aggregator.feeds import remember_many
from aggregator.models import Feed
remember_many({urls!r}, timezone.now())
Feed.objects.update(subscribers=1, next_poll_at=timezone.now())
"""


@pytest.fixture(scope="module")
def environment(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The services' own environment, with the addresses of this machine's PostgreSQL and Redis."""
    name = f"plnet_compose_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        ours = {key: str(value) for key, value in SERVICES["prepare"]["environment"].items()}
        ours["DATABASE_URL"] = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
        ours["REDIS_URL"] = redis_url
        ours["PLNET_SECRET_KEY"] = secrets.token_hex()
        ours["PLNET_BASE_URL"] = "http://localhost:8000"
        ours["PLNET_DATA_DIR"] = str(tmp_path_factory.mktemp("compose"))
        prepare = words(SERVICES["prepare"]["command"], 0)
        subprocess.run(prepare, cwd=HERE, env={**clean_environment(), **ours}, check=True, capture_output=True)
        yield ours
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def words(line: list[str], port: int) -> list[str]:
    """A command as it is run here: this Python, a port that is free, and what is so without a word in .env."""
    assert line[0] == "python"
    usual = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word) for word in line[1:]]
    return [sys.executable, *(word.replace("8000", str(port)) for word in usual)]


def is_well(name: str, port: int, environment: dict[str, str]) -> bool:
    """What the service's health check says."""
    kind, *line = SERVICES[name]["healthcheck"]["test"]
    assert kind == "CMD"
    run = subprocess.run(
        words(line, port), cwd=HERE, env={**clean_environment(), **environment}, capture_output=True, check=False
    )
    return run.returncode == 0


def test_one_image_serves_three_kinds_of_process_after_one_that_prepares() -> None:
    assert OURS == ["prepare", "web", "worker", "beat"]
    assert set(SERVICES) - set(OURS) == {"postgres", "redis"}
    for name in OURS[1:]:
        assert SERVICES[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root(name: str) -> None:
    assert SERVICES[name]["user"] not in ("root", "0", 0)


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "prepare"])
def test_every_service_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_what_is_kept_is_on_volumes() -> None:
    assert set(COMPOSE["volumes"]) == {"data", "postgres"}
    assert all(SERVICES[name]["volumes"] == ["data:/data"] for name in OURS)


def test_every_command_runs_is_well_and_ends_when_told(environment: dict[str, str]) -> None:
    port = free_port()
    assert not is_well("worker", port, environment)
    data = Path(environment["PLNET_DATA_DIR"])
    with ExitStack() as stack:
        running = {
            name: stack.enter_context(
                Running(data, command=tuple(words(SERVICES[name]["command"], port)[1:]), **environment)
            )
            for name in ("web", "worker", "beat")
        }
        for name in running:
            until(lambda name=name: is_well(name, port, environment), f"{name} is well")  # type: ignore[misc]
        for name, process in running.items():
            assert process.end(signal.SIGTERM) in (0, -signal.SIGTERM), f"{name}: {''.join(process.said)}"


def test_two_workers_and_a_lost_connection_to_the_database(environment: dict[str, str]) -> None:
    data = Path(environment["PLNET_DATA_DIR"])
    with ExitStack() as stack:
        for name in ("worker", "worker", "beat"):
            command = tuple(words(SERVICES[name]["command"], 0)[1:])
            stack.enter_context(Running(data, command=command, **environment))
        until(lambda: is_well("worker", 0, environment), "the workers are well")
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("DELETE FROM aggregator_heartbeat")
        until(lambda: is_well("worker", 0, environment), "they came back by themselves")


@pytest.fixture
def own_redis(tmp_path: Path, redis_url: str) -> Iterator[Redis]:
    """A Redis started as the file says, that a test may stop."""
    with Redis(tmp_path) as server:
        yield server


class Redis:
    """The redis service on a free port; can be lost and come back."""

    def __init__(self, folder: Path) -> None:
        self.port = str(free_port())
        where = ["--port", self.port, "--bind", "127.0.0.1", "--dir", str(folder)]
        self.command = [*SERVICES["redis"]["command"], *where]

    def __enter__(self) -> Redis:
        self.server = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        _cmd, client, *asked = SERVICES["redis"]["healthcheck"]["test"]
        answers = [client, "-p", self.port, *asked]
        until(lambda: subprocess.run(answers, capture_output=True, check=False).stdout == b"PONG\n", "PONG")
        return self

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        assert self.server.wait(10) == 0


def test_a_lost_redis_is_waited_for(environment: dict[str, str], own_redis: Redis) -> None:
    ours = {**environment, "REDIS_URL": f"redis://127.0.0.1:{own_redis.port}/0"}
    data = Path(environment["PLNET_DATA_DIR"])
    with ExitStack() as stack:
        for name in ("worker", "beat"):
            stack.enter_context(Running(data, command=tuple(words(SERVICES[name]["command"], 0)[1:]), **ours))
        until(lambda: is_well("worker", 0, ours) and is_well("beat", 0, ours), "all is well")
        own_redis.__exit__()
        until(lambda: not is_well("beat", 0, ours), "the broker is missed")
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("DELETE FROM aggregator_heartbeat")
        own_redis.__enter__()
        until(lambda: is_well("worker", 0, ours) and is_well("beat", 0, ours), "they go on by themselves")


def test_two_workers_and_two_bells_ask_every_feed_once(environment: dict[str, str], web: Web) -> None:
    hosts = [f"127.0.0.{n}" for n in range(2, 32)]
    web.page("/feed", FEED)
    urls = [web.url("/feed", host=host) for host in hosts]
    ports = ",".join(sorted({str(web.listen(host)) for host in hosts}))
    ours = {**environment, "PLNET_ALLOW_PRIVATE_ADDRESSES": "1", "PLNET_EXTRA_PORTS": ports}
    data = Path(environment["PLNET_DATA_DIR"])
    with ExitStack() as stack:
        for name in ("worker", "worker", "beat", "beat"):
            command = tuple(words(SERVICES[name]["command"], 0)[1:])
            running = stack.enter_context(Running(data, command=command, **ours))
        running.manage("shell", "-v0", "-c", FOLLOW.format(urls=urls))
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
            count = "SELECT count(*), count(DISTINCT feed_id) FROM aggregator_entry"
            until(lambda: connection.execute(count).fetchone() == (30, 30), "one entry of each feed")
    assert sorted(request.host for request in web.asked("/feed")) == sorted(hosts)
