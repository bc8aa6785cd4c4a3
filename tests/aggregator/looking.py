"""What `look` needs: a client for each test, and one parser child that is kept between them."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar

from aggregator.children import Children
from aggregator.fetch import Client

T = TypeVar("T")


@cache
def engine() -> tuple[asyncio.Runner, Children]:
    """An event loop and a parser child, for as long as the tests run."""
    runner, children = asyncio.Runner(), Children(1)
    atexit.register(runner.close)
    atexit.register(lambda: runner.run(children.close()))
    return runner, children


def work(do: Callable[[Client, Children], Awaitable[T]]) -> T:
    """Do something with a client and a child, as a drain does."""
    runner, children = engine()

    async def with_client() -> T:
        async with Client() as client:
            return await do(client, children)

    return runner.run(with_client())
