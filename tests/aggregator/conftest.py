"""What tests of the aggregator may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest

from aggregator import poll
from tests.aggregator.days import Days
from tests.web import Web


@pytest.fixture(scope="module")
def parser_children() -> Iterator[None]:
    """The drain's parser children may live for a whole module."""
    yield
    poll.close()


@pytest.fixture
def days(web: Web, settings: Any, db: None, parser_children: None) -> Days:
    """The first of many days. Loopback may be asked, and feeds of one host follow each other at once."""
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0
    return Days(web)
