"""What was measured as tables in Markdown, beside the targets."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from pathlib import Path

from .polling import FIRST, NEW, UNCHANGED, Refresh, Run

# CPU milliseconds a feed at most, feeds a second at least (0 where nothing was promised)
TARGETS = {
    "sqlite": {FIRST: (10.0, 120), UNCHANGED: (1.0, 1300), NEW: (1.5, 900)},
    "postgres": {FIRST: (20.0, 0), UNCHANGED: (1.3, 0), NEW: (2.5, 0)},
}
MEGABYTES = {1000: 300, 20_000: 500}  # by feeds
SMALLEST = 1000  # feeds; with fewer, starting up weighs too much to compare


def table(runs: Sequence[Run], kind: str) -> str:
    """Medians of all runs with least and most: one line a refresh."""
    lines = [
        "| | CPU ms a feed | target | feeds a second | target | entries stored / served |",
        "|---|---|---|---|---|---|",
    ]
    for rounds in zip(*(run.refreshes for run in runs), strict=True):
        targets = TARGETS[kind] if rounds[0].feeds >= SMALLEST else {}
        most, least = targets.get(rounds[0].name, (0.0, 0))
        cells = [
            rounds[0].name,
            middle([each.milliseconds for each in rounds], 2),
            f"≤ {most}" if most else "",
            middle([each.a_second for each in rounds]),
            f"≥ {least:,}" if least else "",
            " · ".join(dict.fromkeys(counted(each) for each in rounds)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def notes(runs: Sequence[Run]) -> str:
    """Memory and idling: one line each."""
    target = MEGABYTES.get(runs[0].refreshes[0].feeds)
    pss, rss = [run.pss / 2**20 for run in runs], [run.rss / 2**20 for run in runs]
    lines = [
        f"- peak memory of all processes: {middle(pss)} MB (PSS), {middle(rss)} MB (RSS)"
        + (f"; target ≤ {target} MB" if target else ""),
        f"- with nothing to do: {middle([run.idle for run in runs], 1)} ms CPU a second",
    ]
    icons = [run.icons for run in runs if run.icons is not None]
    if icons:
        lines.append(f"- asking each site for its icon, once a week: {middle(icons, 2)} ms CPU a site")
    return "\n".join(lines)


def counted(refresh: Refresh) -> str:
    """Whether every entry is there, and only once."""
    said = f"{refresh.stored:,} / {refresh.served:,}"
    return said if refresh.exact else f"**{said}, {refresh.different:,} different**"


def middle(values: Sequence[float], digits: int = 0) -> str:
    """The median, and the least and the most where there were several."""
    said = f"{statistics.median(values):,.{digits}f}"
    return said if len(values) == 1 else f"{said} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def memory(run: Run) -> str:
    """Who held how much when all together held the most."""
    held: dict[str, list[tuple[int, int]]] = {}
    for name, sizes in run.by_process.items():
        held.setdefault(program(name), []).append(sizes)
    sums = [(sum(pss for pss, _ in each), sum(rss for _, rss in each), name) for name, each in held.items()]
    lines = ["| program | processes | PSS MB | RSS MB |", "|---|---|---|---|"]
    for pss, rss, name in sorted(sums, reverse=True):
        lines.append(f"| {name} | {len(held[name])} | {pss / 2**20:.0f} | {rss / 2**20:.0f} |")
    return "\n".join(lines)


def program(command: str) -> str:
    """What a command line runs, in a word: the Python module, or the program's name. Begins with its pid."""
    module = re.search(r" -m (\S+)", command)
    return module[1] if module else Path(command.split()[1]).name.rstrip(":")
