"""`python -m benchmarks`: measure, and print tables for README.md."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import faults, network, pages, polling, profile, reading, search, stage, tables, tending, written

WHAT = ("all", "polling", "pages", "network", "search", "reading", "tending", "faults", "profile")
ICONS_UP_TO = 1000  # sites; more would take too long


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=WHAT)
    parser.add_argument("of", nargs="?", default="first-fill", choices=profile.SUBJECTS, help="what to profile")
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="sqlite")
    parser.add_argument("--farm", type=Path, help="another farm program that takes the same options")
    parser.add_argument("--write", action="store_true", help="reading: put the tables into README.md")
    parser.add_argument("--json", type=Path, help="reading: put the figures into this file")
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
    if o.what in ("all", "tending"):
        measure_tending(o)
    if o.what in ("all", "reading"):
        measure_reading(o)


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


def measure_reading(o: argparse.Namespace) -> None:
    found = []
    for kind in ("sqlite", "postgres") if o.database == "both" else (o.database,):
        found.append(reading.run(kind))
        text = heading("Reading and searching a million entries", [found[-1]["facts"]]) + reading.table(found[-1])
        print(text)
        if o.write:
            written.put(f"reading {kind}", text)
    if o.json:
        o.json.write_text(json.dumps(found, indent=1) + "\n")


def measure_tending(o: argparse.Namespace) -> None:
    seconds, facts = tending.run(o.database)
    head("Tending, once a day", [facts])
    print(tending.table(seconds))


def head(title: str, facts: Sequence[dict[str, str]]) -> None:
    print(heading(title, facts), end="")


def heading(title: str, facts: Sequence[dict[str, str]]) -> str:
    """What was measured, when and on what; a fact that was not the same in all runs is told for each."""
    said = [f"{name} {' / '.join(dict.fromkeys(each[name] for each in facts))}" for name in facts[0]]
    runs = f"Medians of {len(facts)} runs (least–most)." if len(facts) > 1 else "One run."
    return f"\n### {title}\n\n{datetime.now(UTC):%Y-%m-%d}; {'; '.join(said)}.\n{runs}\n\n"


if __name__ == "__main__":
    main()
