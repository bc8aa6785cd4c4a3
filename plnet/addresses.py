"""The address of one thing, for pages that show a hundred of them: `reverse` is asked once for each kind."""

from functools import cache

from django.urls import reverse

A_NUMBER = 9_007_199_254_740_993  # stands in no address by itself


def address(name: str, pk: int) -> str:
    """What `reverse(name, args=[pk])` says, for a route with one number in it."""
    before, after = _around(name)
    return f"{before}{pk}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    before, _number, after = reverse(name, args=[A_NUMBER]).partition(str(A_NUMBER))
    return before, after
