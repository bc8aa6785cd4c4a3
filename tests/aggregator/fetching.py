"""Asking the real client, for tests: on the event loop it runs on in real life."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import uvloop

from aggregator.answers import Answer, Failed, Trouble
from aggregator.fetch import Client

T = TypeVar("T")


def ask(url: str, **more: Any) -> Answer:
    """One answer from a client of its own."""
    return run(lambda client: client.get(url, **more))


def ask_all(*urls: str, **more: Any) -> list[Answer]:
    """The answers to several addresses, one after another, from one client."""

    async def all_of_them(client: Client) -> list[Answer]:
        return [await client.get(url, **more) for url in urls]

    return run(all_of_them)


def run(work: Callable[[Client], Awaitable[T]], **more: Any) -> T:
    """Whatever a test does with one client."""

    async def main() -> T:
        async with Client(**more) as client:
            return await work(client)

    return uvloop.run(main())


def trouble(answer: Answer) -> Trouble:
    """What kind of failure it was; anything else is none."""
    assert isinstance(answer, Failed), answer
    assert answer.why.endswith(".")
    return answer.trouble
