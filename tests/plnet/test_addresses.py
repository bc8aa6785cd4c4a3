"""Addresses put together are those that reverse says."""

import pytest
from django.urls import reverse

from plnet.addresses import address


@pytest.mark.parametrize("name", ["entry", "person", "source", "circle_river"])
@pytest.mark.parametrize("pk", [1, 4096, 2**53 + 1])
def test_an_address_is_what_reverse_says(name: str, pk: int) -> None:
    assert address(name, pk) == reverse(name, args=[pk])
