"""docker-compose.yml without Docker: every command of ours run by hand against real PostgreSQL and Redis."""

import os
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

COMPOSE = yaml.safe_load((HERE / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "plnet"]


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
    """A command as it is run here: this Python, and a port that is free."""
    assert line[0] == "python"
    return [sys.executable, *(word.replace("8000", str(port)) for word in line[1:])]


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


def test_redis_is_started_as_the_file_says(tmp_path: Path, redis_url: str) -> None:
    port = str(free_port())
    command = [*SERVICES["redis"]["command"], "--port", port, "--bind", "127.0.0.1", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        _cmd, client, *asked = SERVICES["redis"]["healthcheck"]["test"]
        answers = [client, "-p", port, *asked]
        until(lambda: subprocess.run(answers, capture_output=True, check=False).stdout == b"PONG\n", "PONG")
        server.terminate()
    assert os.waitstatus_to_exitcode(server.returncode) == 0
