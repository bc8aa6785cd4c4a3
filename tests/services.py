"""What some tests need and not every machine has: PostgreSQL, Redis, a browser.

A test that needs one is skipped where it is missing, unless PLNET_TEST_REQUIRE names it: then it fails.
`python -m tests.services postgres` prints the address (nothing when missing) for the Makefile.
"""

from __future__ import annotations

import os
import shutil
import sys

import psycopg
import pytest
import redis

POSTGRES = os.environ.get("PLNET_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("PLNET_TEST_REDIS", "redis://127.0.0.1:6379/9")
REQUIRED = os.environ.get("PLNET_TEST_REQUIRE", "").replace(",", " ").split()


def postgres() -> str:
    """A PostgreSQL address whose user may make databases; empty when there is none."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        return ""
    return POSTGRES


def own_redis() -> str:
    """A Redis database tests may empty; empty when there is none."""
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=3).ping()
    except redis.RedisError:
        return ""
    return REDIS


def browser() -> str:
    """The path of a Chromium; empty when there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


FINDERS = {"postgres": postgres, "redis": own_redis, "browser": browser}


def need(name: str) -> str:
    """Where the service is; skips the test without it, or fails it when it is required."""
    where = FINDERS[name]()
    if where:
        return where
    if name in REQUIRED:
        pytest.fail(f"{name} is required by PLNET_TEST_REQUIRE and cannot be reached")
    pytest.skip(f"needs {name}")


if __name__ == "__main__":
    found = FINDERS[sys.argv[1]]()
    if not found and sys.argv[1] in REQUIRED:
        sys.exit(f"{sys.argv[1]} is required by PLNET_TEST_REQUIRE and cannot be reached")
    print(found)
