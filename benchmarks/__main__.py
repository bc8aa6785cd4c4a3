"""`python -m benchmarks`: measure, and print tables for README.md."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from . import polling, profile, stage


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=("all", "polling", "profile"))
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
        return
    measure_polling(o)


def measure_polling(o: argparse.Namespace) -> None:
    runs = [polling.run(o.feeds, o.database, o.farm) for _ in range(o.runs)]
    head(f"Polling {o.feeds:,} feeds", runs[0].facts, o.runs)
    print(polling.table(runs, o.database))
    print("\n" + polling.memory_table(runs[-1]))


def head(title: str, facts: dict[str, str], runs: int) -> None:
    """What was measured, when and on what."""
    print(f"\n### {title}\n")
    print(f"{datetime.now(UTC):%Y-%m-%d}; {'; '.join(f'{name} {fact}' for name, fact in facts.items())}.")
    print(f"Medians of {runs} runs (least–most).\n" if runs > 1 else "One run.\n")


if __name__ == "__main__":
    main()
