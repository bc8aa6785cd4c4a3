"""The children: kept, bounded, replaced when they die, and gone when their parent is."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop

from aggregator.children import TOO_LONG, TOO_MUCH, Children
from aggregator.parsed import NotParsed, ParsedFeed, ParsedPage
from aggregator.parsing.hashes import uid_hash

from .hostile import ITEM, described, rss

URL = "https://site.example/feed"
GOOD = rss(ITEM.format("<description>&lt;p onclick='x'&gt;Hello&lt;/p&gt;</description>"))
NOW = 1_700_000_000.0


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Any:
    """Runs a coroutine on either loop."""

    def runner(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(coroutine) if request.param == "asyncio" else uvloop.run(coroutine)

    return runner


def test_a_feed_comes_back_clean_from_a_child(run: Any) -> None:
    async def main() -> Any:
        async with Children(1) as children:
            return await children.feed(URL, "application/rss+xml", GOOD, now=NOW)

    feed = run(main())
    assert isinstance(feed, ParsedFeed)
    assert [entry.html for entry in feed.entries] == ["<p>Hello</p>"]


def test_a_page_comes_back_with_its_feeds(run: Any) -> None:
    body = b'<!doctype html><title>Site</title><link rel=alternate type="application/rss+xml" href=/feed>'

    async def main() -> Any:
        async with Children(1) as children:
            return await children.page("https://site.example/about", "text/html", body)

    page = run(main())
    assert isinstance(page, ParsedPage)
    assert page.title == "Site"
    assert [(link.url, link.rel) for link in page.links] == [("https://site.example/feed", "alternate")]


def test_children_are_kept_between_calls_and_no_more_of_them_run_than_allowed(run: Any) -> None:
    async def main() -> tuple[int, int]:
        async with Children(2) as children:
            for _ in range(2):
                found = await asyncio.gather(*(children.feed(URL, "", GOOD, now=NOW) for _ in range(20)))
            assert all(isinstance(feed, ParsedFeed) for feed in found)
            return children.started, len(children._idle)

    assert run(main()) == (2, 2)


def test_large_documents_and_large_answers_do_not_block_the_pipes(run: Any) -> None:
    large = rss(" " * 9_900_000 + ITEM.format(""))
    wordy = described("<p>" + ("words" * 100 + " ") * 4_000 + "</p>")

    async def main() -> Any:
        async with Children(2) as children:
            return await asyncio.gather(*(children.feed(URL, "", body, now=NOW) for body in (large, wordy)))

    one, two = run(main())
    assert len(one.entries) == 1
    assert len(two.entries[0].text) > 2_000_000
    assert len(two.entries[0].html) > 2_000_000


def test_a_child_that_takes_too_long_is_killed_and_replaced(run: Any) -> None:
    slow = described("".join(f"<p title='{n}'>words</p>" for n in range(30_000)))

    async def main() -> tuple[Any, Any, int]:
        async with Children(1) as children:
            await children.feed(URL, "", GOOD, now=NOW)
            children.seconds = 0.02
            late = await children.feed(URL, "", slow, now=NOW)
            children.seconds = 10
            return late, await children.feed(URL, "", GOOD, now=NOW), children.started

    late, good, started = run(main())
    assert late == NotParsed(TOO_LONG, gave_up=True)
    assert isinstance(good, ParsedFeed)
    assert started == 2


def test_a_child_that_needs_too_much_memory_ends_and_is_replaced(run: Any) -> None:
    greedy = rss("<a/>" * 400_000)

    async def main() -> tuple[Any, Any, int]:
        async with Children(1, memory=50) as children:
            refused = await children.feed(URL, "", greedy, now=NOW)
            return refused, await children.feed(URL, "", GOOD, now=NOW), children.started

    refused, good, started = run(main())
    assert refused == NotParsed(TOO_MUCH, gave_up=True)
    assert isinstance(good, ParsedFeed)
    assert started == 2


def test_a_child_that_has_swollen_makes_place_for_a_slim_one(run: Any) -> None:
    async def main() -> tuple[int, int]:
        async with Children(1, slim=1) as children:
            for _ in range(2):
                assert isinstance(await children.feed(URL, "", GOOD, now=NOW), ParsedFeed)
            return children.started, len(children._idle)

    assert run(main()) == (2, 0)


def test_a_child_killed_from_outside_is_replaced(run: Any) -> None:
    async def main() -> tuple[Any, int]:
        async with Children(1) as children:
            await children.feed(URL, "", GOOD, now=NOW)
            child = children._idle[0]
            child.kill()
            await child.wait()
            return await children.feed(URL, "", GOOD, now=NOW), children.started

    feed, started = run(main())
    assert isinstance(feed, ParsedFeed)
    assert started == 2


def test_a_call_given_up_leaves_no_child_with_an_answer_nobody_reads(run: Any) -> None:
    async def main() -> tuple[Any, int]:
        async with Children(1) as children:
            await children.feed(URL, "", GOOD, now=NOW)
            task = asyncio.create_task(children.feed(URL, "", described("<p>x</p>" * 30_000), now=NOW))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await children.feed(URL, "", GOOD, now=NOW), children.started

    feed, started = run(main())
    assert [entry.uid for entry in feed.entries] == ["http://x.example/1"]
    assert started == 2


def test_unchanged_entries_are_not_sent_again(run: Any) -> None:
    async def main() -> tuple[Any, Any]:
        async with Children(1) as children:
            first = await children.feed(URL, "", GOOD, now=NOW)
            return first, await children.feed(URL, "", GOOD, window=first.window, now=NOW)

    first, again = run(main())
    assert len(first.entries) == 1
    assert again.entries == []
    assert again.window == first.window
    assert first.window[:8] == uid_hash("http://x.example/1").to_bytes(8, "big", signed=True)


def test_closing_ends_the_children(run: Any) -> None:
    async def main() -> list[int | None]:
        children = Children(2)
        await asyncio.gather(*(children.feed(URL, "", GOOD, now=NOW) for _ in range(4)))
        kept = list(children._idle)
        await children.close()
        return [child.returncode for child in kept]

    assert run(main()) == [0, 0]


def test_children_end_when_their_parent_is_killed() -> None:
    program = """
        import asyncio
        from aggregator.children import Children
        async def main():
            children = Children(1)
            await children.feed("http://x.example/", "", b"<rss><channel/></rss>", now=0)
            print(children._idle[0].pid, flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
    """
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while is_running(child):
        assert time.monotonic() < deadline, "the child outlives its parent"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
