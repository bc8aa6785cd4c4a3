"""A web with faults: late, silent, broken, moved feeds, and how long they hold the good ones up.

2 % of the feeds answer after 5 s, 1 % never, 1 % with an error, 1 % are not quite XML, 1 % have moved.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import machine, polling, stage, tables

FEEDS = 300
LIMIT = 30.0  # seconds a fetch may take (PLNET_FETCH_SECONDS)
SOON = 5.0
LATE = 0.03  # the share of slow and silent feeds


@dataclass(frozen=True)
class Round:
    """One polling of all feeds; seconds from the first request."""

    name: str
    good: float  # until every feed that answers at once is written
    all: float  # until the last feed is written
    soon: int  # entries stored after SOON seconds
    stored: int  # in the end
    clean: int  # entries of feeds without fault, slow and moved ones included
    savable: int | None  # entries of malformed feeds a patient reader can save; None when the farm does not say


def run(script: Path | None = None, feeds: int = FEEDS) -> tuple[list[Round], dict[str, str]]:
    """First fill and unchanged refresh on an instance of its own."""
    with (
        stage.data_dir() as data,
        stage.farm(feeds, clean=False, script=script) as farm,
        polling.instance(data, farm, feeds) as it,
        machine.watched(data, it.base) as facts,
    ):
        rounds = [observe(it, "first fill"), observe(it, "unchanged")]
    return rounds, facts


def observe(it: polling.Instance, name: str) -> Round:
    """Make everything due and look when what is written."""
    it.farm.reset()
    it.base.make_due()
    late = round(LATE * it.feeds)
    stage.wait_for(lambda: it.farm.stats()["first"] is not None, 60, "the first request")
    first: float = it.farm.stats()["first"]
    good = everything = soon = None
    while everything is None:
        left, passed = it.base.left(), time.time() - first
        good = passed if good is None and left <= late else good
        soon = it.base.entries()[0] if soon is None and passed >= SOON else soon
        everything = passed if left == 0 else None
        if passed > 10 * LIMIT:
            raise TimeoutError(f"{left} feeds are still not done after {passed:.0f} s")
        time.sleep(0.05)
    it.until_quiet()
    stats, (stored, _different) = it.farm.stats(), it.base.entries()
    return Round(
        name=name,
        good=good or everything,
        all=everything,
        soon=stored if soon is None else soon,
        stored=stored,
        clean=stats["clean_entries"],
        savable=stats.get("savable_entries"),
    )


def table(runs: Sequence[Sequence[Round]]) -> str:
    """Medians beside the targets."""
    lines = [
        "| | good feeds written after | target | everything after | target "
        "| entries at 5 s | in the end | of clean feeds | saved of malformed ones |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for rounds in zip(*runs, strict=True):
        last = rounds[-1]
        saved = f"{last.stored - last.clean}" + (f" of {last.savable}" if last.savable is not None else "")
        cells = [
            last.name,
            f"{tables.middle([each.good for each in rounds], 1)} s",
            f"≤ {SOON:.0f} s",
            f"{tables.middle([each.all for each in rounds], 1)} s",
            f"≤ {LIMIT + 2:.0f} s",
            f"{statistics.median(each.soon for each in rounds):,.0f}",
            f"{last.stored:,}",
            f"{last.clean:,}",
            saved,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
