"""No document crashes a child, hangs it, or comes back with what must not come back."""

import asyncio
import re
from typing import Any

import msgspec
import pytest

from aggregator.children import Children
from aggregator.parse import parse_feed
from aggregator.parsed import NotParsed, ParsedFeed

from .hostile import ITEM, MADE, laughs, outside, rss

URL = "http://x.example/feed"
NOW = 1_700_000_000.0
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What a real child says to each, in one run; and that it was never killed."""

    async def main() -> dict[str, Any]:
        async with Children(1, seconds=15) as children:
            return {name: await children.feed(URL, "", make(), now=NOW) for name, make in MADE.items()}

    return asyncio.run(main())


@pytest.mark.parametrize("name", MADE)
def test_a_hostile_document_is_read_or_refused_within_its_limits(name: str, answers: dict[str, Any]) -> None:
    answer = answers[name]
    if isinstance(answer, NotParsed):
        assert answer.why.endswith(".")
        assert "too long" not in answer.why
        assert "too much" not in answer.why
        return
    assert isinstance(answer, ParsedFeed)
    assert len(answer.entries) <= 2_000
    for entry in answer.entries:
        assert 0 < len(entry.uid) <= 255
        assert max(len(entry.terms), len(entry.enclosures), len(entry.links)) <= 100
        assert len(entry.title) <= 500
        assert not UNWANTED.search(entry.title + entry.html + entry.text + entry.uid)
        assert "<script" not in entry.html
    msgspec.msgpack.encode(answer)


def test_no_entity_is_resolved() -> None:
    feed = parse_feed(URL, "", laughs(), now=NOW)
    assert isinstance(feed, ParsedFeed)
    assert feed.entries[0].text == "&l9;"


def test_no_file_is_read(tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("swordfish")
    feed = parse_feed(URL, "", outside(f"file://{secret}"), now=NOW)
    assert "swordfish" not in repr(feed)


@pytest.mark.parametrize("cut", range(0, 1_200, 37))
def test_a_document_may_end_anywhere(cut: int) -> None:
    whole = rss(
        "".join(
            ITEM.format(f"<guid>{n}</guid><description>&lt;p&gt;{n}&lt;/p&gt;</description>") for n in range(10)
        )
    )
    answer = parse_feed(URL, "", whole[:cut], now=NOW)
    complete = whole[:cut].count(b"</item>")
    if complete:
        assert isinstance(answer, ParsedFeed)
        assert [entry.uid for entry in answer.entries][:complete] == [str(n) for n in range(complete)]
