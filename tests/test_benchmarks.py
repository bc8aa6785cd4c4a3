"""The benchmarks' own parts: the farm serves what it counts, processes are counted whole, a small run comes out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from aggregator.parse import parse_feed
from aggregator.parsed import ParsedFeed
from benchmarks import blogs, documents, duplicates, polling, processes, stage, tables
from benchmarks.farm import options
from benchmarks.feeds import Farm, spread_faults
from benchmarks.profile import addresses

FIXED = ["--now", "1700000000", "--port", "8238"]


def farm_of(*arguments: str) -> Farm:
    return Farm(options([*FIXED, *arguments]))


def read(farm: Farm, number: int) -> ParsedFeed:
    """What a reader makes of one feed of the farm."""
    feed = farm.feeds[number]
    headers, body = feed.packed(b"")
    kind = headers.split(b"\r\n")[0].partition(b": ")[2].decode()
    parsed = parse_feed(feed.habit.url, kind, body, now=1_700_000_000.0)
    assert isinstance(parsed, ParsedFeed)
    return parsed


def test_the_same_seed_grows_the_same_farm() -> None:
    one, other = farm_of("--feeds", "12"), farm_of("--feeds", "12")
    assert [feed.body for feed in one.feeds] == [feed.body for feed in other.feeds]
    assert one.opml() == other.opml()


def test_another_seed_grows_another_farm() -> None:
    one, other = farm_of("--feeds", "3"), farm_of("--feeds", "3", "--seed", "2")
    assert not {feed.body for feed in one.feeds} & {feed.body for feed in other.feeds}


def test_every_kind_of_document_holds_the_entries_the_farm_counts() -> None:
    farm = farm_of("--feeds", "40", "--clean")
    assert {feed.habit.kind for feed in farm.feeds} == set(documents.WRITERS)
    for number, feed in enumerate(farm.feeds):
        parsed = read(farm, number)
        assert len({entry.link for entry in parsed.entries}) == feed.published, feed.habit
    assert farm.expected()["clean_entries"] == sum(feed.published for feed in farm.feeds)


def test_publishing_puts_new_entries_on_top_and_counts_them() -> None:
    farm = farm_of("--feeds", "20", "--clean")
    before = [(feed.published, feed.etag) for feed in farm.feeds]
    said = farm.publish(0.1, 3)
    assert (said["feeds"], said["entries"]) == (2, 6)
    grown = [n for n, feed in enumerate(farm.feeds) if feed.published == before[n][0] + 3]
    assert grown == [n for n, feed in enumerate(farm.feeds) if feed.etag != before[n][1]]
    assert len(grown) == 2
    for number in grown:
        newest = farm.feeds[number].published - 1
        assert read(farm, number).entries[0].link.endswith(f"/entries/{newest}")


def test_faults_fall_on_the_shares_they_are_given() -> None:
    faults = list(spread_faults(options([*FIXED, "--feeds", "300"])).values())
    counts = {
        name: sum(fault.startswith(name) for fault in faults) for name in ("slow", "hang", "error", "redirect")
    }
    assert counts == {"slow": 6, "hang": 3, "error": 3, "redirect": 3}
    assert sorted(fault for fault in faults if fault.startswith("malformed")) == [
        "malformed:ampersands",
        "malformed:cut",
        "malformed:warning",
    ]
    assert spread_faults(options([*FIXED, "--feeds", "300", "--clean"])) == {}


def test_a_repeated_validator_is_answered_with_304(running_farm: stage.Farm) -> None:
    running_farm.reset()
    url = addresses(running_farm)[0]
    with urlopen(url) as answer:
        assert len(answer.read()) > 1000
        validators = {"If-None-Match": answer.headers["ETag"], "If-Modified-Since": answer.headers["Last-Modified"]}
    with pytest.raises(OSError, match="304"):
        urlopen(Request(url, headers={name: value for name, value in validators.items() if value}))
    stats = running_farm.stats()
    assert (stats["requests"], stats["s200"], stats["s304"]) == (2, 1, 1)


@pytest.fixture
def running_farm() -> Iterator[stage.Farm]:
    with stage.farm(3, port=8238) as farm:
        yield farm


def test_cpu_of_a_child_that_has_ended_is_still_counted() -> None:
    burn = "import time\nwhile time.process_time() < 0.35: pass"
    program = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); print(flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout and parent.stdin
        parent.stdout.readline()
        assert len(processes.family([parent.pid])) == 1
        assert processes.cpu_seconds([parent.pid]) >= 0.3
        parent.stdin.write(b"\n")


def test_memory_is_summed_over_a_family() -> None:
    program = "whole = bytearray(b'x') * 40_000_000; print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        assert one.stdout and one.stdin
        one.stdout.readline()
        with processes.watched([one.pid], seconds=0.01) as peak:
            pass
        assert 40_000_000 < peak.pss <= peak.rss < 80_000_000
        one.stdin.write(b"\n")


def test_a_small_run_ends_in_a_table() -> None:
    run = polling.run(20, "sqlite", port=8236)
    assert [each.requests for each in run.refreshes] == [20, 20, 20]
    assert all(each.exact for each in run.refreshes)
    assert run.refreshes[2].stored == run.refreshes[0].stored + 6
    table = tables.table([run], "sqlite")
    assert f"| {run.refreshes[0].stored} / {run.refreshes[0].served} |" in table


def test_a_table_says_so_when_an_entry_is_missing() -> None:
    lost = polling.Refresh("first fill", 20, 1.0, 1.0, 0.0, stored=599, different=599, served=600, requests=20)
    assert tables.counted(lost) == "**599 / 600, 599 different**"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("17 python -m celery --app plnet.celery", "celery"),
        ("18 python manage.py up", "python"),
        ("19 postgres: checkpointer", "postgres"),
        ("20 /usr/lib/postgresql/15/bin/postgres -D files", "postgres"),
    ],
)
def test_a_process_is_named_by_what_it_runs(command: str, name: str) -> None:
    assert tables.program(command) == name


def test_planted_copies_are_found_among_made_up_blogs(tmp_path: Path) -> None:
    blogs.write(tmp_path, people=4, posts=12, seed=3)
    said = duplicates.run(tmp_path)
    assert "4 people, 48 posts" in said
    assert "| texts of different people taken for one, of 48 | 0 | 0 | yes |" in said
    assert said.count("| yes |") == 7, said
