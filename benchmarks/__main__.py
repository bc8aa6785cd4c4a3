"""`python -m benchmarks`: measure, and print tables for README.md."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import faults, network, pages, polling, profile, search, stage, tables

WHAT = ("all", "polling", "pages", "network", "search", "faults", "profile")
ICONS_UP_TO = 1000  # sites; more would take too long


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=WHAT)
    parser.add_argument("of", nargs="?", default="first-fill", choices=profile.SUBJECTS, help="what to profile")
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--farm", type=Path, help="another farm program that takes the same options")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    o = options(arguments)
    if o.what == "profile":
        with stage.farm(o.feeds, script=o.farm) as farm:
            profile.run(o.of, o.feeds, farm)
    if o.what in ("all", "polling"):
        measure_polling(o)
    if o.what in ("all", "faults"):
        measure_faults(o)
    if o.what in ("all", "pages"):
        measure_pages(o)
    if o.what in ("all", "network"):
        measure_network(o)
    if o.what in ("all", "search"):
        measure_search(o)


def measure_polling(o: argparse.Namespace) -> None:
    runs = [
        polling.run(o.feeds, o.database, o.farm, with_icons=turn == 0 and o.feeds <= ICONS_UP_TO)
        for turn in range(o.runs)
    ]
    head(f"Polling {o.feeds:,} feeds", [run.facts for run in runs])
    print(tables.table(runs, o.database))
    print(f"\n{tables.notes(runs)}\n\n{tables.memory(runs[-1])}")


def measure_faults(o: argparse.Namespace) -> None:
    runs = [faults.run(o.farm) for _ in range(o.runs)]
    head(f"Polling {faults.FEEDS:,} feeds with faults", [facts for _rounds, facts in runs])
    print(faults.table([rounds for rounds, _facts in runs]))


def measure_pages(o: argparse.Namespace) -> None:
    times, unread, facts = pages.run(o.farm)
    head(f"Pages with {unread:,} unread entries", [facts])
    print(pages.table(times))


def measure_network(o: argparse.Namespace) -> None:
    times, seconds, facts = network.run(o.database)
    head("Pages of the network", [facts])
    print(network.table(times, seconds))


def measure_search(o: argparse.Namespace) -> None:
    times, facts = search.run(o.database)
    head("Searching a million entries", [facts])
    print(search.table(times))


def head(title: str, facts: Sequence[dict[str, str]]) -> None:
    """What was measured, when and on what; a fact that was not the same in all runs is told for each."""
    said = [f"{name} {' / '.join(dict.fromkeys(each[name] for each in facts))}" for name in facts[0]]
    print(f"\n### {title}\n")
    print(f"{datetime.now(UTC):%Y-%m-%d}; {'; '.join(said)}.")
    print(f"Medians of {len(facts)} runs (least–most).\n" if len(facts) > 1 else "One run.\n")


if __name__ == "__main__":
    main()
