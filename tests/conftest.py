"""What all tests may ask for."""

import gc
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection

from tests import services
from tests.web import Web

EMPTY_INDEX = {
    "sqlite": "INSERT INTO aggregator_search(aggregator_search) VALUES ('delete-all')",
    "postgresql": "DELETE FROM aggregator_search",
}
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.fixture
def web() -> Iterator[Web]:
    """A real web server on loopback addresses, scripted by the test."""
    with Web() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a PostgreSQL in which databases can be made."""
    return services.need("postgres")


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of a Redis database that may be emptied."""
    return services.need("redis")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser."""
    return services.need("browser")


@pytest.fixture(autouse=True)
def the_search_index_is_emptied_too(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test whose writes are kept, Django empties the tables it knows; the index is none of them."""
    yield
    marker = request.node.get_closest_marker("django_db")
    keeps = bool({"transactional_db", "live_server"} & set(request.fixturenames))
    if keeps or (marker and marker.kwargs.get("transaction")):
        with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
            cursor.execute(EMPTY_INDEX[connection.vendor])


@pytest.fixture(autouse=True)
def nobody_has_asked_too_often_yet() -> None:
    """How often somebody tried is remembered by the process, which is the same for all tests."""
    cache.clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="only tests that ask the database (DATABASE_URL)")
    parser.addoption("--once", action="store_true", help="without one_database, which just ran on another")


def pytest_collection_finish() -> None:
    """What stands by now stays until the end: to look for garbage in it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --only-database the tests that would be the same on any database are left out; with --once, those that
    take long and have just run on another."""
    only, once = config.getoption("--only-database"), config.getoption("--once")

    def stays(item: pytest.Item) -> bool:
        return not (only and not asks_the_database(item)) and not (once and item.get_closest_marker("one_database"))

    config.hook.pytest_deselected(items=[item for item in items if not stays(item)])
    items[:] = [item for item in items if stays(item)]


def asks_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)
