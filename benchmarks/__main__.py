"""`python -m benchmarks`: measure, and print tables for README.md."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import profile, stage


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=("all", "polling", "profile"))
    parser.add_argument("of", nargs="?", default="first-fill", choices=("first-fill", "unchanged", "parse"))
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--farm", type=Path, help="another farm program that takes the same options")
    return parser.parse_args(arguments)


def main() -> None:
    o = options()
    with stage.farm(o.feeds, script=o.farm) as farm:
        profile.run(o.of, o.feeds, farm)


if __name__ == "__main__":
    main()
