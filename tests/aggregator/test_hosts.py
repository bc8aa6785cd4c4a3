"""One connection at a time per host, a pause before the next visit, and no host waits for another."""

import asyncio
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

import pytest

from aggregator.fetching.hosts import Gate


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(main)


async def settle() -> None:
    """Let everything run that can run without time passing."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_host_takes_one_visit_at_a_time() -> None:
    async def main() -> None:
        gate = Gate(0)
        inside = most = done = 0

        async def visit() -> None:
            nonlocal inside, most, done
            await gate.enter("a")
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            gate.leave("a")
            done += 1

        await asyncio.gather(*(visit() for _ in range(20)))
        assert (most, done) == (1, 20)

    run(main())


def test_the_next_visit_waits_out_the_pause() -> None:
    async def main() -> None:
        gate = Gate(0.05)
        times = []
        for _ in range(3):
            await gate.enter("a")
            times.append(asyncio.get_running_loop().time())
            gate.leave("a")
        assert all(later - earlier >= 0.05 for earlier, later in pairwise(times))

    run(main())


def test_hosts_do_not_wait_for_each_other() -> None:
    async def main() -> None:
        gate = Gate(3600)
        await gate.enter("a")
        await asyncio.wait_for(gate.enter("b"), 1)
        gate.leave("a")
        await asyncio.wait_for(gate.enter("c"), 1)
        assert gate.waiting("a") == 0
        assert gate.waiting("b") == 1

    run(main())


def test_a_hop_does_not_wait_out_the_pause_but_for_the_connection() -> None:
    async def main() -> None:
        gate = Gate(3600)
        await gate.enter("a")
        gate.leave("a")
        await asyncio.wait_for(gate.enter("a", hop=True), 1)
        second = asyncio.create_task(gate.enter("a", hop=True))
        await settle()
        assert not second.done()
        gate.leave("a")
        await asyncio.wait_for(second, 1)

    run(main())


def test_a_hop_goes_before_the_visits_in_line() -> None:
    async def main() -> None:
        gate = Gate(0)
        order: list[str] = []

        async def visit(name: str, *, hop: bool = False) -> None:
            await gate.enter("a", hop=hop)
            order.append(name)
            gate.leave("a")

        await gate.enter("a")
        first = asyncio.create_task(visit("first"))
        await settle()
        hop = asyncio.create_task(visit("hop", hop=True))
        await settle()
        gate.leave("a")
        await asyncio.gather(first, hop)
        assert order == ["hop", "first"]

    run(main())


def test_visits_keep_the_order_in_which_they_came() -> None:
    async def main() -> None:
        gate = Gate(0.001)
        order: list[int] = []

        async def visit(number: int) -> None:
            await gate.enter("a")
            order.append(number)
            gate.leave("a")

        await asyncio.gather(*(visit(number) for number in range(10)))
        assert order == list(range(10))

    run(main())


def test_whoever_gives_up_leaves_no_gap() -> None:
    async def main() -> None:
        gate = Gate(0)
        await gate.enter("a")
        waiting = [asyncio.create_task(gate.enter("a")) for _ in range(4)]
        await settle()
        waiting[0].cancel()
        waiting[2].cancel()
        gate.leave("a")  # before the cancelled ones could run
        await asyncio.wait_for(waiting[1], 1)
        assert gate.waiting("a") == 2
        gate.leave("a")
        await asyncio.wait_for(waiting[3], 1)

    run(main())


def test_giving_up_just_as_the_turn_comes_passes_it_on() -> None:
    async def main() -> None:
        gate = Gate(0)
        await gate.enter("a")
        first, second = (asyncio.create_task(gate.enter("a")) for _ in range(2))
        await settle()
        gate.leave("a")  # the first has its turn now
        first.cancel()
        await asyncio.wait_for(second, 1)
        with pytest.raises(asyncio.CancelledError):
            await first
        assert gate.waiting("a") == 1

    run(main())


def test_hosts_are_forgotten() -> None:
    async def main() -> None:
        gate = Gate(0.01)
        for number in range(1000):
            await gate.enter(f"host{number}")
            gate.leave(f"host{number}")
        assert len(gate) > 0
        while len(gate):
            await asyncio.sleep(0.005)

    run(asyncio.wait_for(main(), 5))
