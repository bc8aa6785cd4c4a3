"""What all tests may ask for."""

from collections.abc import Iterator

import pytest

from tests.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    """A real web server on loopback addresses, scripted by the test."""
    with Web() as server:
        yield server
